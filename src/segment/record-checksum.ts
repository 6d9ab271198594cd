import { crc32 } from '../bytes/index.js';
import { recordLayout, viewOf, writeSafeInteger } from './segment-layout.js';

/** Salt and offset of the record at hand: made once, as the checksum of every record that is read needs them. */
const place = new Uint8Array(16);
const placeView = viewOf(place);

/**
 * Checksum of a record bound to its place: over the segment's salt, the record's offset, then its own bytes
 * behind the checksum field (value length, index, value; no padding).
 */
export function recordChecksum(
  record: Uint8Array,
  { salt, offset }: { readonly salt: Uint8Array; readonly offset: number },
): number {
  place.set(salt);
  writeSafeInteger(placeView, 8, offset);
  return crc32(record.subarray(recordLayout.valueLength), crc32(place));
}
