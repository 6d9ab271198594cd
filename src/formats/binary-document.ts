import { cellsOf } from './check-answer.js';
import { checkedValues } from './checked-values.js';
import type { CoverageAnswer } from './coverage.js';
import { coverageDocument, type DocumentContent, type DocumentObject } from './coverage-document.js';
import type { EncodeOptions } from './coverage-format.js';
import { OutChunks } from './out-chunks.js';
import type { DescribedRange } from './printed-values.js';
import { type FloatType, floatTypeOf, littleEndianBytes } from './value-bytes.js';

/** A binary spelling of JSON that has arrays of numbers of one type. */
export interface BinaryForm {
  /** What stands before the entries of a map, or the items of a list. */
  mapHead(count: number): Uint8Array;
  listHead(count: number): Uint8Array;
  text(text: string): Uint8Array;
  number(value: number): Uint8Array;
  constant(value: boolean | null): Uint8Array;
  /** What stands before `count` little-endian numbers. */
  floatsHead(type: FloatType, count: number): Uint8Array;
}

/**
 * The answer in the structure of CoverageJSON, its `values` as arrays of float32 or float64, NaN for a missing one.
 *
 * Cost:   one block and one chunk are held.
 * Throws: InvalidArgumentError as `encodeCoverageJson`; the signal's reason when it aborts.
 */
export async function* encodeBinaryDocument(
  answer: CoverageAnswer,
  form: BinaryForm,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const out = new OutChunks();
  for (const { range, parameter } of writeObject(coverageDocument(answer), { form, out })) {
    const type = floatTypeOf(parameter);
    out.bytes(form.floatsHead(type, cellsOf(range)));
    for await (const values of checkedValues(range, signal)) {
      out.bytes(littleEndianBytes(values, type));
      yield* out.takeFull();
    }
  }
  yield* out.takeRest();
}

interface Writing {
  readonly form: BinaryForm;
  readonly out: OutChunks;
}

/** Writes an object up to the next values; yields those, for the caller to write them there. */
function* writeObject({ members, last, content }: DocumentObject, to: Writing): Generator<DescribedRange> {
  const entries = Object.entries(members);
  to.out.bytes(to.form.mapHead(entries.length + 1));
  for (const [name, value] of entries) {
    to.out.bytes(to.form.text(name));
    writePlain(value, to);
  }
  to.out.bytes(to.form.text(last));
  yield* writeContent(content, to);
}

function* writeContent(content: DocumentContent, to: Writing): Generator<DescribedRange> {
  switch (content.kind) {
    case 'values':
      yield content;
      return;
    case 'list':
      to.out.bytes(to.form.listHead(content.count));
      for (const item of content.items()) yield* writeObject(item, to);
      return;
    case 'map':
      to.out.bytes(to.form.mapHead(content.count));
      for (const [name, value] of content.entries()) {
        to.out.bytes(to.form.text(name));
        yield* writeObject(value, to);
      }
      return;
    default:
      content satisfies never;
  }
}

/** Any value that JSON has. */
function writePlain(value: unknown, to: Writing): void {
  const { form, out } = to;
  if (typeof value === 'string') out.bytes(form.text(value));
  else if (typeof value === 'number') out.bytes(form.number(value));
  else if (Array.isArray(value)) {
    out.bytes(form.listHead(value.length));
    for (const item of value) writePlain(item, to);
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    out.bytes(form.mapHead(entries.length));
    for (const [name, member] of entries) {
      out.bytes(form.text(name));
      writePlain(member, to);
    }
  } else out.bytes(form.constant(value === true ? true : value === false ? false : null));
}
