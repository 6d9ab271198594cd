import type { BlobStore } from '../../blob/index.js';
import type { RunEntry, SegmentEntry } from '../../catalog/index.js';
import { recordSchema, type StoredPair } from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import type { StagedValue, Staging } from '../../staging/index.js';
import type { SegmentAccess } from '../reading/segment-access.js';
import type { Run } from '../run-table.js';
import { groupByIndex } from '../writing/drain-run.js';
import { decodeStaged, encodeRecordOf } from '../writing/staged-tile.js';
import type { TileEncoding } from '../writing/tile-encoding.js';
import { type RunRecord, writeRun } from '../writing/write-run.js';
import { mergeRecord, type RecordMerge } from './merge-record.js';
import { planRewrite } from './plan-rewrite.js';

/** Half a segment: a smaller neighbour of a gap is rewritten with what comes into the gap. */
const SMALL = 0.5;

/** What rewriting a run needs. */
export interface RewriteJob {
  readonly store: BlobStore;
  readonly layer: string;
  readonly run: Run;
  /** The run as it is; absent when the layer has none there yet. */
  readonly entry: RunEntry | undefined;
  readonly access: SegmentAccess;
  readonly encoding: TileEncoding;
  readonly merge: RecordMerge;
  readonly staging: Staging;
  readonly segmentBytes: number;
  readonly generation: number;
  readonly commitId: string;
  readonly signal: AbortSignal | undefined;
}

/** A run with what is staged for it, its new segments durable but not yet visible. */
export interface RewrittenRun {
  readonly entry: RunEntry;
  readonly replaced: readonly SegmentEntry[];
  readonly written: readonly SegmentEntry[];
  readonly tiles: number;
  /** Indexes that changed, ascending. */
  readonly indexes: readonly number[];
}

/** Merges staged tiles into a run; undefined when none is staged. Segments without a change stay as they are. */
export async function rewriteRun(job: RewriteJob): Promise<RewrittenRun | undefined> {
  const { run, entry, staging, signal } = job;
  const indexes: number[] = [];
  for await (const { index } of staging.drain(run.number, signal)) {
    if (indexes.at(-1) !== index) indexes.push(index);
  }
  if (indexes.length === 0) return undefined;
  const groups = groupByIndex(staging.drain(run.number, signal));
  const segments: SegmentEntry[] = [];
  const replaced: SegmentEntry[] = [];
  const written: SegmentEntry[] = [];
  let tiles = 0;
  try {
    for (const step of planRewrite(entry?.segments ?? [], indexes, job.segmentBytes * SMALL)) {
      if (step.kind === 'keep') {
        segments.push(step.segment);
        continue;
      }
      const stats = { tiles: 0 };
      const made = await writeRun(job.store, mergedRecords(job, step, { groups, stats }), {
        layer: job.layer,
        run: { level: run.level, parameter: run.parameter, partition: run.partition },
        schema: recordSchema,
        segmentBytes: job.segmentBytes,
        generation: job.generation,
        commitId: job.commitId,
        signal,
      });
      tiles += stats.tiles;
      segments.push(...made.segments);
      written.push(...made.segments);
      replaced.push(...step.segments);
    }
  } finally {
    await groups.return(undefined);
  }
  const { level, parameter, z, custom, partition } = run;
  return {
    entry: { level, parameter, z, custom, partition, segments },
    replaced,
    written,
    tiles,
    indexes,
  };
}

/** Stored records and staged groups of one step, merged in order of index. */
async function* mergedRecords(
  job: RewriteJob,
  step: { readonly segments: readonly SegmentEntry[]; readonly indexes: readonly number[] },
  { groups, stats }: { groups: AsyncGenerator<StagedValue[]>; stats: { tiles: number } },
): AsyncGenerator<RunRecord> {
  const changes = step.indexes[Symbol.iterator]();
  let change = changes.next();
  const apply = async (index: number, stored: readonly StoredPair[]): Promise<RunRecord | undefined> => {
    const { value: group } = (await groups.next()) as IteratorResult<StagedValue[], StagedValue[]>;
    const staged = decodeStaged(
      group.map(({ bytes }) => bytes),
      job.encoding.parameter.type,
    );
    stats.tiles += staged.whole.length + staged.partial.length;
    change = changes.next();
    const merged = await mergeRecord(stored, staged, job);
    return merged && { index: index as CurveIndex, ...merged };
  };
  for await (const { index, value, pairs } of storedRecords(job, step.segments)) {
    while (!change.done && change.value < index) {
      const record = await apply(change.value, []);
      if (record) yield record;
    }
    if (!change.done && change.value === index) {
      const record = await apply(index, pairs);
      if (record) yield record;
    } else {
      yield encodeRecordOf(index, value, pairs);
    }
  }
  while (!change.done) {
    const record = await apply(change.value, []);
    if (record) yield record;
  }
}

/** All records of segments; `value` is absent when it was written with another schema than today's. */
async function* storedRecords(
  { entry, access, signal }: RewriteJob,
  segments: readonly SegmentEntry[],
): AsyncGenerator<{ index: number; value: Uint8Array | undefined; pairs: StoredPair[] }> {
  for (const segment of segments) {
    const lease = await access.lease(entry!, segment, signal);
    try {
      for (let k = 0; k < lease.reader.count; k++) {
        const record = await lease.reader.read(k, signal ? { signal } : {});
        const value = lease.reader.schema === recordSchema ? record : undefined;
        yield { index: lease.reader.indexAt(k), value, pairs: lease.decode(k, record) };
      }
    } finally {
      lease.release();
    }
  }
}
