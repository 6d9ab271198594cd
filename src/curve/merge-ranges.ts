import type { CurveIndex, IndexRange, SegmentBounds } from './curve.js';
import { gallop } from './segment-bounds.js';

/** Longer than any gap: a segment between two ranges outweighs every length. */
const segmentWeight = 2 ** 52;

/** Disjoint ascending ranges as columns, of which the first `length` count. */
interface RangeColumns {
  readonly length: number;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
}

/**
 * The ranges, at most `maxRanges` of them: the cheapest gaps are filled. A gap that holds a whole segment
 * costs most, since it makes a reader open that segment for nothing; then the longest.
 */
export function mergeSmallestGaps(
  ranges: RangeColumns,
  options: { readonly maxRanges: number; readonly segments: SegmentBounds | undefined },
): IndexRange[] {
  const { length, starts, ends } = ranges;
  const isFilled = filledGaps(ranges, options);
  const merged: IndexRange[] = [];
  let from = 0;
  for (let k = 1; k <= length; k++) {
    if (k < length && isFilled?.[k] === 1) continue;
    merged.push({ start: starts[from]! as CurveIndex, end: ends[k - 1]! });
    from = k;
  }
  return merged;
}

/** [k]: 1 when the gap before range k is to be filled; undefined when none is. */
function filledGaps(
  ranges: RangeColumns,
  { maxRanges, segments }: { readonly maxRanges: number; readonly segments: SegmentBounds | undefined },
): Uint8Array | undefined {
  const kept = Math.floor(maxRanges) - 1;
  if (ranges.length - 1 <= kept) return undefined;
  const costs = gapCosts(ranges, segments);
  const least = kept === 0 ? Number.POSITIVE_INFINITY : costs.slice(1).sort()[costs.length - 1 - kept]!;
  // Of gaps that cost the same the first ones stay.
  let spare = kept;
  for (let k = 1; k < costs.length; k++) if (costs[k]! > least) spare--;
  const isFilled = new Uint8Array(costs.length);
  for (let k = 1; k < costs.length; k++) {
    if (costs[k]! < least || (costs[k] === least && spare-- <= 0)) isFilled[k] = 1;
  }
  return isFilled;
}

/** [k]: what filling the gap before range k costs. */
function gapCosts({ length, starts, ends }: RangeColumns, segments: SegmentBounds | undefined): Float64Array {
  const costs = new Float64Array(length);
  for (let k = 1; k < length; k++) costs[k] = starts[k]! - ends[k - 1]!;
  if (segments === undefined) return costs;
  let from = 0;
  for (let k = 1; k < length; k++) {
    from = gallop(segments.first, ends[k - 1]!, from);
    const to = gallop(segments.last, starts[k]!, Math.max(0, from - 1));
    costs[k]! += Math.max(0, to - from) * segmentWeight;
  }
  return costs;
}
