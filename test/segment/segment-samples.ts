import { createHash } from 'node:crypto';
import type { BlobHandle, BlobOptions } from '../../src/blob/index.js';
import type { ByteRange } from '../../src/bytes/index.js';
import type { CurveIndex } from '../../src/curve/index.js';
import { CorruptionError } from '../../src/errors/index.js';
import {
  type ExpectedSegment,
  openSegment,
  type SegmentFile,
  type SegmentReader,
  type SegmentRecord,
  type WriteSegmentsOptions,
  writeSegments,
} from '../../src/segment/index.js';

export const run = { level: 0, parameter: 't2m', partition: 'all' };
export const writeOptions: WriteSegmentsOptions = {
  generation: 1,
  run,
  commitId: 'commit-1',
  schema: '"bytes"',
};

/** A record of any index; the curve's own constructor is not what is tested here. */
export function recordOf(index: number, value: Uint8Array): SegmentRecord {
  return { index: index as CurveIndex, value };
}

/** `size` bytes that differ from those of any other seed. */
export function sampleValue(seed: number, size: number): Uint8Array {
  const value = new Uint8Array(size);
  for (let at = 0, k = 0; at < size; at += 32, k++) {
    value.set(
      createHash('sha256')
        .update(`${seed}/${k}`)
        .digest()
        .subarray(0, size - at),
      at,
    );
  }
  return value;
}

export async function* stream<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

export async function writeAll(
  records: Iterable<SegmentRecord>,
  options: Partial<WriteSegmentsOptions> = {},
): Promise<SegmentFile[]> {
  const files: SegmentFile[] = [];
  for await (const file of writeSegments(stream(records), { ...writeOptions, ...options })) files.push(file);
  return files;
}

/** The one segment that these records make. */
export async function writeOne(
  records: Iterable<SegmentRecord>,
  options: Partial<WriteSegmentsOptions> = {},
): Promise<SegmentFile> {
  const files = await writeAll(records, options);
  if (files.length !== 1) throw new Error(`one segment was meant, not ${files.length}`);
  return files[0]!;
}

export function bytesOf(file: SegmentFile): Uint8Array {
  return Uint8Array.from(Buffer.concat(file.chunks));
}

/** A handle over bytes in memory that notes what is read. */
export class MemoryHandle implements BlobHandle {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reads: ByteRange[] = [];

  constructor(bytes: Uint8Array, path = 'layers/a/tiles/0/t2m/all/x.seg') {
    this.bytes = bytes;
    this.path = path;
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  async read(range: ByteRange, options?: BlobOptions): Promise<Uint8Array> {
    options?.signal?.throwIfAborted();
    this.reads.push(range);
    const end = range.offset + range.length;
    if (end > this.bytes.length) throw new CorruptionError('blob too short', { path: this.path });
    return this.bytes.slice(range.offset, end);
  }

  async close(): Promise<void> {}
}

export function expectedOf(file: SegmentFile): ExpectedSegment {
  return { name: file.name, sizeBytes: file.sizeBytes, run };
}

export function openFile(file: SegmentFile): Promise<SegmentReader> {
  return openSegment(new MemoryHandle(bytesOf(file)), expectedOf(file));
}

/** Every record of a reader, one read each. */
export async function readAll(reader: SegmentReader): Promise<SegmentRecord[]> {
  const records: SegmentRecord[] = [];
  for (let k = 0; k < reader.count; k++) records.push(recordOf(reader.indexAt(k), await reader.read(k)));
  return records;
}
