import { crc32 } from '../bytes/index.js';
import { recordLayout, viewOf, writeSafeInteger } from './segment-layout.js';

/**
 * Checksum of a record bound to its place: over the segment's salt, the record's offset, then its own bytes
 * behind the checksum field (value length, index, value; no padding).
 */
export function recordChecksum(record: Uint8Array, place: { salt: Uint8Array; offset: number }): number {
  const context = new Uint8Array(16);
  context.set(place.salt);
  writeSafeInteger(viewOf(context), 8, place.offset);
  return crc32(record.subarray(recordLayout.valueLength), crc32(context));
}
