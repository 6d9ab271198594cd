import type { IndexRange, SegmentBounds } from './curve.js';

/** Segments by their positions, from `from` up to, not including, `to`. */
export interface SegmentSpan {
  readonly from: number;
  readonly to: number;
}

/** Position of the first of the ascending numbers in `within` that is at least `value`, else `within.to`. */
export function lowerBound(numbers: ArrayLike<number>, value: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of the segment that may hold `index`; -1 in a gap. */
export function segmentHolding({ first, last }: SegmentBounds, index: number): number {
  const k = lowerBound(last, index, 0, last.length);
  return k < last.length && first[k]! <= index ? k : -1;
}

/**
 * The segments that hold an index of each of the ascending, disjoint `ranges`; a segment that two ranges share
 * is in the spans of both.
 *
 * Cost: a search for each range, however many segments it meets.
 */
export function segmentSpans({ first, last }: SegmentBounds, ranges: readonly IndexRange[]): SegmentSpan[] {
  let from = 0;
  let to = 0;
  return ranges.map(({ start, end }) => {
    from = gallop(last, start, from);
    to = gallop(first, end, Math.max(from, to));
    return { from, to };
  });
}

/** `lowerBound` from `from` on, quick when the answer is near: neighbouring ranges mostly meet neighbouring segments. */
export function gallop(numbers: ArrayLike<number>, value: number, from: number): number {
  let step = 1;
  let low = from;
  while (low + step <= numbers.length && numbers[low + step - 1]! < value) {
    low += step;
    step *= 2;
  }
  return lowerBound(numbers, value, low, Math.min(low + step, numbers.length));
}
