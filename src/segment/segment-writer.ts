import { createHash } from 'node:crypto';
import type { CurveIndex } from '../curve/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import { type PendingRecord, RecordLog } from './record-log.js';
import { chooseCut, segmentBytes } from './segment-cut.js';
import { buildSegment } from './segment-file.js';
import { defaultSegmentBytes, maxRecordsPerSegment, padded, recordLayout } from './segment-layout.js';
import { encodeMeta, type SegmentMeta, type SegmentRun } from './segment-meta.js';
import type { SegmentName } from './segment-name.js';

/** A record to be written: its place on the curve and the encoded pairs. */
export interface SegmentRecord {
  readonly index: CurveIndex;
  readonly value: Uint8Array;
}

/** How a run is cut into segments. */
export interface WriteSegmentsOptions {
  /** Largest file (default 64 MiB); one record that is larger makes a segment of its own. */
  readonly limitBytes?: number;
  /** Most records in one file (default and limit 65,536). */
  readonly maxRecords?: number;
  /** Sequence of the manifest that will introduce the segments. */
  readonly generation: number;
  readonly run: SegmentRun;
  /** Of the commit that writes, so that two commits never make the same file. */
  readonly commitId: string;
  /** Avro schema the values are written with. */
  readonly schema: string;
  readonly signal?: AbortSignal;
}

/** A finished segment, ready to be put under its name. `chunks` follow each other in the file. */
export interface SegmentFile {
  readonly name: SegmentName;
  readonly chunks: Uint8Array[];
  readonly sizeBytes: number;
}

/** Largest value a record can hold; its length is a 32-bit field. */
const maxValueBytes = 2 ** 31;

/** Schema texts are a few kilobytes; the tail's length must fit six hex digits. */
const maxMetaBytes = 2 ** 20;

/**
 * Cuts a run's records, in order of index, into segments; equal input gives equal bytes.
 *
 * Cost:   memory of about one segment; a segment is yielded before the records behind it are read on.
 * Throws: InvalidArgumentError when indexes are not strictly ascending safe integers.
 */
export async function* writeSegments(
  records: AsyncIterable<SegmentRecord>,
  options: WriteSegmentsOptions,
): AsyncGenerator<SegmentFile> {
  const roll = new SegmentRoll(options);
  for await (const { index, value } of records) {
    options.signal?.throwIfAborted();
    for (let file = roll.makeRoom(index, value); file !== undefined; file = roll.makeRoom(index, value)) {
      yield file;
    }
    roll.append(index, value);
  }
  options.signal?.throwIfAborted();
  if (roll.hasRecords) yield roll.close();
}

/** The records of the segment being filled, and the rules for closing it. */
class SegmentRoll {
  readonly #meta: SegmentMeta;
  readonly #metaBytes: Uint8Array;
  readonly #generation: number;
  readonly #limitBytes: number;
  readonly #maxRecords: number;
  readonly #log = new RecordLog();
  #pending: PendingRecord[] = [];
  #recordBytes = 0;
  #lastIndex = -1;

  constructor({ run, commitId, schema, generation, limitBytes, maxRecords }: WriteSegmentsOptions) {
    this.#meta = { run, commitId, schema };
    this.#metaBytes = encodeMeta(this.#meta);
    this.#generation = generation;
    this.#limitBytes = requirePositive('limitBytes', limitBytes ?? defaultSegmentBytes);
    const most = requirePositive('maxRecords', maxRecords ?? maxRecordsPerSegment);
    this.#maxRecords = Math.min(most, maxRecordsPerSegment);
    if (this.#metaBytes.length > maxMetaBytes) {
      const fields = { found: this.#metaBytes.length, expected: maxMetaBytes };
      throw new InvalidArgumentError('schema too long for a segment', fields);
    }
  }

  get hasRecords(): boolean {
    return this.#pending.length > 0;
  }

  append(index: number, value: Uint8Array): void {
    this.#lastIndex = requireNext(index, this.#lastIndex);
    if (value.length > maxValueBytes) {
      throw new InvalidArgumentError('record too long', {
        index,
        found: value.length,
        expected: maxValueBytes,
      });
    }
    const record = this.#log.append(index, value);
    this.#pending.push(record);
    this.#recordBytes += padded(record.length);
  }

  /** Closes and returns a segment when the record does not fit; `undefined` when it does. */
  makeRoom(index: number, value: Uint8Array): SegmentFile | undefined {
    const count = this.#pending.length;
    if (count === 0) return undefined;
    requireNext(index, this.#lastIndex);
    const next = { index, length: recordLayout.headerSize + value.length };
    const grown = this.#recordBytes + padded(next.length);
    const metaBytes = this.#metaBytes.length;
    const fits = count < this.#maxRecords && segmentBytes(count + 1, grown, metaBytes) <= this.#limitBytes;
    if (fits) return undefined;
    const limits = { limitBytes: this.#limitBytes, maxRecords: this.#maxRecords, metaBytes };
    return this.#cut(chooseCut(this.#pending, next, limits));
  }

  close(): SegmentFile {
    return this.#cut(this.#pending.length);
  }

  #cut(count: number): SegmentFile {
    const records = this.#pending.slice(0, count);
    this.#pending = this.#pending.slice(count);
    for (const { length } of records) this.#recordBytes -= padded(length);
    const built = buildSegment(records, {
      meta: this.#meta,
      metaBytes: this.#metaBytes,
      generation: this.#generation,
    });
    const hash = createHash('sha256');
    for (const chunk of built.chunks) hash.update(chunk);
    const name: SegmentName = {
      first: records[0]!.index,
      last: records.at(-1)!.index,
      count,
      tailBytes: built.tailBytes,
      generation: this.#generation,
      sha: hash.digest('hex').slice(0, 32),
    };
    return { name, chunks: built.chunks, sizeBytes: built.sizeBytes };
  }
}

function requirePositive(field: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('not a positive integer', { field, found: value });
}

function requireNext(index: number, last: number): number {
  if (Number.isSafeInteger(index) && index > last) return index;
  throw new InvalidArgumentError('record indexes must ascend', {
    found: index,
    expected: `more than ${last}`,
  });
}
