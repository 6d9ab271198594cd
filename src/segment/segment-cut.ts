import { headerLayout, indexColumns, padded, trailerLayout } from './segment-layout.js';

/** Share of the limit from which on a cut is good enough to choose the best place. */
const earliestCut = 0.875;

/** What decides where a run is cut. */
export interface CutLimits {
  readonly limitBytes: number;
  readonly maxRecords: number;
  /** Bytes of the meta block. */
  readonly metaBytes: number;
}

interface Sized {
  readonly index: number;
  readonly length: number;
}

/** Bytes of a segment of `count` records that take `recordBytes` with padding; keys counted at full width. */
export function segmentBytes(count: number, recordBytes: number, metaBytes: number): number {
  const index = indexColumns(count, 8).size;
  return headerLayout.size + recordBytes + index + padded(metaBytes) + trailerLayout.size;
}

/**
 * How many of `pending` go into the segment that must be closed because `next` does not fit any more.
 *
 * Any place in the last eighth of the limit will do, so the cut goes where the largest aligned block of the
 * curve ends: bounding boxes stay compact, and writing the run again cuts it at the same places.
 */
export function chooseCut(pending: readonly Sized[], next: Sized, limits: CutLimits): number {
  let best = pending.length;
  let bestLevel = boundaryLevel(pending[best - 1]!.index, next.index);
  let recordBytes = pending.reduce((sum, record) => sum + padded(record.length), 0);
  for (let cut = pending.length - 1; cut >= 1; cut--) {
    recordBytes -= padded(pending[cut]!.length);
    const isFull =
      segmentBytes(cut, recordBytes, limits.metaBytes) >= earliestCut * limits.limitBytes ||
      cut >= earliestCut * limits.maxRecords;
    if (!isFull) break;
    const level = boundaryLevel(pending[cut - 1]!.index, pending[cut]!.index);
    if (level > bestLevel) {
      best = cut;
      bestLevel = level;
    }
  }
  return best;
}

/**
 * Most trailing zero bits of any index after `before`, up to and including `after`: how large the aligned
 * blocks are whose border lies between two neighbours.
 */
function boundaryLevel(before: number, after: number): number {
  // The bits above the highest one that differs are the same for both, and `after` rounded down to that bit
  // lies between them.
  const high = Math.floor(before / 2 ** 32) ^ Math.floor(after / 2 ** 32);
  if (high !== 0) return 63 - Math.clz32(high);
  return 31 - Math.clz32((before % 2 ** 32) ^ (after % 2 ** 32));
}
