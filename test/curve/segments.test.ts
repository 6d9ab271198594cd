import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCurve, type SegmentBounds, segmentHolding, segmentSpans } from '../../src/curve/index.js';
import { rangesOf, segmentsOf, segmentsTouched } from './curves.js';

const size = 400;
const run = segmentsOf(size);
const ranges = fc
  .uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 60 })
  .map((indexes) => createRanges(indexes));

/** Ranges as `cover` makes them. */
function createRanges(indexes: readonly number[]) {
  const curve = createCurve({ name: 'rowmajor', bits: [5, 4] });
  return rangesOf(indexes).map(({ start, end }) => ({ start: curve.encode(curve.decode(start)), end }));
}

describe('segments of a run', () => {
  it('are found by the ranges that meet them', () => {
    fc.assert(
      fc.property(run, ranges, (segments, asked) => {
        const spans = segmentSpans(segments, asked);
        expect(spans.map(positions)).toEqual(asked.map((range) => segmentsTouched([range], segments)));
      }),
      { numRuns: 500 },
    );
  });

  it('are found by an index they may hold', () => {
    fc.assert(
      fc.property(run, fc.nat({ max: size - 1 }), (segments, index) => {
        const [expected = -1] = segmentsTouched([{ start: index, end: index + 1 }], segments);
        expect(segmentHolding(segments, index)).toBe(expected);
      }),
    );
  });
});

describe('a box over very many segments', () => {
  // A map of a whole layer at one time met 2.7 times the segments it had to while ranges ended at 64.
  it.each([
    { name: 'hilbert', bits: [9, 9, 9], size: [128, 128, 1] },
    { name: 'hilbert', bits: [9, 9, 9], size: [1, 1, 128] },
    { name: 'hilbert', bits: [12, 12], size: [700, 500] },
    { name: 'zorder', bits: [9, 9, 9], size: [100, 128, 1] },
    { name: 'rowmajor', bits: [11, 11], size: [30, 2000] },
  ] as const)(
    'meets no segment beside those that may hold its cells: $name $size',
    ({ name, bits, size }) => {
      const curve = createCurve({ name, bits });
      const segments = evenSegments(curve.size / 8, 50_000);
      const box = { min: size.map(() => 0), max: size.map((length) => length - 1) };
      const exact = curve.cover(box, { maxRanges: Number.POSITIVE_INFINITY });
      expect(met(segments, curve.cover(box, { segments }))).toEqual(met(segments, exact));
    },
  );
});

function met(segments: SegmentBounds, covered: Parameters<typeof segmentSpans>[1]): number[] {
  return [...new Set(segmentSpans(segments, covered).flatMap(positions))];
}

function positions({ from, to }: { from: number; to: number }): number[] {
  return Array.from({ length: to - from }, (_, k) => from + k);
}

function evenSegments(cells: number, count: number): SegmentBounds {
  const first = Array.from({ length: count }, (_, k) => Math.floor((cells * k) / count));
  return { first, last: first.map((_, k) => (first[k + 1] ?? cells) - 1) };
}
