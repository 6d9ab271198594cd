// Named offsets of docs/format.md, "Segment". All numbers are little-endian.

/** Version of the layout that this code writes and reads. */
export const segmentVersion = 1;

/** Most records one segment holds. */
export const maxRecordsPerSegment = 65_536;

/** Files are cut before they grow past this many bytes unless the writer is told otherwise. */
export const defaultSegmentBytes = 64 * 2 ** 20;

export const headerLayout = {
  size: 64,
  magic: Uint8Array.of(0x89, 0x54, 0x53, 0x45, 0x47, 0x0d, 0x0a, 0x1a),
  version: 8,
  headerSize: 10,
  features: 12,
  first: 16,
  salt: 24,
  crc: 60,
} as const;

export const recordLayout = { headerSize: 16, crc: 0, valueLength: 4, index: 8 } as const;

export const trailerLayout = {
  size: 64,
  indexOffset: 0,
  indexLength: 8,
  metaLength: 12,
  count: 16,
  tailCrc: 20,
  first: 24,
  last: 32,
  salt: 40,
  features: 48,
  version: 52,
  keyWidth: 54,
  crc: 56,
  magic: 60,
  magicValue: 0x54534547,
} as const;

/** `size` rounded up to the next multiple of 8: where the next part of a segment starts. */
export function padded(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** The three columns of the index block, as offsets in it, and its length. */
export function indexColumns(count: number, keyWidth: number) {
  const offsets = padded(count * keyWidth);
  const lengths = offsets + padded(count * 4);
  return { keys: 0, offsets, lengths, size: lengths + padded(count * 4) };
}

/** A DataView of exactly these bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// Fields are read from the bytes themselves: a DataView for each record read would take a tenth of its memory.

/** A 16-bit field. */
export function readUint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 2 ** 8;
}

/** A 32-bit field. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at) + readUint16(bytes, at + 2) * 2 ** 16;
}

/** A 64-bit field as a number; NaN when it is no safe integer, so that no comparison accepts it. */
export function readSafeInteger(bytes: Uint8Array, at: number): number {
  const value = readUint32(bytes, at) + readUint32(bytes, at + 4) * 2 ** 32;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** Writes a safe non-negative integer as a 64-bit field. */
export function writeSafeInteger(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
