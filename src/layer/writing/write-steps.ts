import type { BlobStore } from '../../blob/index.js';
import { FORMAT_VERSION, type Manifest, type RunEntry, statisticsOf } from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import { levelGrid, type TileKey } from '../../grid/index.js';
import { cellBytes, type Parameter } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import type { Staging } from '../../staging/index.js';
import { methodOf } from '../levels/choose-levels.js';
import { rowWeights } from '../levels/halve-tile.js';
import { haveWholeBlocks } from '../levels/level-assembler.js';
import { levelKeys, stageLevel } from '../levels/stage-level.js';
import { LayerReader } from '../reading/layer-reader.js';
import { type Run, runFolder } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import { CellBuffers } from './cell-buffers.js';
import type { Checkpoints } from './checkpoints.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { type StagedWindows, stageParameter, tileAxes } from './stage-parameter.js';
import { openTileEncoder } from './tile-encoder.js';
import { TileStager, type TileStagerOptions } from './tile-stager.js';
import type { TileEncoder, TileWork } from './tile-work.js';
import { codecOf, type WriteOptions } from './write-options.js';
import type { WritePlan } from './write-plan.js';

/** Records made at once; only those of tiles that were staged in parts take long. */
const DRAIN_LANES = 6;
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
  const { source, plan } = job;
  const buffers = new CellBuffers(plan.memory.spareBytes);
  const { queueBytes } = plan.memory;
  const sourceBytes = bytesOf(source.parameters, totalCells(job));
  const encoder = openTileEncoder({ sourceBytes, queueBytes, buffers });
  try {
    return await new RunWriter(job, { encoder, buffers }).run();
  } finally {
    await encoder.close();
  }
}

interface EncodingMeans {
  readonly encoder: TileEncoder;
  readonly buffers: CellBuffers;
}

class RunWriter {
  readonly #job: WriteJob;
  readonly #means: EncodingMeans;
  /** Whether tiles become those of the next level while they are in memory. */
  readonly #isStreamed: boolean;
  readonly #works: ReadonlyMap<string, readonly TileWork[]>;
  readonly #done = { sorted: 0, made: 0 };

  constructor(job: WriteJob, means: EncodingMeans) {
    this.#job = job;
    this.#means = means;
    const { source, plan } = job;
    this.#isStreamed = source.parameters.every((parameter) =>
      haveWholeBlocks(layoutOf(parameter, source.grid, plan.tileShape)),
    );
    this.#works = new Map(source.parameters.map((parameter) => [parameter.id, this.#worksOf(parameter)]));
  }

  async run(): Promise<DrainedRun[]> {
    const { plan } = this.#job;
    for (const [number, parameter] of this.#job.source.parameters.entries()) {
      await this.#stageParameter(number, parameter);
    }
    const drained: DrainedRun[] = [];
    for (let level = 0; level < plan.levels; level++) {
      if (level > 0 && !this.#isStreamed) await this.#stageFromBelow(level, drained);
      drained.push(...(await this.#drainLevel(level)));
    }
    return drained;
  }

  #worksOf(source: SourceParameter): TileWork[] {
    const {
      source: { grid },
      plan,
      options,
    } = this.#job;
    // Without what only its source needs: works may go to another thread.
    const parameter = describeParameter(source);
    const method = methodOf(plan.levelMethods, parameter.id) ?? 'mean';
    return Array.from({ length: plan.levels }, (_, level) => {
      const own = levelGrid(grid, level);
      const layout = layoutOf(parameter, own, plan.tileShape);
      const work = { parameter, layout, codec: codecOf(options) };
      if (!this.#isStreamed || level === plan.levels - 1) return work;
      return {
        ...work,
        reduction: { method, rowWeights: rowWeights(own, { start: 0, end: layout.cells.row }) },
      };
    });
  }

  async #stageParameter(number: number, parameter: SourceParameter): Promise<void> {
    const { source, plan, options, checkpoints } = this.#job;
    const start = startOf(this.#job, 0, number);
    if (start === undefined) return;
    const total = totalCells(this.#job);
    let { cells } = checkpoints;
    const advance = ({ windows, values }: StagedWindows) =>
      checkpoints.advance({ level: 0, parameter: number, steps: windows, values }, cells);
    await stageParameter({
      ...this.#stagerOptions(parameter.id),
      source,
      parameter,
      axes: tileAxes(source.grid),
      customAxes: source.grid.custom.length,
      layout: layoutOf(parameter, source.grid, plan.tileShape),
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
        isDue: (isCheap) => checkpoints.isDue(isCheap),
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

  #stagerOptions(parameter: string): Omit<TileStagerOptions, 'signal'> {
    const { source, plan, staging } = this.#job;
    return {
      ...this.#means,
      keyIndex: createKeyIndex(plan.keyIndex, { grid: source.grid, tileShape: plan.tileShape }),
      runs: plan.runs,
      staging,
      works: this.#works.get(parameter)!,
      unfinishedBytes: plan.memory.unfinishedLevelsBytes,
    };
  }

  /** Makes every tile of a level from stored ones. */
  async #stageFromBelow(level: number, drained: readonly DrainedRun[]): Promise<void> {
    const runs = drained.map(({ entry }) => entry);
    const pending = describeLayer(this.#job, { uuid: PENDING, levels: level, runs });
    await stageFromBelow(this.#job, pending, (count) => this.#report('levels', count));
  }

  async #drainLevel(level: number): Promise<DrainedRun[]> {
    const { plan, checkpoints } = this.#job;
    const drained: DrainedRun[] = [];
    try {
      for (const run of plan.runs.runs) {
        if (run.level === level) drained.push(await this.#drainRun(run));
      }
    } catch (error) {
      if (isStopped(this.#job)) await checkpoints.saveAtStop();
      throw error;
    }
    return drained;
  }

  async #drainRun(run: Run): Promise<DrainedRun> {
    const { store, plan, options, staging, checkpoints } = this.#job;
    const place = { number: run.number, folder: runFolder(plan.layer, run) };
    const tiles = new TileStager({ ...this.#stagerOptions(run.parameter), signal: options.signal });
    const drained = await drainRun(store, {
      layer: plan.layer,
      run,
      encoding: this.#works.get(run.parameter)![run.level]!,
      complete: async (tile) => {
        const worked = await tiles.complete(tile);
        if (worked.quarter) await tiles.stageQuarter(tile.key, worked.quarter);
        return worked;
      },
      lanes: DRAIN_LANES,
      staging,
      segmentBytes: plan.segmentBytes,
      generation: plan.sequence,
      commitId: plan.commitId,
      signal: options.signal,
      earlier: checkpoints.run(run.number),
      onTiles: (count) => {
        if (run.level === 0) this.#report('sorting', count);
        else if (this.#isStreamed) this.#report('levels', count);
      },
      onSegment: async (segment, count) => {
        checkpoints.addSegment(place, segment, count);
        if (checkpoints.isDue()) await checkpoints.save();
      },
    });
    checkpoints.finishRun(place);
    return drained;
  }

  #report(phase: 'sorting' | 'levels', count: number): void {
    const counted = phase === 'sorting' ? 'sorted' : 'made';
    this.#done[counted] += count;
    const total = countTiles(this.#job, (level) => (phase === 'sorting') === (level === 0));
    this.#job.options.onProgress?.({ phase, done: this.#done[counted], total, unit: 'tiles' });
  }
}

function totalCells({ source }: WriteJob): number {
  return source.parameters.reduce((sum, { shape }) => sum + cellsOf(shape), 0);
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
