import { InvalidArgumentError } from '../errors/index.js';
import type { Coverage, CoverageAnswer, CoverageParameter, CoverageRange } from './coverage.js';
import type { CoverageFormat, EncodeOptions } from './coverage-format.js';
import { domainObject, parameterObject, referencingArray } from './coverage-json-domain.js';
import { numberPrinter } from './number-text.js';
import { TextChunks } from './text-chunks.js';

/** Members of a coverage object that a custom axis of the same name must not replace. */
const reservedMembers = new Set(
  'type id domain domainType parameters parameterGroups ranges rangeAlternates'.split(' '),
);

/** CoverageJSON under the names that clients know. */
export const coverageJson: CoverageFormat = {
  token: 'CoverageJSON',
  mediaTypes: ['application/vnd.cov+json', 'application/prs.coverage+json', 'application/json'],
  aliases: ['covjson', 'json'],
  isText: true,
  encode: encodeCoverageJson,
};

/** Where the values of a range go in the document. */
interface ValuesPart {
  readonly range: CoverageRange;
  readonly parameter: CoverageParameter;
}

/**
 * The answer as CoverageJSON 1.0 text in chunks of about 64 KiB: a Coverage, or a CoverageCollection whose
 * members inherit the parameters, and the referencing when all have the same.
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
  const out = new TextChunks();
  for (const part of documentParts(answer)) {
    signal?.throwIfAborted();
    if (typeof part === 'string') out.text(part);
    else yield* encodeValues(part, out, signal);
    yield* out.takeFull();
  }
  yield* out.takeRest();
}

async function* encodeValues(
  { range, parameter }: ValuesPart,
  out: TextChunks,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const expected = range.shape.reduce((product, length) => product * length, 1);
  const print = numberPrinter(parameter.precision);
  let found = 0;
  for await (const values of range.values()) {
    if (found + values.length > expected) throw wrongCount(range, found + values.length);
    for (let start = 0; start < values.length; ) {
      signal?.throwIfAborted();
      start = out.numbers(values, { start, isFirst: found + start === 0, print });
      yield* out.takeFull();
    }
    found += values.length;
  }
  if (found !== expected || found === 0) throw wrongCount(range, found);
}

function wrongCount({ parameter, shape }: CoverageRange, found: number): InvalidArgumentError {
  return new InvalidArgumentError('the values of a range must fill its shape', { parameter, shape, found });
}

function* documentParts(answer: CoverageAnswer): Generator<string | ValuesPart> {
  const [first] = answer.coverages;
  if (first === undefined || (!answer.isCollection && answer.coverages.length > 1)) {
    throw new InvalidArgumentError('an answer has one coverage, or is a collection of at least one', {
      coverages: answer.coverages.length,
    });
  }
  const parameters = Object.fromEntries(answer.parameters.map((one) => [one.id, parameterObject(one)]));
  if (answer.isCollection) yield* collectionParts(answer, parameters);
  else yield* coverageParts(first, answer, { parameters, referencing: referencingArray(first.domain) });
}

function* collectionParts(
  answer: CoverageAnswer,
  parameters: Record<string, unknown>,
): Generator<string | ValuesPart> {
  const domainType = sharedBy(answer.coverages, ({ domain }) => domain.domainType);
  const referencing = sharedBy(answer.coverages, ({ domain }) => JSON.stringify(referencingArray(domain)));
  yield openObject({
    type: 'CoverageCollection',
    ...(domainType !== undefined && { domainType }),
    parameters,
    ...(referencing !== undefined && { referencing: JSON.parse(referencing) }),
  });
  for (const [index, coverage] of answer.coverages.entries()) {
    yield index === 0 ? ',"coverages":[' : ',';
    yield* coverageParts(coverage, answer, {
      ...(referencing === undefined && { referencing: referencingArray(coverage.domain) }),
    });
  }
  yield ']}';
}

function sharedBy<T>(coverages: readonly Coverage[], of: (coverage: Coverage) => T): T | undefined {
  const value = of(coverages[0]!);
  return coverages.every((coverage) => of(coverage) === value) ? value : undefined;
}

function* coverageParts(
  coverage: Coverage,
  answer: CoverageAnswer,
  own: { readonly parameters?: Record<string, unknown>; readonly referencing?: unknown },
): Generator<string | ValuesPart> {
  const { id, members = {}, domain, ranges } = coverage;
  yield openObject({
    type: 'Coverage',
    ...(id !== undefined && { id }),
    ...Object.fromEntries(
      Object.entries(members).map(([name, value]) => [
        reservedMembers.has(name) ? `axis:${name}` : name,
        value,
      ]),
    ),
    domain: {
      ...domainObject(domain),
      ...(own.referencing !== undefined && { referencing: own.referencing }),
    },
    ...(own.parameters !== undefined && { parameters: own.parameters }),
  });
  yield ',"ranges":{';
  for (const [index, range] of ranges.entries()) {
    const parameter = answer.parameters.find((one) => one.id === range.parameter);
    if (parameter === undefined) {
      throw new InvalidArgumentError('a range names a parameter that the answer does not describe', {
        parameter: range.parameter,
      });
    }
    yield `${index === 0 ? '' : ','}${JSON.stringify(range.parameter)}:${openRange(range, parameter)}`;
    yield { range, parameter };
    yield ']}';
  }
  yield '}}';
}

function openRange({ axisNames, shape }: CoverageRange, { dataType }: CoverageParameter): string {
  const long = axisNames.flatMap((name, axis) => (shape[axis] === 1 ? [] : [{ name, length: shape[axis] }]));
  const array = {
    type: 'NdArray',
    dataType,
    ...(long.length > 0 && {
      axisNames: long.map(({ name }) => name),
      shape: long.map(({ length }) => length),
    }),
  };
  return `${openObject(array)},"values":[`;
}

/** The text of an object with members to follow. */
function openObject(value: Record<string, unknown>): string {
  return JSON.stringify(value).slice(0, -1);
}
