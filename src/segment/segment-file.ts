import { crc32 } from '../bytes/index.js';
import { recordChecksum } from './record-checksum.js';
import { bytesOfRecord, gatherRecords, type PendingRecord } from './record-log.js';
import {
  headerLayout,
  indexColumns,
  padded,
  recordLayout,
  segmentVersion,
  trailerLayout,
  viewOf,
  writeSafeInteger,
} from './segment-layout.js';
import { type SegmentMeta, segmentSalt } from './segment-meta.js';

/** The bytes of a segment, in order. */
export interface BuiltSegment {
  readonly chunks: Uint8Array[];
  readonly sizeBytes: number;
  readonly tailBytes: number;
}

/** What a segment holds besides its records. */
export interface SegmentContext {
  readonly meta: SegmentMeta;
  /** The same, encoded. */
  readonly metaBytes: Uint8Array;
  readonly generation: number;
}

/** Completes the records (their checksums depend on where they end up) and puts header and tail around them. */
export function buildSegment(records: readonly PendingRecord[], context: SegmentContext): BuiltSegment {
  const first = records[0]!.index;
  const salt = segmentSalt(context.meta, { first, generation: context.generation });
  const end = placeRecords(records, salt);
  const { tail, sizeBytes } = buildTail(records, { salt, end, meta: context.metaBytes });
  const chunks = [buildHeader(first, salt), ...gatherRecords(records), tail];
  return { chunks, sizeBytes, tailBytes: tail.length };
}

/** Fills in the checksums; returns the offset behind the last record. */
function placeRecords(records: readonly PendingRecord[], salt: Uint8Array): number {
  let offset: number = headerLayout.size;
  for (const record of records) {
    const bytes = bytesOfRecord(record);
    viewOf(bytes).setUint32(recordLayout.crc, recordChecksum(bytes, { salt, offset }), true);
    offset += padded(record.length);
  }
  return offset;
}

function buildHeader(first: number, salt: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerLayout.size);
  const view = viewOf(header);
  header.set(headerLayout.magic);
  view.setUint16(headerLayout.version, segmentVersion, true);
  view.setUint16(headerLayout.headerSize, headerLayout.size, true);
  writeSafeInteger(view, headerLayout.first, first);
  header.set(salt, headerLayout.salt);
  view.setUint32(headerLayout.crc, crc32(header.subarray(0, headerLayout.crc)), true);
  return header;
}

interface TailContext {
  readonly salt: Uint8Array;
  /** Offset behind the last record, where the index block starts. */
  readonly end: number;
  readonly meta: Uint8Array;
}

function buildTail(records: readonly PendingRecord[], { salt, end, meta }: TailContext) {
  const first = records[0]!.index;
  const last = records.at(-1)!.index;
  const keyWidth = last - first < 2 ** 32 ? 4 : 8;
  const indexLength = indexColumns(records.length, keyWidth).size;
  const trailerAt = indexLength + padded(meta.length);
  const tail = new Uint8Array(trailerAt + trailerLayout.size);
  writeColumns(tail, records, keyWidth);
  tail.set(meta, indexLength);

  const trailer = tail.subarray(trailerAt);
  const view = viewOf(trailer);
  writeSafeInteger(view, trailerLayout.indexOffset, end);
  view.setUint32(trailerLayout.indexLength, indexLength, true);
  view.setUint32(trailerLayout.metaLength, meta.length, true);
  view.setUint32(trailerLayout.count, records.length, true);
  view.setUint32(trailerLayout.tailCrc, crc32(tail.subarray(0, trailerAt)), true);
  writeSafeInteger(view, trailerLayout.first, first);
  writeSafeInteger(view, trailerLayout.last, last);
  trailer.set(salt, trailerLayout.salt);
  view.setUint16(trailerLayout.version, segmentVersion, true);
  view.setUint8(trailerLayout.keyWidth, keyWidth);
  view.setUint32(trailerLayout.crc, crc32(trailer.subarray(0, trailerLayout.crc)), true);
  view.setUint32(trailerLayout.magic, trailerLayout.magicValue, true);
  return { tail, sizeBytes: end + tail.length };
}

function writeColumns(tail: Uint8Array, records: readonly PendingRecord[], keyWidth: number): void {
  const view = viewOf(tail);
  const columns = indexColumns(records.length, keyWidth);
  const first = records[0]!.index;
  let offset: number = headerLayout.size;
  for (const [k, { index, length }] of records.entries()) {
    if (keyWidth === 4) view.setUint32(columns.keys + k * 4, index - first, true);
    else writeSafeInteger(view, columns.keys + k * 8, index - first);
    view.setUint32(columns.offsets + k * 4, offset / 8, true);
    view.setUint32(columns.lengths + k * 4, length, true);
    offset += padded(length);
  }
}
