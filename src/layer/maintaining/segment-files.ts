import type { BlobOptions, BlobStore } from '../../blob/index.js';
import type { Manifest, RunEntry, SegmentEntry } from '../../catalog/index.js';
import { createRecordDecoder, type StoredPair } from '../../codec/index.js';
import { NotFoundError } from '../../errors/index.js';
import { formatSegmentName, openSegment, type SegmentReader } from '../../segment/index.js';
import { atRecord, type RecordPlace } from '../reading/record-place.js';
import { runFolder } from '../run-table.js';
import { BoundedTasks } from '../writing/bounded-tasks.js';

/** Calls for the store under way at once. */
const CALLS = 8;
/** Bytes of records fetched together. */
const BATCH_BYTES = 4 * 2 ** 20;

/** A segment and where it lies. */
export interface SegmentFile {
  readonly run: RunEntry;
  readonly segment: SegmentEntry;
  readonly path: string;
}

/** Path of a segment of a layer. */
export function segmentPath(layer: string, run: RunEntry, segment: SegmentEntry): string {
  return `${runFolder(layer, run)}${formatSegmentName(segment)}`;
}

/** All segments of a snapshot, run by run. */
export function* segmentFiles({ layer, runs }: Pick<Manifest, 'layer' | 'runs'>): Generator<SegmentFile> {
  for (const run of runs) {
    for (const segment of run.segments) yield { run, segment, path: segmentPath(layer, run, segment) };
  }
}

/** Runs `work` for each item, a few at once; the first failure ends it once all have settled. */
export async function forEachBounded<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
  { signal }: BlobOptions = {},
): Promise<void> {
  const tasks = new BoundedTasks(CALLS);
  try {
    for (const item of items) {
      signal?.throwIfAborted();
      await tasks.add(() => work(item));
    }
    await tasks.finish();
  } finally {
    await tasks.settle();
  }
}

/** Throws: NotFoundError when a segment of the snapshot is not in the store any more. */
export async function requireSegments(
  store: BlobStore,
  manifest: Manifest,
  options: BlobOptions = {},
): Promise<void> {
  const check = async ({ path }: SegmentFile): Promise<void> => {
    if ((await store.stat(path, options)) !== undefined) return;
    const { layer, sequence } = manifest;
    throw new NotFoundError('segments of the snapshot are gone', { layer, snapshot: sequence, path });
  };
  await forEachBounded(segmentFiles(manifest), check, options);
}

/** Opens a segment for the time of `use`. */
export async function withSegment<T>(
  store: BlobStore,
  { run, segment, path }: SegmentFile,
  use: (reader: SegmentReader) => Promise<T>,
): Promise<T> {
  const handle = await store.open(path);
  try {
    const { level, parameter, partition } = run;
    const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
    return await use(await openSegment(handle, expected));
  } finally {
    await handle.close();
  }
}

/** A record as it lies in a segment, verified. */
export interface StoredRecord extends RecordPlace {
  readonly value: Uint8Array;
  readonly schema: string;
}

/** The tiles of a record. Throws: CorruptionError that says where the record lies. */
export function decodeStored(record: StoredRecord): StoredPair[] {
  return atRecord(record, () => createRecordDecoder(record.schema)(record.value));
}

/** Records of segments that follow each other, ascending; memory is bounded by a few megabytes, or one record. */
export async function* readRecords(
  store: BlobStore,
  files: Iterable<SegmentFile>,
  options: BlobOptions = {},
): AsyncGenerator<StoredRecord> {
  for (const { run, segment, path } of files) {
    const handle = await store.open(path, options);
    try {
      const { level, parameter, partition } = run;
      const expected = { name: segment, sizeBytes: segment.sizeBytes, run: { level, parameter, partition } };
      const reader = await openSegment(handle, expected, options);
      for (const batch of batches(reader)) {
        const { values } = await reader.readMany(batch, options);
        for (const [i, k] of batch.entries()) {
          const { offset } = reader.locate(k);
          yield { path, offset, index: reader.indexAt(k), value: values[i]!, schema: reader.schema };
        }
      }
    } finally {
      await handle.close();
    }
  }
}

function* batches(reader: SegmentReader): Generator<number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (let k = 0; k < reader.count; k++) {
    batch.push(k);
    bytes += reader.locate(k).length;
    if (bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
