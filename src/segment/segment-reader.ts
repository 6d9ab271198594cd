import type { BlobHandle, BlobOptions } from '../blob/index.js';
import { type ByteRange, coalesceRanges } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError } from '../errors/index.js';
import { CheckedFile } from './checked-file.js';
import { recordChecksum } from './record-checksum.js';
import { type ExpectedSegment, locateTail, parseTail, type SegmentIndex } from './segment-index.js';
import { readSafeInteger, readUint32, recordLayout } from './segment-layout.js';
import type { SegmentName } from './segment-name.js';

// Two records 64 KiB apart cost about as much in one read as in two, on disk and more so on an object store.
const coalesceLimits = { maxGapBytes: 64 * 1024, maxOverRead: 0.25, maxLength: 4 * 2 ** 20 };

/** Reads of one call in flight together; libuv has four threads. */
const concurrentReads = 4;

/** Records longer than this are never read while the process waits: half of a millisecond with their checksum. */
const maxBlockingBytes = 512 * 1024;

/** Values in the order asked, and what it took to read them. */
export interface RecordValues {
  readonly values: Uint8Array[];
  /** Bytes read for them, gaps between neighbours included. */
  readonly bytesRead: number;
}

/**
 * One open segment. Records are addressed by position, 0 <= k < count.
 *
 * Values are verified before they are returned: CorruptionError (path, offset, index, expected, found) for
 * bytes that are not the ones written at this place of this segment.
 */
export interface SegmentReader {
  readonly name: SegmentName;
  /** Avro schema the values were written with. */
  readonly schema: string;
  readonly count: number;
  /** Curve index of record k. */
  indexAt(k: number): number;
  /** Position of the first record whose index is not less than `index`; `count` when there is none. */
  lowerBound(index: number): number;
  /** Position of the record with this index, -1 when there is none. */
  find(index: number): number;
  /** Where record k lies in the file, header included. */
  locate(k: number): ByteRange;
  /** The value of record k, by one read of exactly its bytes. */
  read(k: number, options?: BlobOptions): Promise<Uint8Array>;
  /** The same at once; undefined where it has to be waited for: the store has no such reads, or the record is long. */
  readSync(k: number): Uint8Array | undefined;
  /** Values of several records, neighbours read together. Views of shared buffers. */
  readMany(ks: readonly number[], options?: BlobOptions): Promise<RecordValues>;
}

/**
 * Opens a segment by one read of its tail, which must be what the name and the manifest say.
 *
 * The reader does not own `handle`: whoever opened it closes it, after the last read has settled.
 * Throws: CorruptionError, or UnsupportedError for a later format.
 */
export async function openSegment(
  handle: BlobHandle,
  expected: ExpectedSegment,
  options: BlobOptions = {},
): Promise<SegmentReader> {
  return createReader(new CheckedFile(handle), await readIndex(handle, expected, options));
}

/** Reads and checks the tail. */
export async function readIndex(
  handle: BlobHandle,
  expected: ExpectedSegment,
  options: BlobOptions = {},
): Promise<SegmentIndex> {
  requireSize(handle, expected);
  const { path } = handle;
  return parseTail(await handle.read(locateTail(expected, path), options), expected, path);
}

/** Throws CorruptionError when the file is not as long as the manifest says. */
export function requireSize({ path, sizeBytes }: BlobHandle, expected: ExpectedSegment): void {
  if (sizeBytes === expected.sizeBytes) return;
  throw new CorruptionError('segment size mismatch', {
    path,
    offset: Math.min(sizeBytes, expected.sizeBytes),
    expected: expected.sizeBytes,
    found: sizeBytes,
  });
}

/** A reader over an index read before and an open file. */
export function createReader(file: CheckedFile, index: SegmentIndex): SegmentReader {
  return new OpenSegment(file, index);
}

class OpenSegment implements SegmentReader {
  readonly #file: CheckedFile;
  readonly #handle: BlobHandle;
  readonly #index: SegmentIndex;

  constructor(file: CheckedFile, index: SegmentIndex) {
    this.#file = file;
    this.#handle = file.handle;
    this.#index = index;
  }

  get name(): SegmentName {
    return this.#index.name;
  }

  get schema(): string {
    return this.#index.schema;
  }

  get count(): number {
    return this.#index.keys.length;
  }

  indexAt(k: number): number {
    return this.name.first + this.#index.keys[this.#require(k)]!;
  }

  lowerBound(index: number): number {
    const { keys } = this.#index;
    const key = index - this.name.first;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keys[middle]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  find(index: number): number {
    const k = this.lowerBound(index);
    return k < this.count && this.indexAt(k) === index ? k : -1;
  }

  locate(k: number): ByteRange {
    const { offsets, lengths } = this.#index;
    return { offset: offsets[this.#require(k)]! * 8, length: lengths[k]! };
  }

  async read(k: number, options: BlobOptions = {}): Promise<Uint8Array> {
    const record = this.#readRange(this.locate(k), { ks: [k], options });
    await settleAll([record, this.#file.checkHeader(this.#index)]);
    return this.#verify(k, await record);
  }

  readSync(k: number): Uint8Array | undefined {
    const range = this.locate(k);
    if (this.#handle.readSync === undefined || range.length > maxBlockingBytes) return undefined;
    this.#file.checkHeaderNow(this.#index);
    return this.#verify(k, this.#readNow(range, k));
  }

  async readMany(ks: readonly number[], options: BlobOptions = {}): Promise<RecordValues> {
    const ranges = ks.map((k) => this.locate(k));
    const groups = coalesceRanges(ranges, coalesceLimits);
    const values = new Array<Uint8Array>(ks.length);
    let bytesRead = 0;
    let nextGroup = 0;
    const readGroups = async (): Promise<void> => {
      for (let group = groups[nextGroup++]; group !== undefined; group = groups[nextGroup++]) {
        const range = { offset: group.offset, length: group.length };
        const bytes = await this.#readRange(range, {
          ks: group.members.map((member) => ks[member]!),
          options,
        });
        bytesRead += bytes.length;
        for (const member of group.members) {
          const { offset, length } = ranges[member]!;
          const start = offset - group.offset;
          values[member] = this.#verify(ks[member]!, bytes.subarray(start, start + length));
        }
      }
    };
    const lanes = Array.from({ length: Math.min(concurrentReads, groups.length) }, readGroups);
    await settleAll(groups.length === 0 ? [] : [...lanes, this.#file.checkHeader(this.#index)]);
    return { values, bytesRead };
  }

  #require(k: number): number {
    if (Number.isInteger(k) && k >= 0 && k < this.count) return k;
    throw new InvalidArgumentError('no such record in segment', {
      path: this.#handle.path,
      k,
      count: this.count,
    });
  }

  async #readRange(
    range: ByteRange,
    { ks, options }: { ks: readonly number[]; options: BlobOptions },
  ): Promise<Uint8Array> {
    try {
      return await this.#handle.read(range, options);
    } catch (cause) {
      throw this.#lostRecord(cause, range, ks);
    }
  }

  #readNow(range: ByteRange, k: number): Uint8Array {
    try {
      return this.#handle.readSync!(range);
    } catch (cause) {
      throw this.#lostRecord(cause, range, [k]);
    }
  }

  /** Of a read of records `ks` that found the file's end before theirs, an error that says which is the first. */
  #lostRecord(cause: unknown, range: ByteRange, ks: readonly number[]): unknown {
    if (!(cause instanceof CorruptionError)) return cause;
    const { offset: at, found } = cause.fields;
    const end = typeof at === 'number' && typeof found === 'number' ? at + found : range.offset;
    const lost = ks.filter((k) => this.locate(k).offset + this.locate(k).length > end);
    const k = lost.reduce((a, b) => Math.min(a, b), lost[0] ?? ks[0]!);
    const { offset, length: expected } = this.locate(k);
    const fields = { ...cause.fields, offset, index: this.indexAt(k), expected };
    return new CorruptionError(cause.message, { ...fields, found: Math.max(0, end - offset) }, { cause });
  }

  /** The value, when `record` is what was written at this place. */
  #verify(k: number, record: Uint8Array): Uint8Array {
    const { offset, length } = this.locate(k);
    if (record.length !== length) throw this.#mismatch(k, 'read length', [length, record.length]);
    if (!this.#file.isVerified(k)) {
      const crc = readUint32(record, recordLayout.crc);
      const computed = recordChecksum(record, { salt: this.#index.salt, offset });
      if (crc !== computed) throw this.#mismatch(k, 'checksum', [crc, computed]);
      this.#file.setVerified(k, this.count);
    }
    const valueLength = readUint32(record, recordLayout.valueLength);
    const expectedLength = length - recordLayout.headerSize;
    if (valueLength !== expectedLength) throw this.#mismatch(k, 'length', [expectedLength, valueLength]);
    const index = this.indexAt(k);
    const storedIndex = readSafeInteger(record, recordLayout.index);
    if (storedIndex !== index) throw this.#mismatch(k, 'index', [index, storedIndex]);
    return record.subarray(recordLayout.headerSize);
  }

  #mismatch(k: number, what: string, [expected, found]: readonly [number, number]): CorruptionError {
    const fields = { path: this.#handle.path, offset: this.locate(k).offset, index: this.indexAt(k) };
    return new CorruptionError(`record ${what} mismatch`, { ...fields, expected, found });
  }
}

/** Throws the first error, but only once everything has settled: nobody may close the file under a read. */
async function settleAll(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') throw result.reason;
  }
}
