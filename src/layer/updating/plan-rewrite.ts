import type { SegmentEntry } from '../../catalog/index.js';

/** A stretch of a run: a segment that stays as it is, or segments to be rewritten with the indexes that change. */
export type RewriteStep =
  | { readonly kind: 'keep'; readonly segment: SegmentEntry }
  | {
      readonly kind: 'rewrite';
      /** May be empty: then the indexes lie in a gap and make new segments. */
      readonly segments: readonly SegmentEntry[];
      /** Ascending. */
      readonly indexes: readonly number[];
    };

/**
 * Which segments of a run an update rewrites: those that hold an index it changes, and small ones beside a gap
 * that receives one, so that appending does not leave ever more small files.
 *
 * Shape: `segments` and `indexes` ascend; the steps cover all segments and all indexes in order.
 */
export function planRewrite(
  segments: readonly SegmentEntry[],
  indexes: readonly number[],
  smallBytes: number,
): RewriteStep[] {
  const touched = touchedSegments(segments, indexes, smallBytes);
  const steps: RewriteStep[] = [];
  let open: SegmentEntry[] = [];
  let next = 0;
  const close = (before: number) => {
    const from = next;
    while (next < indexes.length && indexes[next]! < before) next++;
    if (open.length > 0 || next > from) {
      steps.push({ kind: 'rewrite', segments: open, indexes: indexes.slice(from, next) });
    }
    open = [];
  };
  segments.forEach((segment, i) => {
    if (touched.has(i)) {
      open.push(segment);
      return;
    }
    close(segment.first);
    steps.push({ kind: 'keep', segment });
  });
  close(Number.POSITIVE_INFINITY);
  return steps;
}

function touchedSegments(
  segments: readonly SegmentEntry[],
  indexes: readonly number[],
  smallBytes: number,
): Set<number> {
  const touched = new Set<number>();
  let at = 0;
  for (const index of indexes) {
    while (at < segments.length && segments[at]!.last < index) at++;
    const holder = segments[at];
    if (holder && holder.first <= index) touched.add(at);
    else if (at > 0 && segments[at - 1]!.sizeBytes < smallBytes) touched.add(at - 1);
    else if (holder && holder.sizeBytes < smallBytes) touched.add(at);
  }
  return touched;
}
