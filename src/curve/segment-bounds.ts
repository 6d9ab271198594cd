import type { SegmentBounds } from './curve.js';

/** How an index interval lies to the segments: in none, in exactly one, or over an end of one. */
export type SegmentFit = 'gap' | 'within' | 'across';

/** How the indexes from `start` up to, not including, `end` lie to the segments. */
export function fitSegments(segments: SegmentBounds, start: number, end: number): SegmentFit {
  const k = lowerBound(segments.last, start);
  if (k === segments.last.length || segments.first[k]! >= end) return 'gap';
  return segments.first[k]! <= start && segments.last[k]! >= end - 1 ? 'within' : 'across';
}

/** Segments that lie wholly from `start` up to, not including, `end`. */
export function countSegmentsWithin(segments: SegmentBounds, start: number, end: number): number {
  return Math.max(0, lowerBound(segments.last, end) - lowerBound(segments.first, start));
}

/** Position of the first of the ascending numbers that is at least `value`. */
function lowerBound(numbers: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
