import type { BlobStore } from '../../blob/index.js';
import { FORMAT_VERSION, type Manifest, type RunEntry, statisticsOf } from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import { levelGrid, type TileKey } from '../../grid/index.js';
import { cellBytes, type Parameter } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import type { Staging } from '../../staging/index.js';
import { levelKeys, stageLevel } from '../levels/stage-level.js';
import { LayerReader } from '../reading/layer-reader.js';
import { type Run, runFolder } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import type { Checkpoints } from './checkpoints.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { type StagedWindows, stageParameter, tileAxes } from './stage-parameter.js';
import { codecOf, type WriteOptions } from './write-options.js';
import type { WritePlan } from './write-plan.js';

/** Identity of a layer that only this process knows yet. */
const PENDING = 'pending';

/** What the steps of one write share. */
export interface WriteJob {
  readonly store: BlobStore;
  readonly source: Source;
  readonly plan: WritePlan;
  readonly options: WriteOptions;
  readonly staging: Staging;
  readonly checkpoints: Checkpoints;
}

/** All runs of all levels, durable but not yet visible. */
export async function writeRuns(job: WriteJob): Promise<DrainedRun[]> {
  await stageSource(job);
  const tiles = { sorted: 0, made: 0 };
  const drained = await drainLevel(job, 0, (count) => {
    tiles.sorted += count;
    report(job, { phase: 'sorting', done: tiles.sorted, total: countTiles(job, (level) => level === 0) });
  });
  for (let level = 1; level < job.plan.levels; level++) {
    const pending = describeLayer(job, {
      uuid: PENDING,
      levels: level,
      runs: drained.map(({ entry }) => entry),
    });
    await stageFromBelow(job, pending, (count) => {
      tiles.made += count;
      report(job, { phase: 'levels', done: tiles.made, total: countTiles(job, (other) => other > 0) });
    });
    drained.push(...(await drainLevel(job, level, () => undefined)));
  }
  return drained;
}

async function stageSource(job: WriteJob): Promise<void> {
  const { source, plan, options, staging, checkpoints } = job;
  const { grid } = source;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape: plan.tileShape });
  const total = source.parameters.reduce((sum, { shape }) => sum + cellsOf(shape), 0);
  let cells = checkpoints.cells;
  for (const [number, parameter] of source.parameters.entries()) {
    const start = startOf(job, 0, number);
    if (start === undefined) continue;
    const advance = ({ windows, values }: StagedWindows) =>
      checkpoints.advance({ level: 0, parameter: number, steps: windows, values }, cells);
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
      onCells: (count) => {
        cells += count;
        const bytes = bytesOf(source.parameters, cells);
        options.onProgress?.({ phase: 'reading', done: cells, total, unit: 'cells', bytes });
      },
      checkpoints: {
        start: { windows: start.steps, values: start.values },
        signal: checkpoints.signal,
        isDue: () => checkpoints.isDue(),
        save: (reached) => {
          advance(reached);
          return checkpoints.save();
        },
        saveAtStop: (reached) => {
          advance(reached);
          return checkpoints.saveAtStop();
        },
      },
    });
    checkpoints.advance({ level: 0, parameter: number + 1, steps: 0, values: 0 }, cells);
  }
}

/** Bytes of the first `cells` cells; parameters are read one after the other. */
function bytesOf(parameters: readonly SourceParameter[], cells: number): number {
  let left = cells;
  let bytes = 0;
  for (const { shape, type } of parameters) {
    const count = Math.min(left, cellsOf(shape));
    bytes += count * cellBytes(type);
    left -= count;
  }
  return bytes;
}

function cellsOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** Where to begin with a parameter of a level; undefined when all of it is staged. */
function startOf({ checkpoints }: WriteJob, level: number, parameter: number) {
  const { position } = checkpoints;
  const order = level - position.level || parameter - position.parameter;
  if (order < 0) return undefined;
  return order === 0 ? position : { steps: 0, values: 0 };
}

/** Makes every tile of the level above the highest of `pending`. */
async function stageFromBelow(
  job: WriteJob,
  pending: Manifest,
  onTiles: (count: number) => void,
): Promise<void> {
  const { store, plan, staging, checkpoints } = job;
  const { grid, tileShape, levels: level } = pending;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape });
  const reader = new LayerReader(store, pending);
  try {
    for (const [number, parameter] of pending.parameters.entries()) {
      const start = startOf(job, level, number);
      const keys = new KeyCursor(levelKeys(parameter, { grid, tileShape, level }, plan.runs), onTiles);
      keys.skip(start?.steps ?? Number.POSITIVE_INFINITY);
      while (!keys.isDone) {
        const some = keys.until(() => isStopped(job) || checkpoints.isDue());
        const { runs } = plan;
        await stageLevel(parameter, some, { reader, runs, keyIndex, staging, signal: checkpoints.signal });
        checkpoints.advance({ level, parameter: number, steps: keys.taken, values: 0 });
        await saveWhenDue(job);
      }
      if (start) checkpoints.advance({ level, parameter: number + 1, steps: 0, values: 0 });
    }
  } finally {
    await reader.close();
  }
}

/** Keys of tiles, taken in portions. */
class KeyCursor {
  readonly #keys: Iterator<TileKey>;
  readonly #onTaken: (count: number) => void;
  taken = 0;
  isDone = false;

  constructor(keys: Iterable<TileKey>, onTaken: (count: number) => void) {
    this.#keys = keys[Symbol.iterator]();
    this.#onTaken = onTaken;
  }

  skip(count: number): void {
    while (!this.isDone && this.taken < count) this.#next();
  }

  /** At least one key, while there are any; `isEnough` is asked after each. */
  *until(isEnough: () => boolean): Generator<TileKey> {
    do {
      const key = this.#next();
      if (key) yield key;
    } while (!this.isDone && !isEnough());
  }

  #next(): TileKey | undefined {
    const next = this.#keys.next();
    if (next.done) {
      this.isDone = true;
      return undefined;
    }
    this.taken += 1;
    this.#onTaken(1);
    return next.value;
  }
}

async function drainLevel(
  job: WriteJob,
  level: number,
  onTiles: (count: number) => void,
): Promise<DrainedRun[]> {
  const { store, source, plan, options, staging, checkpoints } = job;
  const drained: DrainedRun[] = [];
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  try {
    for (const run of plan.runs.runs) {
      if (run.level !== level) continue;
      const parameter = parameters.get(run.parameter)!;
      const layout = layoutOf(parameter, levelGrid(source.grid, level), plan.tileShape);
      const place = { number: run.number, folder: runFolder(plan.layer, run) };
      const result = await drainRun(store, {
        layer: plan.layer,
        run,
        encoding: { parameter, layout, codec: codecOf(options) },
        staging,
        segmentBytes: plan.segmentBytes,
        generation: plan.sequence,
        commitId: plan.commitId,
        signal: options.signal,
        earlier: checkpoints.run(run.number),
        onTiles,
        onSegment: async (segment, tiles) => {
          checkpoints.addSegment(place, segment, tiles);
          if (checkpoints.isDue()) await checkpoints.save();
        },
      });
      checkpoints.finishRun(place);
      drained.push(result);
    }
  } catch (error) {
    if (isStopped(job)) await checkpoints.saveAtStop();
    throw error;
  }
  return drained;
}

function isStopped({ options }: WriteJob): boolean {
  return options.signal?.aborted === true;
}

async function saveWhenDue({ options, checkpoints }: WriteJob): Promise<void> {
  if (options.signal?.aborted) await checkpoints.saveAtStop();
  options.signal?.throwIfAborted();
  if (checkpoints.isDue()) await checkpoints.save();
}

function countTiles({ source, plan }: WriteJob, isCounted: (level: number) => boolean): number {
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  const tilesOf = ({ level, parameter }: Run) => {
    const { tiles } = layoutOf(parameters.get(parameter)!, levelGrid(source.grid, level), plan.tileShape);
    return tiles.t * tiles.row * tiles.col;
  };
  return plan.runs.runs.reduce((sum, run) => sum + (isCounted(run.level) ? tilesOf(run) : 0), 0);
}

function report(
  { options }: WriteJob,
  progress: { phase: 'sorting' | 'levels'; done: number; total: number },
) {
  options.onProgress?.({ ...progress, unit: 'tiles' });
}

/** The manifest of what has been made so far. */
export function describeLayer(
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
