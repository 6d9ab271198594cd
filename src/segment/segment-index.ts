import { crc32 } from '../bytes/index.js';
import { CorruptionError, UnsupportedError } from '../errors/index.js';
import {
  headerLayout,
  indexColumns,
  maxRecordsPerSegment,
  padded,
  readSafeInteger,
  readUint16,
  readUint32,
  recordLayout,
  segmentVersion,
  trailerLayout,
} from './segment-layout.js';
import { decodeMeta, type SegmentRun, segmentSalt } from './segment-meta.js';
import type { SegmentName } from './segment-name.js';

/** What the caller (name and manifest) knows of a segment before it is opened. */
export interface ExpectedSegment {
  readonly name: SegmentName;
  readonly sizeBytes: number;
  readonly run: SegmentRun;
}

/** The checked tail of a segment; needs no open file. */
export interface SegmentIndex {
  readonly name: SegmentName;
  readonly schema: string;
  readonly salt: Uint8Array;
  /** Ascending curve indexes less `name.first`. */
  readonly keys: Uint32Array | Float64Array;
  /** Offsets of the records in the file, divided by 8. */
  readonly offsets: Uint32Array;
  /** Lengths of the records with header, without padding. */
  readonly lengths: Uint32Array;
  /** Memory it takes, roughly. */
  readonly sizeBytes: number;
}

interface Tail {
  readonly bytes: Uint8Array;
  /** Of its first byte in the file. */
  readonly offset: number;
  readonly trailer: Uint8Array;
  readonly expected: ExpectedSegment;
  readonly path: string;
}

/** Where the tail is, by the name and the manifest alone; CorruptionError when a file cannot be like that. */
export function locateTail({ name, sizeBytes }: ExpectedSegment, path: string) {
  const { count, tailBytes } = name;
  const smallest = indexColumns(count, 4).size + trailerLayout.size;
  const largest = sizeBytes - headerLayout.size - count * recordLayout.headerSize;
  if (count > maxRecordsPerSegment || tailBytes < smallest || !(tailBytes <= largest)) {
    const fields = { path, offset: sizeBytes, count, tailBytes, sizeBytes };
    throw new CorruptionError('impossible segment size', fields);
  }
  return { offset: sizeBytes - tailBytes, length: tailBytes };
}

/** Checks the tail against everything known and takes it apart. `bytes` is what `locateTail` points at. */
export function parseTail(bytes: Uint8Array, expected: ExpectedSegment, path: string): SegmentIndex {
  const trailer = bytes.subarray(bytes.length - trailerLayout.size);
  const offset = expected.sizeBytes - bytes.length;
  const tail: Tail = { bytes, offset, trailer, expected, path };
  checkTrailer(tail);
  const { metaLength, columns, keyWidth } = checkLayout(tail);
  const { name, run } = expected;
  const metaBytes = bytes.subarray(columns.size, columns.size + metaLength);
  const meta = decodeMeta(metaBytes, { path, offset: offset + columns.size });
  check(tail, 'run', { expected: formatRun(run), found: formatRun(meta.run) });
  const salt = segmentSalt(meta, name);
  check(tail, 'salt', { expected: toHex(salt), found: toHex(readSalt(trailer)) });
  const index: SegmentIndex = {
    name,
    schema: meta.schema,
    salt,
    keys: readKeys(bytes, name.count, keyWidth),
    offsets: readColumn(bytes, columns.offsets, name.count),
    lengths: readColumn(bytes, columns.lengths, name.count),
    sizeBytes: name.count * 16 + meta.schema.length * 2 + 1_024,
  };
  checkColumns(index, tail);
  return index;
}

function checkTrailer(tail: Tail): void {
  const { trailer, path, bytes } = tail;
  const { magic, magicValue, crc, features, version } = trailerLayout;
  const at = { ...tail, offset: tail.offset + bytes.length - trailerLayout.size };
  check(at, 'trailer magic', { expected: magicValue, found: readUint32(trailer, magic) });
  check(at, 'trailer checksum', {
    expected: readUint32(trailer, crc),
    found: crc32(trailer.subarray(0, crc)),
  });
  requireSupported({ version: readUint16(trailer, version), features: readUint32(trailer, features) }, path);
}

/** Throws UnsupportedError for a version or features this code does not know. */
export function requireSupported(found: { version: number; features: number }, path: string): void {
  if (found.version !== segmentVersion) {
    const fields = { path, found: found.version, expected: segmentVersion };
    throw new UnsupportedError('segment of an unknown version', fields);
  }
  if (found.features !== 0) {
    throw new UnsupportedError('segment with unknown features', { path, found: found.features, expected: 0 });
  }
}

function checkLayout(tail: Tail) {
  const { trailer, bytes, offset, expected, path } = tail;
  const { name } = expected;
  const fields = trailerLayout;
  const keyWidth = trailer[fields.keyWidth]!;
  if (keyWidth !== 4 && keyWidth !== 8) {
    const fields = { path, offset, expected: [4, 8], found: keyWidth };
    throw new CorruptionError('impossible key width in segment', fields);
  }
  const columns = indexColumns(name.count, keyWidth);
  const metaLength = readUint32(trailer, fields.metaLength);
  const trailerAt = bytes.length - fields.size;
  check(tail, 'first index', { expected: name.first, found: readSafeInteger(trailer, fields.first) });
  check(tail, 'last index', { expected: name.last, found: readSafeInteger(trailer, fields.last) });
  check(tail, 'record count', { expected: name.count, found: readUint32(trailer, fields.count) });
  check(tail, 'index offset', {
    expected: offset,
    found: readSafeInteger(trailer, fields.indexOffset),
  });
  check(tail, 'index length', { expected: columns.size, found: readUint32(trailer, fields.indexLength) });
  check(tail, 'tail length', { expected: trailerAt, found: columns.size + padded(metaLength) });
  check(tail, 'tail checksum', {
    expected: readUint32(trailer, fields.tailCrc),
    found: crc32(bytes.subarray(0, trailerAt)),
  });
  return { keyWidth, columns, metaLength };
}

/** Keys ascend from first to last; records follow each other without holes from the header to the index. */
function checkColumns({ keys, offsets, lengths, name }: SegmentIndex, tail: Tail): void {
  let previous = -1;
  let offset: number = headerLayout.size;
  for (let k = 0; k < name.count; k++) {
    const key = keys[k]!;
    const length = lengths[k]!;
    if (!(key > previous) || offsets[k]! * 8 !== offset || length < recordLayout.headerSize) {
      const found = { key, offset: offsets[k]! * 8, length };
      const fields = { path: tail.path, offset: tail.offset, position: k, expected: offset, found };
      throw new CorruptionError('segment index out of order', fields);
    }
    previous = key;
    offset += padded(length);
  }
  check(tail, 'first key', { expected: 0, found: keys[0] });
  check(tail, 'last key', { expected: name.last - name.first, found: previous });
  check(tail, 'end of records', { expected: tail.offset, found: offset });
}

function readKeys(bytes: Uint8Array, count: number, keyWidth: number): Uint32Array | Float64Array {
  if (keyWidth === 4) return readColumn(bytes, 0, count);
  return Float64Array.from({ length: count }, (_, k) => readSafeInteger(bytes, k * 8));
}

/** A column of its own: a view would keep the whole tail, and need it aligned. */
function readColumn(bytes: Uint8Array, at: number, count: number): Uint32Array {
  const column = new Uint32Array(count);
  for (let k = 0; k < count; k++) column[k] = readUint32(bytes, at + k * 4);
  return column;
}

function readSalt(trailer: Uint8Array): Uint8Array {
  return trailer.subarray(trailerLayout.salt, trailerLayout.salt + 8);
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function check(
  { path, offset }: Tail,
  what: string,
  { expected, found }: { expected: unknown; found: unknown },
): void {
  if (found === expected) return;
  throw new CorruptionError(`segment ${what} mismatch`, { path, offset, expected, found });
}

function formatRun({ level, parameter, partition }: SegmentRun): string {
  return JSON.stringify([level, parameter, partition]);
}
