import type { SegmentEntry } from '../../catalog/index.js';

/** Below this share of the wanted size a segment is small, above that share it is large. */
const SMALL = 0.25;
const LARGE = 1.5;
/** What a record may take more in the index of a larger file. */
const KEY_GROWTH = 4;
/** Records one segment may hold. */
const MAX_RECORDS = 65_536;

/**
 * Neighbouring segments of a run to be written anew together: those that fit in one file when one of them is
 * small, and each that is much larger than wanted. What lies between is left alone.
 */
export function planGroups(segments: readonly SegmentEntry[], wantedBytes: number): SegmentEntry[][] {
  const groups: SegmentEntry[][] = [];
  let group: SegmentEntry[] = [];
  for (const segment of segments) {
    if (group.length > 0 && !fits([...group, segment], wantedBytes)) {
      groups.push(group);
      group = [];
    }
    group.push(segment);
  }
  if (group.length > 0) groups.push(group);
  return groups.filter((members) => isWorthwhile(members, wantedBytes));
}

function fits(group: readonly SegmentEntry[], wantedBytes: number): boolean {
  const bytes = group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const records = group.reduce((sum, { count }) => sum + count, 0);
  return bytes + KEY_GROWTH * records <= wantedBytes && records <= MAX_RECORDS;
}

function isWorthwhile(group: readonly SegmentEntry[], wantedBytes: number): boolean {
  const [only] = group;
  if (group.length === 1) return only!.sizeBytes > LARGE * wantedBytes && only!.count > 1;
  return group.some(({ sizeBytes }) => sizeBytes < SMALL * wantedBytes);
}
