import { createKeyIndex } from '../../curve/index.js';
import { levelGrid } from '../../grid/index.js';
import { cellBytes } from '../../raster/index.js';
import type { SourceParameter } from '../../sources/index.js';
import { methodOf } from '../levels/choose-levels.js';
import { rowWeights } from '../levels/halve-tile.js';
import { haveWholeBlocks } from '../levels/level-assembler.js';
import { type Run, runFolder } from '../run-table.js';
import { layoutOf } from '../tile-layout.js';
import { CellBuffers } from './cell-buffers.js';
import { describeLayer, describeParameter } from './describe-layer.js';
import { type DrainedRun, drainRun } from './drain-run.js';
import { stageFromBelow } from './stage-from-below.js';
import { type StagedWindows, stageParameter, tileAxes } from './stage-parameter.js';
import { openTileEncoder } from './tile-encoder.js';
import { TileStager, type TileStagerOptions } from './tile-stager.js';
import type { TileEncoder, TileWork } from './tile-work.js';
import { isStopped, startOf, type WriteJob } from './write-job.js';
import { codecOf } from './write-options.js';

/** Records made at once; only those of tiles that were staged in parts take long. */
const DRAIN_LANES = 6;
/** Identity of a layer that only this process knows yet. */
const PENDING = 'pending';

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

function countTiles({ source, plan }: WriteJob, isCounted: (level: number) => boolean): number {
  const parameters = new Map(source.parameters.map((parameter) => [parameter.id, parameter]));
  const tilesOf = ({ level, parameter }: Run) => {
    const { tiles } = layoutOf(parameters.get(parameter)!, levelGrid(source.grid, level), plan.tileShape);
    return tiles.t * tiles.row * tiles.col;
  };
  return plan.runs.runs.reduce((sum, run) => sum + (isCounted(run.level) ? tilesOf(run) : 0), 0);
}
