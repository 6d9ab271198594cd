import { checkAnswer, parameterOf } from './check-answer.js';
import type { Coverage, CoverageAnswer, CoverageParameter, CoverageRange } from './coverage.js';
import { domainObject, parameterObject, referencingArray } from './coverage-json-domain.js';
import type { DescribedRange } from './printed-values.js';

/** Members of a coverage object that a custom axis of the same name must not replace. */
const reservedMembers = new Set(
  'type id domain domainType parameters parameterGroups ranges rangeAlternates'.split(' '),
);

/** An object of the document: members at hand, then one more that is written as it comes. */
export interface DocumentObject {
  readonly members: Readonly<Record<string, unknown>>;
  readonly last: string;
  readonly content: DocumentContent;
}

/** What is too large to be held. */
export type DocumentContent =
  | ({ readonly kind: 'values' } & DescribedRange)
  | { readonly kind: 'list'; readonly count: number; items(): Iterable<DocumentObject> }
  | {
      readonly kind: 'map';
      readonly count: number;
      entries(): Iterable<readonly [string, DocumentObject]>;
    };

/**
 * The answer in the structure of CoverageJSON 1.0, whatever it is written as: a Coverage, or a CoverageCollection whose
 * members inherit the parameters, and the referencing when all have the same.
 *
 * Throws: InvalidArgumentError for an answer without coverages; while it is walked, for a range whose parameter the
 *         answer lacks.
 * Source: OGC 21-069r2.
 */
export function coverageDocument(answer: CoverageAnswer): DocumentObject {
  checkAnswer(answer);
  const first = answer.coverages[0]!;
  const parameters = Object.fromEntries(answer.parameters.map((one) => [one.id, parameterObject(one)]));
  if (answer.isCollection) return collectionObject(answer, parameters);
  return coverageObject(first, answer, { parameters, referencing: referencingArray(first.domain) });
}

function collectionObject(answer: CoverageAnswer, parameters: Record<string, unknown>): DocumentObject {
  const { coverages } = answer;
  const domainType = sharedBy(coverages, ({ domain }) => domain.domainType);
  const referencing = sharedBy(coverages, ({ domain }) => JSON.stringify(referencingArray(domain)));
  return {
    members: {
      type: 'CoverageCollection',
      ...(domainType !== undefined && { domainType }),
      parameters,
      ...(referencing !== undefined && { referencing: JSON.parse(referencing) }),
    },
    last: 'coverages',
    content: {
      kind: 'list',
      count: coverages.length,
      *items() {
        for (const coverage of coverages) {
          yield coverageObject(coverage, answer, {
            ...(referencing === undefined && { referencing: referencingArray(coverage.domain) }),
          });
        }
      },
    },
  };
}

function sharedBy<T>(coverages: readonly Coverage[], of: (coverage: Coverage) => T): T | undefined {
  const value = of(coverages[0]!);
  return coverages.every((coverage) => of(coverage) === value) ? value : undefined;
}

function coverageObject(
  { id, members = {}, domain, ranges }: Coverage,
  answer: CoverageAnswer,
  own: { readonly parameters?: Record<string, unknown>; readonly referencing?: unknown },
): DocumentObject {
  return {
    members: {
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
    },
    last: 'ranges',
    content: {
      kind: 'map',
      count: ranges.length,
      *entries() {
        for (const range of ranges) yield [range.parameter, arrayObject(range, answer)];
      },
    },
  };
}

function arrayObject(range: CoverageRange, answer: CoverageAnswer): DocumentObject {
  const parameter = parameterOf(answer, range);
  return {
    members: arrayMembers(range, parameter),
    last: 'values',
    content: { kind: 'values', range, parameter },
  };
}

/** The members of an NdArray, but for its values. */
export function arrayMembers(
  { axisNames, shape }: CoverageRange,
  { dataType }: CoverageParameter,
): Readonly<Record<string, unknown>> {
  const long = axisNames.flatMap((name, axis) => (shape[axis] === 1 ? [] : [{ name, length: shape[axis] }]));
  return {
    type: 'NdArray',
    dataType,
    ...(long.length > 0 && {
      axisNames: long.map(({ name }) => name),
      shape: long.map(({ length }) => length),
    }),
  };
}
