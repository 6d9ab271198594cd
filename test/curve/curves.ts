import fc from 'fast-check';
import type { CurveBox, CurveName, CurveSpec, IndexRange, SegmentBounds } from '../../src/curve/index.js';

export const curveNames: readonly CurveName[] = ['hilbert', 'zorder', 'rowmajor'];

/** Curves of at most 2 ** maxBits cells: small enough to list. Unequal bits, and none, where the curve allows. */
export function smallCurves(name: CurveName, maxBits: number): fc.Arbitrary<CurveSpec> {
  const dimensions = fc.integer({ min: 2, max: 4 });
  if (name === 'hilbert') {
    return dimensions.chain((count) =>
      fc
        .integer({ min: 1, max: Math.floor(maxBits / count) })
        .map((order) => ({ name, bits: new Array<number>(count).fill(order) })),
    );
  }
  return dimensions
    .chain((count) =>
      fc.array(fc.integer({ min: 0, max: maxBits - 2 }), { minLength: count, maxLength: count }),
    )
    .filter((bits) => bits.reduce((a, b) => a + b) <= maxBits)
    .map((bits) => ({ name, bits }));
}

/** Points anywhere on a curve, near its far corner as often as not. */
export function pointsOf(spec: CurveSpec): fc.Arbitrary<number[]> {
  return fc
    .tuple(...spec.bits.map((bits) => fc.integer({ min: 0, max: 2 ** bits - 1 })))
    .map((point) => [...point]);
}

/** Boxes anywhere on a curve: single cells, lines, the whole of it. */
export function boxesOf(spec: CurveSpec): fc.Arbitrary<CurveBox> {
  const whole = { min: spec.bits.map(() => 0), max: spec.bits.map((bits) => 2 ** bits - 1) };
  const any = fc.tuple(pointsOf(spec), pointsOf(spec)).map(([a, b]) => ({
    min: a.map((c, d) => Math.min(c, b[d]!)),
    max: a.map((c, d) => Math.max(c, b[d]!)),
  }));
  const flat = fc
    .tuple(any, fc.nat({ max: spec.bits.length - 1 }))
    .map(([{ min, max }, flatIn]) => ({ min, max: max.map((c, d) => (d === flatIn ? min[d]! : c)) }));
  return fc.oneof({ weight: 6, arbitrary: any }, { weight: 3, arbitrary: flat }, fc.constant(whole));
}

/** Segments of a run on a curve of `size` cells, with and without gaps between them; perhaps none. */
export function segmentsOf(size: number): fc.Arbitrary<SegmentBounds> {
  return fc
    .uniqueArray(fc.nat({ max: size - 1 }), { maxLength: 40 })
    .chain((cuts) =>
      fc.tuple(fc.constant(cuts.sort((a, b) => a - b)), fc.array(fc.nat({ max: 2 }), { minLength: 40 })),
    )
    .map(([cuts, kinds]) => {
      const segments = cuts.flatMap((first, k) => {
        const next = cuts[k + 1] ?? size;
        const lengths = [next - first, Math.ceil((next - first) / 2), 0];
        const length = lengths[kinds[k]!]!;
        return length === 0 ? [] : [{ first, last: first + length - 1 }];
      });
      return { first: segments.map((s) => s.first), last: segments.map((s) => s.last) };
    });
}

export function* cellsOf({ min, max }: CurveBox): Generator<number[]> {
  const cell = min.slice();
  for (;;) {
    yield cell.slice();
    let d = 0;
    while (d < cell.length && cell[d] === max[d]) {
      cell[d] = min[d]!;
      d++;
    }
    if (d === cell.length) return;
    cell[d]!++;
  }
}

export function cellCount({ min, max }: CurveBox): number {
  return min.reduce((product, low, d) => product * (max[d]! - low + 1), 1);
}

export function lengthOf(ranges: readonly IndexRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The ranges that hold exactly these indexes. */
export function rangesOf(indexes: readonly number[]): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = [];
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const before = ranges.at(-1);
    if (before?.end === index) before.end++;
    else ranges.push({ start: index, end: index + 1 });
  }
  return ranges;
}

/** Positions of the segments that hold an index of some range. */
export function segmentsTouched(ranges: readonly { start: number; end: number }[], segments: SegmentBounds) {
  return Array.from(segments.first, (_, k) => k).filter((k) =>
    ranges.some(({ start, end }) => segments.first[k]! < end && segments.last[k]! >= start),
  );
}
