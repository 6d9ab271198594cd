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
import type { Parameter } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import { openStaging, type Staging } from '../../staging/index.js';
import { layoutOf } from '../tile-layout.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { stageParameter } from './stage-parameter.js';
import { codecOf, type WriteOptions } from './write-options.js';
import { planWrite, type WritePlan } from './write-plan.js';

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
  try {
    const job = { store, source, plan, options, staging };
    await stageAll(job);
    const drained = await drainAll(job);
    const manifest = describeLayer(job, {
      uuid: await claimLayer(store, layer, options),
      runs: drained.map((run) => run.entry),
    });
    await commitManifest(store, manifest, options);
    const sum = (of: (run: DrainedRun) => number) => drained.reduce((total, run) => total + of(run), 0);
    return {
      manifest,
      tiles: sum((run) => run.tiles),
      segments: sum((run) => run.entry.segments.length),
      bytes: sum((run) => run.bytes),
    };
  } finally {
    await staging.destroy();
  }
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
      grid,
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

async function drainAll({ store, source, plan, options, staging }: WriteJob): Promise<DrainedRun[]> {
  const drained: DrainedRun[] = [];
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  for (const run of plan.runs.runs) {
    const parameter = parameters.get(run.parameter)!;
    const layout = layoutOf(parameter, source.grid, plan.tileShape);
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
    options.onProgress?.({ phase: 'sorting', done: drained.length, total: plan.runs.runs.length });
  }
  return drained;
}

function describeLayer(
  { source, plan, options }: WriteJob,
  made: { readonly uuid: string; readonly runs: readonly RunEntry[] },
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
    levels: 1,
    levelMethods: {},
    statistics: statisticsOf(made.runs),
    runs: made.runs,
  };
}

/** A source's parameter without what only its source needs. */
function describeParameter({ dims, shape, chunkShape, ...parameter }: SourceParameter): Parameter {
  return parameter;
}
