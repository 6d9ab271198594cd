import type { ByteRange } from './byte-range.js';

/** One read that serves the input ranges at positions `members` (in order of offset). */
export interface CoalescedRange extends ByteRange {
  readonly members: number[];
}

/** How far reading what nobody asked for is better than another read. */
export interface CoalesceLimits {
  /** Neighbours further apart are never joined. */
  readonly maxGapBytes: number;
  /** All gaps read together, as a share of the bytes asked for: 0.25 is one byte in four. */
  readonly maxOverRead: number;
  /** No joined range is longer; a single input range may be. */
  readonly maxLength: number;
}

interface Group {
  readonly offset: number;
  readonly first: number;
  last: number;
  end: number;
}

/**
 * Fewer, longer reads that cover all `ranges`, sorted by offset; each input range lies whole inside the
 * one that lists it. Ranges may touch, overlap or be equal. The smallest gaps are closed first.
 */
export function coalesceRanges(ranges: readonly ByteRange[], limits: CoalesceLimits): CoalescedRange[] {
  const order = ranges.map((_, i) => i).sort((a, b) => compareRanges(ranges[a]!, ranges[b]!));
  const sorted = order.map((i) => ranges[i]!);
  const { gaps, wanted } = measureGaps(sorted);
  return joinGroups(sorted, gaps, { ...limits, budget: wanted * limits.maxOverRead }).map((group) => ({
    offset: group.offset,
    length: group.end - group.offset,
    members: order.slice(group.first, group.last + 1),
  }));
}

function compareRanges(a: ByteRange, b: ByteRange): number {
  return a.offset - b.offset || a.length - b.length;
}

/** `gaps[i]` is the distance from everything up to range i to range i + 1; `wanted` counts shared bytes once. */
function measureGaps(sorted: readonly ByteRange[]): { gaps: number[]; wanted: number } {
  const gaps: number[] = [];
  let reached = sorted[0]?.offset ?? 0;
  let wanted = 0;
  for (const [i, range] of sorted.entries()) {
    if (i > 0) gaps.push(range.offset - reached);
    const end = range.offset + range.length;
    wanted += Math.max(0, end - Math.max(reached, range.offset));
    reached = Math.max(reached, end);
  }
  return { gaps, wanted };
}

/** Groups are intervals of sorted positions; each is found by its first and by its last position. */
function joinGroups(
  sorted: readonly ByteRange[],
  gaps: readonly number[],
  limits: CoalesceLimits & { readonly budget: number },
): Group[] {
  const groups = sorted.map(
    ({ offset, length }, i): Group => ({ offset, first: i, last: i, end: offset + length }),
  );
  const groupAt = [...groups];
  let overRead = 0;
  for (const i of gaps.map((_, i) => i).sort((a, b) => gaps[a]! - gaps[b]! || a - b)) {
    const left = groupAt[i]!;
    const right = groupAt[i + 1]!;
    // Not gaps[i]: what reached further left may be in another group, kept apart by maxLength.
    const gap = Math.max(0, right.offset - left.end);
    const end = Math.max(left.end, right.end);
    if (gap > limits.maxGapBytes || overRead + gap > limits.budget || end - left.offset > limits.maxLength) {
      continue;
    }
    overRead += gap;
    left.end = end;
    left.last = right.last;
    groupAt[right.last] = left;
  }
  return groups.filter((group) => groupAt[group.last] === group);
}
