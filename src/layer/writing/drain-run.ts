import type { BlobStore } from '../../blob/index.js';
import type { RunEntry, SegmentEntry } from '../../catalog/index.js';
import { type CodecName, recordSchema } from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import { mergeSummaries, type Parameter, type Summary } from '../../raster/index.js';
import { formatSegmentName, writeSegments } from '../../segment/index.js';
import type { StagedValue, Staging } from '../../staging/index.js';
import { type Run, runFolder } from '../run-table.js';
import type { TileLayout } from '../tile-layout.js';
import { mergeStaged } from './staged-tile.js';

/** A run whose segments are in the store, durable but not yet visible. */
export interface DrainedRun {
  readonly entry: RunEntry;
  readonly tiles: number;
  readonly bytes: number;
  /** Of the tiles that had arrived in parts. */
  readonly summary: Summary | undefined;
}

export interface DrainJob {
  readonly layer: string;
  readonly run: Run;
  readonly parameter: Parameter;
  readonly layout: TileLayout;
  readonly staging: Staging;
  readonly codec: CodecName;
  readonly segmentBytes: number;
  readonly generation: number;
  readonly commitId: string;
  readonly signal: AbortSignal | undefined;
}

/** Moves what is staged for one run into segments, in the order of the curve. */
export async function drainRun(store: BlobStore, job: DrainJob): Promise<DrainedRun> {
  const { level, parameter, z, custom, partition } = job.run;
  const merged = { tiles: 0, summary: undefined as Summary | undefined };
  const segments: SegmentEntry[] = [];
  let bytes = 0;
  const files = writeSegments(records(job, merged), {
    limitBytes: job.segmentBytes,
    generation: job.generation,
    run: { level, parameter, partition },
    commitId: job.commitId,
    schema: recordSchema,
    signal: job.signal,
  });
  for await (const { name, chunks, sizeBytes } of files) {
    const path = `${runFolder(job.layer, job.run)}${formatSegmentName(name)}`;
    await store.putIfAbsent(path, chunks, job);
    segments.push({ ...name, sizeBytes });
    bytes += sizeBytes;
  }
  return { entry: { level, parameter, z, custom, partition, segments }, bytes, ...merged };
}

async function* records(
  job: DrainJob,
  merged: { tiles: number; summary: Summary | undefined },
): AsyncGenerator<{ index: CurveIndex; value: Uint8Array }> {
  for await (const group of groupByIndex(job.staging.drain(job.run.number, job.signal))) {
    const { record, summary } = await mergeStaged(
      group.map((value) => value.bytes),
      job,
    );
    merged.tiles += new Set(group.map((value) => value.order[0])).size;
    merged.summary = mergeSummaries(merged.summary, summary);
    yield { index: group[0]!.index as CurveIndex, value: record };
  }
}

async function* groupByIndex(values: AsyncIterable<StagedValue>): AsyncGenerator<StagedValue[]> {
  let group: StagedValue[] = [];
  for await (const value of values) {
    if (group.length > 0 && group[0]!.index !== value.index) {
      yield group;
      group = [];
    }
    group.push(value);
  }
  if (group.length > 0) yield group;
}
