import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../blob/index.js';
import {
  claimLayer,
  commitManifest,
  FORMAT_VERSION,
  type Manifest,
  type RunEntry,
  statisticsOf,
} from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import { ConflictError } from '../../errors/index.js';
import { levelGrid } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import { openStaging, type Staging } from '../../staging/index.js';
import { levelKeys, stageLevel } from '../levels/stage-level.js';
import { LayerReader } from '../reading/layer-reader.js';
import { layoutOf } from '../tile-layout.js';
import { CreatedBlobs } from './created-blobs.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { stageParameter, tileAxes } from './stage-parameter.js';
import { codecOf, type WriteOptions } from './write-options.js';
import { planWrite, type WritePlan } from './write-plan.js';

/** Identity of a layer that only this process knows yet. */
const PENDING = 'pending';

/** What a write made. */
export interface WriteResult {
  readonly manifest: Manifest;
  readonly tiles: number;
  readonly segments: number;
  readonly bytes: number;
}

/** What the steps of one write share. */
interface WriteJob {
  readonly store: BlobStore;
  readonly source: Source;
  readonly plan: WritePlan;
  readonly options: WriteOptions;
  readonly staging: Staging;
}

/**
 * Writes a whole source as a layer: every chunk is read once, tiles wait sorted by curve index, runs are
 * drained into segments, and one manifest makes them visible. Cut short at any moment, the layer is what
 * it was before.
 *
 * Throws: ConflictError when the layer exists (and `overwrite` is not set) or another writer was faster;
 *         InvalidArgumentError for a bad name or option; what the source and the store throw.
 */
export async function writeLayer(
  store: BlobStore,
  source: Source,
  { layer, ...options }: WriteOptions & { readonly layer: string },
): Promise<WriteResult> {
  const plan = await planWrite(store, source, { layer, ...options });
  const directory = options.stagingDirectory ?? join(tmpdir(), `tilecurve-staging-${plan.commitId}`);
  const staging = await openStaging({ directory, memoryBytes: plan.memory.stagingBytes });
  const created = new CreatedBlobs(store);
  let isCommitting = false;
  try {
    const job = { store: created.store, source, plan, options, staging };
    const drained = await writeSegmentsOf(job);
    const manifest = describeLayer(job, {
      uuid: await claimLayer(store, layer, options),
      levels: plan.levels,
      runs: drained.map(({ entry }) => entry),
    });
    isCommitting = true;
    await commitManifest(store, manifest, options);
    const sum = (of: (run: DrainedRun) => number) => drained.reduce((total, run) => total + of(run), 0);
    return {
      manifest,
      tiles: sum((run) => run.tiles),
      segments: sum((run) => run.entry.segments.length),
      bytes: sum((run) => run.bytes),
    };
  } catch (error) {
    // A commit that failed may have been made all the same, unless another writer's is in its place.
    if (!isCommitting || error instanceof ConflictError) await created.takeBack();
    throw error;
  } finally {
    await staging.destroy();
  }
}

/** All runs of all levels, durable but not yet visible. */
async function writeSegmentsOf(job: WriteJob): Promise<DrainedRun[]> {
  await stageAll(job);
  const drained = await drainLevel(job, 0);
  for (let level = 1; level < job.plan.levels; level++) {
    const pending = describeLayer(job, {
      uuid: PENDING,
      levels: level,
      runs: drained.map(({ entry }) => entry),
    });
    await stageFromBelow(job, pending);
    drained.push(...(await drainLevel(job, level)));
  }
  return drained;
}

async function stageAll({ source, plan, options, staging }: WriteJob): Promise<void> {
  const { grid } = source;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape: plan.tileShape });
  const total = source.parameters.reduce((cells, { shape }) => cells + shape.reduce((a, b) => a * b, 1), 0);
  let done = 0;
  for (const parameter of source.parameters) {
    await stageParameter({
      source,
      parameter,
      axes: tileAxes(grid),
      customAxes: grid.custom.length,
      layout: layoutOf(parameter, grid, plan.tileShape),
      keyIndex,
      runs: plan.runs,
      staging,
      codec: codecOf(options),
      windowBytes: plan.memory.windowBytes,
      partialTilesBytes: plan.memory.partialTilesBytes,
      signal: options.signal,
      onCells: (cells) => {
        done += cells;
        options.onProgress?.({ phase: 'reading', done, total });
      },
    });
  }
}

/** Makes every tile of the level above the highest of `pending`. */
async function stageFromBelow({ store, plan, options, staging }: WriteJob, pending: Manifest): Promise<void> {
  const { grid, tileShape, levels: level } = pending;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape });
  const reader = new LayerReader(store, pending);
  try {
    for (const [done, parameter] of pending.parameters.entries()) {
      const keys = levelKeys(parameter, { grid, tileShape, level }, plan.runs);
      const { runs } = plan;
      await stageLevel(parameter, keys, { reader, runs, keyIndex, staging, signal: options.signal });
      options.onProgress?.({ phase: 'levels', done: done + 1, total: pending.parameters.length });
    }
  } finally {
    await reader.close();
  }
}

async function drainLevel(job: WriteJob, level: number): Promise<DrainedRun[]> {
  const { store, source, plan, options, staging } = job;
  const drained: DrainedRun[] = [];
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  const runs = plan.runs.runs.filter((run) => run.level === level);
  for (const run of runs) {
    const parameter = parameters.get(run.parameter)!;
    const layout = layoutOf(parameter, levelGrid(source.grid, level), plan.tileShape);
    const result = await drainRun(store, {
      layer: plan.layer,
      run,
      encoding: { parameter, layout, codec: codecOf(options) },
      staging,
      segmentBytes: plan.segmentBytes,
      generation: plan.sequence,
      commitId: plan.commitId,
      signal: options.signal,
    });
    drained.push(result);
    options.onProgress?.({ phase: 'sorting', done: drained.length, total: runs.length });
  }
  return drained;
}

function describeLayer(
  { source, plan, options }: WriteJob,
  made: { readonly uuid: string; readonly levels: number; readonly runs: readonly RunEntry[] },
): Manifest {
  return {
    formatVersion: FORMAT_VERSION,
    layer: plan.layer,
    uuid: made.uuid,
    sequence: plan.sequence,
    commitId: plan.commitId,
    createdAt: new Date().toISOString(),
    operation: plan.operation,
    title: options.title ?? source.title ?? plan.layer,
    attributes: source.attributes,
    grid: source.grid,
    parameters: source.parameters.map(describeParameter),
    scheme: 'floating',
    tileShape: plan.tileShape,
    keyIndex: plan.keyIndex,
    codec: codecOf(options),
    levels: made.levels,
    levelMethods: plan.levelMethods,
    statistics: statisticsOf(made.runs),
    runs: made.runs,
  };
}

/** A source's parameter without what only its source needs. */
function describeParameter({ dims, shape, chunkShape, ...parameter }: SourceParameter): Parameter {
  return parameter;
}
