import type { CurveIndex, IndexRange, SegmentBounds } from './curve.js';
import { countSegmentsWithin } from './segment-bounds.js';

/** Disjoint ascending ranges as columns. */
interface RangeColumns {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

interface Gap {
  /** The gap is before this range. */
  readonly before: number;
  readonly length: number;
  /** Segments that nothing but the gap would touch. */
  readonly segments: number;
}

/**
 * The ranges, at most `maxRanges` of them: the cheapest gaps are filled. A gap that holds a whole segment
 * costs most, since it makes a reader open that segment for nothing; then the longest.
 */
export function mergeSmallestGaps(
  ranges: RangeColumns,
  options: { readonly maxRanges: number; readonly segments: SegmentBounds | undefined },
): IndexRange[] {
  const { starts, ends } = ranges;
  const merged: IndexRange[] = [];
  let from = 0;
  for (const before of keptGaps(ranges, options)) {
    merged.push(toRange(starts[from]!, ends[before - 1]!));
    from = before;
  }
  if (starts.length > 0) merged.push(toRange(starts[from]!, ends.at(-1)!));
  return merged;
}

/** Ascending numbers of the ranges that stay apart from the one before. */
function keptGaps(
  { starts, ends }: RangeColumns,
  { maxRanges, segments }: { readonly maxRanges: number; readonly segments: SegmentBounds | undefined },
): number[] {
  const gaps = starts.slice(1).map((start, k): Gap => {
    const end = ends[k]!;
    return {
      before: k + 1,
      length: start - end,
      segments: segments === undefined ? 0 : countSegmentsWithin(segments, end, start),
    };
  });
  if (gaps.length >= maxRanges) {
    gaps.sort((a, b) => b.segments - a.segments || b.length - a.length || a.before - b.before);
    gaps.length = Math.floor(maxRanges) - 1;
  }
  return gaps.map((gap) => gap.before).sort((a, b) => a - b);
}

function toRange(start: number, end: number): IndexRange {
  return { start: start as CurveIndex, end };
}
