import type { CoverageAnswer } from './coverage.js';
import { coverageDocument, type DocumentContent, type DocumentObject } from './coverage-document.js';
import type { CoverageFormat, EncodeOptions } from './coverage-format.js';
import { OutChunks } from './out-chunks.js';
import { type DescribedRange, printValues } from './printed-values.js';

/** CoverageJSON under the names that clients know. */
export const coverageJson: CoverageFormat = {
  token: 'CoverageJSON',
  mediaTypes: ['application/vnd.cov+json', 'application/prs.coverage+json', 'application/json'],
  aliases: ['covjson', 'json'],
  isText: true,
  encode: encodeCoverageJson,
};

/**
 * The answer as CoverageJSON 1.0 text in chunks of about 64 KiB.
 *
 * Cost:   values are read and printed as the consumer asks for chunks; at most one block and one chunk are held.
 * Throws: InvalidArgumentError for an answer without coverages or values, or whose ranges disagree with their
 *         shape or name a parameter the answer lacks; the signal's reason when it aborts.
 * Source: OGC 21-069r2.
 */
export async function* encodeCoverageJson(
  answer: CoverageAnswer,
  { signal }: EncodeOptions = {},
): AsyncGenerator<Uint8Array> {
  const out = new OutChunks();
  for (const part of writeObject(coverageDocument(answer), out)) {
    signal?.throwIfAborted();
    yield* printValues(part, out, signal);
    yield* out.takeFull();
  }
  yield* out.takeRest();
}

/** Writes an object's text up to the next values; yields those, for the caller to print them there. */
function* writeObject({ members, last, content }: DocumentObject, out: OutChunks): Generator<DescribedRange> {
  out.text(`${JSON.stringify(members).slice(0, -1)},${JSON.stringify(last)}:`);
  yield* writeContent(content, out);
  out.text('}');
}

function* writeContent(content: DocumentContent, out: OutChunks): Generator<DescribedRange> {
  switch (content.kind) {
    case 'values':
      out.text('[');
      yield content;
      out.text(']');
      return;
    case 'list': {
      let before = '[';
      for (const item of content.items()) {
        out.text(before);
        yield* writeObject(item, out);
        before = ',';
      }
      out.text(']');
      return;
    }
    case 'map': {
      let before = '{';
      for (const [name, value] of content.entries()) {
        out.text(`${before}${JSON.stringify(name)}:`);
        yield* writeObject(value, out);
        before = ',';
      }
      out.text(content.count === 0 ? '{}' : '}');
      return;
    }
    default:
      content satisfies never;
  }
}
