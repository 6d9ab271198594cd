import type { BlobStore } from '../../blob/index.js';
import type { RunEntry, SegmentEntry } from '../../catalog/index.js';
import { recordSchema } from '../../codec/index.js';
import type { CurveIndex } from '../../curve/index.js';
import type { StagedValue, Staging } from '../../staging/index.js';
import type { Run } from '../run-table.js';
import { inOrder } from './in-order.js';
import type { PartialTile } from './partial-tile.js';
import type { SavedRun } from './saved-write.js';
import { mergeStaged } from './staged-tile.js';
import type { TileEncoding } from './tile-encoding.js';
import type { WorkedTile } from './tile-work.js';
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
  /** Encodes a tile whose parts have all been found. */
  readonly complete: (tile: PartialTile) => Promise<WorkedTile>;
  /** Tiles to complete at once. */
  readonly lanes: number;
  readonly staging: Staging;
  readonly segmentBytes: number;
  readonly generation: number;
  readonly commitId: string;
  readonly signal: AbortSignal | undefined;
  /** The segments an earlier process made of this run, from its start. */
  readonly earlier: SavedRun | undefined;
  readonly onTiles: (tiles: number) => void;
  readonly onSegment: (segment: SegmentEntry, tiles: number) => Promise<void>;
}

/** Moves what is staged for one run into segments, in the order of the curve. */
export async function drainRun(store: BlobStore, job: DrainJob): Promise<DrainedRun> {
  const { level, parameter, z, custom, partition } = job.run;
  const { layer, segmentBytes, generation, commitId, signal, earlier, onSegment } = job;
  const done = earlier?.segments ?? [];
  const doneTiles = sum(earlier?.tiles ?? []);
  if (doneTiles > 0) job.onTiles(doneTiles);
  const rest = earlier?.isWhole
    ? { segments: [], tiles: 0, bytes: 0 }
    : await writeRun(store, recordsAfter(done.at(-1)?.last ?? -1, job), {
        layer,
        run: { level, parameter, partition },
        schema: recordSchema,
        segmentBytes,
        generation,
        commitId,
        signal,
        onSegment,
      });
  return {
    entry: { level, parameter, z, custom, partition, segments: [...done, ...rest.segments] },
    tiles: doneTiles + rest.tiles,
    bytes: sum(done.map(({ sizeBytes }) => sizeBytes)) + rest.bytes,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Segments are cut as records come, so those after the end of one are the same whoever writes them. */
async function* recordsAfter(
  last: number,
  { run, encoding, complete, lanes, staging, signal, onTiles }: DrainJob,
): AsyncGenerator<RunRecord> {
  // What lies before is read as well: only a whole run shows that none of its values is lost.
  const merged = inOrder(groupByIndex(staging.drain(run.number, signal)), lanes, async (group) => {
    const { index } = group[0]!;
    if (index <= last) return undefined;
    const values = group.map((value) => value.bytes);
    return { index: index as CurveIndex, ...(await mergeStaged(values, encoding, complete)) };
  });
  for await (const record of merged) {
    if (record === undefined) continue;
    onTiles(record.tiles);
    yield record;
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
