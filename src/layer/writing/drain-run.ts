import type { BlobStore } from '../../blob/index.js';
import type { RunEntry } from '../../catalog/index.js';
import { recordSchema } from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import type { StagedValue, Staging } from '../../staging/index.js';
import type { Run } from '../run-table.js';
import { mergeStaged, type TileEncoding } from './staged-tile.js';
import { type RunRecord, writeRun } from './write-run.js';

/** A run whose segments are in the store, durable but not yet visible. */
export interface DrainedRun {
  readonly entry: RunEntry;
  readonly tiles: number;
  readonly bytes: number;
}

export interface DrainJob {
  readonly layer: string;
  readonly run: Run;
  readonly encoding: TileEncoding;
  readonly staging: Staging;
  readonly segmentBytes: number;
  readonly generation: number;
  readonly commitId: string;
  readonly signal: AbortSignal | undefined;
}

/** Moves what is staged for one run into segments, in the order of the curve. */
export async function drainRun(store: BlobStore, job: DrainJob): Promise<DrainedRun> {
  const { level, parameter, z, custom, partition } = job.run;
  const { layer, segmentBytes, generation, commitId, signal } = job;
  const { segments, tiles, bytes } = await writeRun(store, records(job), {
    layer,
    run: { level, parameter, partition },
    schema: recordSchema,
    segmentBytes,
    generation,
    commitId,
    signal,
  });
  return { entry: { level, parameter, z, custom, partition, segments }, tiles, bytes };
}

async function* records({ run, encoding, staging, signal }: DrainJob): AsyncGenerator<RunRecord> {
  for await (const group of groupByIndex(staging.drain(run.number, signal))) {
    const merged = await mergeStaged(
      group.map((value) => value.bytes),
      encoding,
    );
    yield { index: group[0]!.index as CurveIndex, ...merged };
  }
}

/** Staged values of one index together; they arrive sorted. */
export async function* groupByIndex(values: AsyncIterable<StagedValue>): AsyncGenerator<StagedValue[]> {
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
