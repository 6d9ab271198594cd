import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCurve, type IndexRange } from '../../src/curve/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  boxesOf,
  cellCount,
  cellsOf,
  curveNames,
  lengthOf,
  rangesOf,
  segmentsOf,
  segmentsTouched,
  smallCurves,
} from './curves.js';

const exact = { maxRanges: Number.POSITIVE_INFINITY };

describe.each(curveNames)('cover on %s', (name) => {
  const cases = smallCurves(name, 12).chain((spec) => fc.tuple(fc.constant(spec), boxesOf(spec)));
  const runs = { numRuns: 300 };

  it('holds the cells of the box and no others when ranges are not limited', () => {
    fc.assert(
      fc.property(cases, ([spec, box]) => {
        const curve = createCurve(spec);
        const indexes = Array.from(cellsOf(box), (cell) => curve.encode(cell));
        expect(curve.cover(box, exact)).toEqual(rangesOf(indexes));
      }),
      runs,
    );
  });

  it('holds every cell of the box in at most maxRanges ranges that begin and end in it', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 80 }), ([spec, box], maxRanges) => {
        const curve = createCurve(spec);
        const ranges = curve.cover(box, { maxRanges });
        expect(ranges.length).toBeLessThanOrEqual(maxRanges);
        expectApart(ranges);
        for (const cell of cellsOf(box)) expect(holds(ranges, curve.encode(cell))).toBe(true);
        for (const { start, end } of ranges) {
          for (const edge of [start, end - 1]) expect(isInside(curve.decode(edge), box)).toBe(true);
        }
      }),
      runs,
    );
  });

  it('holds every cell of the box that some segment may hold, and touches no other segment', () => {
    const withSegments = cases.chain(([spec, box]) =>
      fc.tuple(fc.constant(spec), fc.constant(box), segmentsOf(2 ** spec.bits.reduce((a, b) => a + b))),
    );
    fc.assert(
      fc.property(withSegments, ([spec, box, segments]) => {
        const curve = createCurve(spec);
        const ranges = curve.cover(box, { ...exact, segments });
        const indexes = Array.from(cellsOf(box), (cell) => curve.encode(cell));
        expectApart(ranges);
        expectStoredCells(ranges, indexes, segments);
        expect(segmentsTouched(ranges, segments)).toEqual(segmentsTouched(rangesOf(indexes), segments));
      }),
      runs,
    );
  });

  it('keeps every stored cell within any budget, and every choice of segments while ranges suffice', () => {
    const withSegments = smallCurves(name, 8).chain((spec) =>
      fc.tuple(fc.constant(spec), boxesOf(spec), segmentsOf(2 ** spec.bits.reduce((a, b) => a + b))),
    );
    fc.assert(
      fc.property(withSegments, fc.integer({ min: 1, max: 64 }), ([spec, box, segments], maxRanges) => {
        const curve = createCurve(spec);
        const ranges = curve.cover(box, { maxRanges, segments });
        const indexes = Array.from(cellsOf(box), (cell) => curve.encode(cell));
        expect(ranges.length).toBeLessThanOrEqual(maxRanges);
        expectApart(ranges);
        expectStoredCells(ranges, indexes, segments);
        if (curve.cover(box, { ...exact, segments }).length <= maxRanges) {
          expect(segmentsTouched(ranges, segments)).toEqual(segmentsTouched(rangesOf(indexes), segments));
        }
      }),
      runs,
    );
  });

  it('covers the whole grid with one range', () => {
    const curve = createCurve({ name, bits: [13, 13, 13, 13] });
    const box = { min: [0, 0, 0, 0], max: [8191, 8191, 8191, 8191] };
    expect(curve.cover(box)).toEqual([{ start: 0, end: curve.size }]);
  });

  it('does not refine inside a segment', () => {
    const curve = createCurve({ name, bits: [13, 13] });
    const box = { min: [3000, 3000], max: [5000, 5000] };
    const segments = { first: [0], last: [curve.size - 1] };
    expect(curve.cover(box, { segments }).length).toBeLessThanOrEqual(4);
  });

  it('gives nothing when there are no segments', () => {
    const curve = createCurve({ name, bits: [13, 13] });
    const box = { min: [5, 5], max: [900, 77] };
    expect(curve.cover(box, { segments: { first: [], last: [] } })).toEqual([]);
  });

  it('refuses a box turned inside out and a budget below one', () => {
    const curve = createCurve({ name, bits: [6, 6] });
    expect(() => curve.cover({ min: [3, 3], max: [4, 2] })).toThrow(InvalidArgumentError);
    for (const maxRanges of [0, -1, Number.NaN]) {
      expect(() => curve.cover({ min: [1, 1], max: [2, 2] }, { maxRanges })).toThrow(InvalidArgumentError);
    }
  });
});

describe('cover within a budget', () => {
  // The mean of what smallest-gap merging of the exact ranges leaves, and some room for the sample.
  it.each([
    { name: 'hilbert', maxRanges: 16, most: 1.14 },
    { name: 'hilbert', maxRanges: 64, most: 1.03 },
    { name: 'zorder', maxRanges: 16, most: 1.28 },
    { name: 'zorder', maxRanges: 64, most: 1.07 },
  ] as const)(
    'reads little beyond a box of 256 x 256: $name, $maxRanges ranges',
    ({ name, maxRanges, most }) => {
      const curve = createCurve({ name, bits: [20, 20] });
      const boxes = squares({ side: 256, bits: 20, count: 60 });
      const ratios = boxes.map((box) => lengthOf(curve.cover(box, { maxRanges })) / cellCount(box));
      expect(ratios.reduce((a, b) => a + b) / ratios.length).toBeLessThan(most);
    },
  );

  it.each([
    { name: 'hilbert', bits: [20, 20], size: [3000, 3000] },
    { name: 'hilbert', bits: [20, 20], size: [1, 2 ** 20] },
    { name: 'hilbert', bits: [16, 16, 16], size: [64, 64, 1] },
    { name: 'hilbert', bits: [12, 12, 12, 12], size: [40, 30, 20, 10] },
    { name: 'zorder', bits: [20, 5, 10], size: [500, 20, 7] },
    { name: 'rowmajor', bits: [20, 20], size: [1000, 1000] },
  ] as const)('is no worse than merging the exact ranges: $name $size', ({ name, bits, size }) => {
    const curve = createCurve({ name, bits });
    const min = bits.map((b, d) => Math.floor((2 ** b - size[d]!) / 3));
    const box = { min, max: min.map((low, d) => low + size[d]! - 1) };
    const best = lengthAfterMerging(curve.cover(box, exact), 64);
    expect(lengthOf(curve.cover(box))).toBeLessThanOrEqual(best * 1.01);
  });

  it('fills the gaps that hold no whole segment first', () => {
    const curve = createCurve({ name: 'rowmajor', bits: [8, 8] });
    const box = { min: [0, 0], max: [3, 3] };
    // All gaps are 252 long; the one between rows 2 and 3 holds the whole of the short segment in the middle.
    const segments = {
      first: [0, 256 * 2 + 100, 256 * 3 - 50],
      last: [256 * 2 + 99, 256 * 2 + 110, 256 * 4 - 1],
    };
    const ranges = curve.cover(box, { maxRanges: 2, segments });
    expect(segmentsTouched(ranges, segments)).toEqual([0, 2]);
  });
});

function expectApart(ranges: readonly IndexRange[]): void {
  ranges.forEach(({ start, end }, k) => {
    expect(end).toBeGreaterThan(start);
    if (k > 0) expect(start).toBeGreaterThan(ranges[k - 1]!.end);
  });
}

function expectStoredCells(
  ranges: readonly IndexRange[],
  indexes: readonly number[],
  segments: Parameters<typeof segmentsTouched>[1],
): void {
  for (const index of indexes) {
    const isStored = segmentsTouched([{ start: index, end: index + 1 }], segments).length > 0;
    if (isStored) expect(holds(ranges, index)).toBe(true);
  }
}

function holds(ranges: readonly IndexRange[], index: number): boolean {
  return ranges.some(({ start, end }) => start <= index && index < end);
}

function isInside(
  point: readonly number[],
  box: { min: readonly number[]; max: readonly number[] },
): boolean {
  return point.every((c, d) => c >= box.min[d]! && c <= box.max[d]!);
}

function lengthAfterMerging(ranges: readonly IndexRange[], count: number): number {
  const gaps = ranges.slice(1).map(({ start }, k) => start - ranges[k]!.end);
  const filled = gaps.sort((a, b) => a - b).slice(0, Math.max(0, ranges.length - count));
  return lengthOf(ranges) + filled.reduce((sum, gap) => sum + gap, 0);
}

/** Squares spread over the grid by a fixed low-discrepancy sequence. */
function squares({ side, bits, count }: { side: number; bits: number; count: number }) {
  return Array.from({ length: count }, (_, k) => {
    const min = [0.754877666, 0.569840291].map((ratio) =>
      Math.floor((((k + 1) * ratio) % 1) * (2 ** bits - side)),
    );
    return { min, max: min.map((low) => low + side - 1) };
  });
}
