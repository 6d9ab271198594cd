import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlobStore } from '../../blob/index.js';
import {
  claimLayer,
  commitManifest,
  FORMAT_VERSION,
  findManifest,
  type Manifest,
  newestSequence,
  type RunEntry,
} from '../../catalog/index.js';
import { createKeyIndex, curveFor, type KeyIndexSpec } from '../../curve/index.js';
import { ConflictError, InvalidArgumentError, UnsupportedError } from '../../errors/index.js';
import {
  axisLength,
  coordinateAt,
  durationBin,
  parseDuration,
  parseLayerName,
  type TileShape,
} from '../../grid/index.js';
import { mergeSummaries, type Parameter, type Summary } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import { openStaging, type Staging } from '../../staging/index.js';
import { RunTable } from '../run-table.js';
import { checkTileBytes, chooseTileShape, gridTiles, layoutOf } from '../tile-layout.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { stageParameter } from './stage-parameter.js';
import {
  chooseSegmentBytes,
  codecOf,
  type MemoryShares,
  shareMemory,
  type WriteOptions,
} from './write-options.js';

/** What a write made. */
export interface WriteResult {
  readonly manifest: Manifest;
  readonly tiles: number;
  readonly segments: number;
  readonly bytes: number;
}

/** What is decided before the first chunk is read. */
interface WritePlan {
  readonly layer: string;
  readonly sequence: number;
  readonly commitId: string;
  readonly tileShape: TileShape;
  readonly keyIndex: KeyIndexSpec;
  readonly memory: MemoryShares;
  readonly segmentBytes: number;
  readonly runs: RunTable;
  readonly operation: 'write' | 'overwrite';
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
    const summaries = await stageAll(source, plan, { staging, options });
    const drained = await drainAll(store, source, plan, { staging, options, summaries });
    const manifest = describeLayer(source, plan, {
      uuid: await claimLayer(store, layer, options),
      options,
      summaries,
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

async function planWrite(
  store: BlobStore,
  source: Source,
  options: WriteOptions & { layer: string },
): Promise<WritePlan> {
  const layer = parseLayerName(options.layer);
  const existing = await findManifest(store, layer, options);
  if (existing && !options.overwrite) {
    throw new ConflictError('the layer exists already; --overwrite replaces it', {
      layer,
      snapshot: existing.sequence,
    });
  }
  const memory = shareMemory(options.memoryBytes);
  const tileShape = chooseTileShape(source.grid, options.tileShape);
  for (const parameter of source.parameters) {
    requireFiniteNoData(parameter);
    checkTileBytes(layoutOf(parameter, source.grid, tileShape).shape, parameter, memory.stagingBytes);
  }
  return {
    layer,
    sequence: ((await newestSequence(store, layer, options)) ?? 0) + 1,
    commitId: randomUUID(),
    tileShape,
    keyIndex: chooseKeyIndex(source, tileShape, options),
    memory,
    segmentBytes: chooseSegmentBytes(options.segmentBytes, memory.totalBytes),
    runs: new RunTable(source.grid, source.parameters, tileShape),
    operation: existing ? 'overwrite' : 'write',
  };
}

/** The manifest is JSON, which has no infinities. */
function requireFiniteNoData({ id, noData }: Parameter): void {
  if (noData === undefined || Number.isFinite(noData)) return;
  throw new UnsupportedError('no-data value is not finite', { parameter: id, found: String(noData) });
}

/** Time is on the curve whenever the grid has a time axis, so that later steps can be appended. */
function chooseKeyIndex(source: Source, tileShape: TileShape, options: WriteOptions): KeyIndexSpec {
  const { grid } = source;
  const name = options.curve ?? 'hilbert';
  const tiles = gridTiles(grid, tileShape);
  if (grid.t === undefined) {
    if (options.temporalResolution !== undefined) {
      throw new InvalidArgumentError('a temporal resolution needs a time axis', { source: source.location });
    }
    return { curve: curveFor(name, [tiles.col, tiles.row]) };
  }
  if (options.temporalResolution === undefined) {
    return { curve: curveFor(name, [tiles.col, tiles.row, tiles.t]), time: { kind: 'tile' } };
  }
  const ends = [coordinateAt(grid.t, 0), coordinateAt(grid.t, axisLength(grid.t) - 1)];
  const [originMs, lastMs] = [Math.min(...ends), Math.max(...ends)];
  const duration = parseDuration(options.temporalResolution);
  const bins = durationBin(lastMs, originMs, duration, grid.t.calendar) + 1;
  return {
    curve: curveFor(name, [tiles.col, tiles.row, bins]),
    time: { kind: 'duration', duration: options.temporalResolution, originMs },
  };
}

async function stageAll(
  source: Source,
  plan: WritePlan,
  { staging, options }: { staging: Staging; options: WriteOptions },
): Promise<Map<string, Summary | undefined>> {
  const { grid } = source;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape: plan.tileShape });
  const total = source.parameters.reduce((cells, { shape }) => cells + shape.reduce((a, b) => a * b, 1), 0);
  const summaries = new Map<string, Summary | undefined>();
  let done = 0;
  for (const parameter of source.parameters) {
    const summary = await stageParameter({
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
    summaries.set(parameter.id, summary);
  }
  return summaries;
}

async function drainAll(
  store: BlobStore,
  source: Source,
  plan: WritePlan,
  context: { staging: Staging; options: WriteOptions; summaries: Map<string, Summary | undefined> },
): Promise<DrainedRun[]> {
  const { staging, options, summaries } = context;
  const drained: DrainedRun[] = [];
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  for (const run of plan.runs.runs) {
    const parameter = parameters.get(run.parameter)!;
    const result = await drainRun(store, {
      layer: plan.layer,
      run,
      parameter,
      layout: layoutOf(parameter, source.grid, plan.tileShape),
      staging,
      codec: codecOf(options),
      segmentBytes: plan.segmentBytes,
      generation: plan.sequence,
      commitId: plan.commitId,
      signal: options.signal,
    });
    summaries.set(run.parameter, mergeSummaries(summaries.get(run.parameter), result.summary));
    drained.push(result);
    options.onProgress?.({ phase: 'sorting', done: drained.length, total: plan.runs.runs.length });
  }
  return drained;
}

function describeLayer(
  source: Source,
  plan: WritePlan,
  made: {
    uuid: string;
    options: WriteOptions;
    summaries: Map<string, Summary | undefined>;
    runs: readonly RunEntry[];
  },
): Manifest {
  const statistics: Record<string, Summary> = {};
  for (const [id, summary] of made.summaries) {
    // Cells may be infinite; such a range is no use for colours, and JSON has no word for it.
    if (summary && Object.values(summary).every(Number.isFinite)) statistics[id] = summary;
  }
  return {
    formatVersion: FORMAT_VERSION,
    layer: plan.layer,
    uuid: made.uuid,
    sequence: plan.sequence,
    commitId: plan.commitId,
    createdAt: new Date().toISOString(),
    operation: plan.operation,
    title: made.options.title ?? source.title ?? plan.layer,
    attributes: source.attributes,
    grid: source.grid,
    parameters: source.parameters.map(describeParameter),
    scheme: 'floating',
    tileShape: plan.tileShape,
    keyIndex: plan.keyIndex,
    codec: codecOf(made.options),
    statistics,
    runs: made.runs,
  };
}

/** A source's parameter without what only its source needs. */
function describeParameter({ dims, shape, chunkShape, ...parameter }: SourceParameter): Parameter {
  return parameter;
}
