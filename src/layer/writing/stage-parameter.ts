import type { CodecName } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import type { Grid } from '../../grid/index.js';
import { type CellArray, cellBytes, permuteAxes } from '../../raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../../sources/index.js';
import type { Staging } from '../../staging/index.js';
import type { RunTable } from '../run-table.js';
import type { TileLayout } from '../tile-layout.js';
import { BoundedTasks } from './bounded-tasks.js';
import { sourceWindows } from './source-windows.js';
import { encodeStaged } from './staged-tile.js';
import { type AssembledTile, type CellBlock, TileAssembler } from './tile-assembler.js';

/** Tiles being encoded at once: enough to keep the compression threads busy. */
const ENCODING = 4;

/** What staging one parameter needs to know. */
export interface StagingJob {
  readonly source: Source;
  readonly parameter: SourceParameter;
  /** The source's names of a tile's axes: custom axes, t, z, y, x; a name the parameter lacks stands for one cell. */
  readonly axes: readonly string[];
  readonly customAxes: number;
  /** Where the cells of a block go, when they do not lie in the layer as they lie in the source. */
  readonly place?: (block: CellBlock) => Iterable<CellBlock>;
  readonly layout: TileLayout;
  readonly keyIndex: KeyIndex;
  readonly runs: RunTable;
  readonly staging: Staging;
  readonly codec: CodecName;
  readonly windowBytes: number;
  readonly partialTilesBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly onCells: (cells: number) => void;
  /** Where to note how far it is, and where to begin; absent, a stop leaves nothing to continue from. */
  readonly checkpoints?: ParameterCheckpoints;
}

/** Windows of a parameter that are in staging as a whole, and how many values were put for them. */
export interface StagedWindows {
  readonly windows: number;
  readonly values: number;
}

/** What staging a parameter knows of checkpoints. */
export interface ParameterCheckpoints {
  /** What an earlier process staged. */
  readonly start: StagedWindows;
  /** Ends what is under way when the work is stopped; aborts a moment after the job's own. */
  readonly signal: AbortSignal | undefined;
  isDue(): boolean;
  save(reached: StagedWindows): Promise<void>;
  /** A last time, when the work is stopped. Never fails. */
  saveAtStop(reached: StagedWindows): Promise<void>;
}

/** Reads a parameter once, chunk by chunk, and leaves its tiles in staging. */
export async function stageParameter(job: StagingJob): Promise<void> {
  const stager = new ParameterStager(job);
  try {
    await stager.run();
  } finally {
    // Whoever destroys the staging must not do so under tiles that are still being put.
    await stager.settle();
  }
}

class ParameterStager {
  readonly #job: StagingJob;
  readonly #assembler: TileAssembler;
  readonly #tasks = new BoundedTasks(ENCODING);
  readonly #signal: AbortSignal | undefined;
  #windows = 0;
  #values: number;

  constructor(job: StagingJob) {
    this.#job = job;
    this.#assembler = new TileAssembler(job.parameter, {
      customAxes: job.customAxes,
      layout: job.layout,
      limitBytes: job.partialTilesBytes,
    });
    this.#signal = job.checkpoints ? job.checkpoints.signal : job.signal;
    this.#values = job.checkpoints?.start.values ?? 0;
  }

  async run(): Promise<void> {
    const { checkpoints } = this.#job;
    const first = checkpoints?.start.windows ?? 0;
    for (const window of windowsOf(this.#job)) {
      if (this.#windows >= first) {
        await this.#stageWindow(window, await this.#read(window));
        if (checkpoints?.isDue()) await checkpoints.save(await this.#stageAll());
      } else this.#windows += 1;
    }
    await this.#stageAll();
  }

  settle(): Promise<void> {
    return this.#tasks.settle();
  }

  // The only place between two windows: a stop is heeded here, where what is staged is consistent.
  async #read(window: SourceWindow): Promise<CellArray> {
    const { source, parameter, signal, checkpoints } = this.#job;
    try {
      signal?.throwIfAborted();
      return await source.read(parameter, window, signal);
    } catch (error) {
      if (signal?.aborted && checkpoints) {
        const reached = await this.#stageAll().catch(() => undefined);
        if (reached) await checkpoints.saveAtStop(reached);
      }
      throw error;
    }
  }

  async #stageWindow(window: SourceWindow, cells: CellArray): Promise<void> {
    const block = canonicalBlock(this.#job, window, cells);
    for (const placed of this.#job.place?.(block) ?? [block]) {
      for (const assembled of this.#assembler.add(placed)) await this.#stage(assembled);
    }
    this.#windows += 1;
    this.#job.onCells(cells.cells.length);
  }

  /** Leaves nothing in the assembler, nor on its way to staging. */
  async #stageAll(): Promise<StagedWindows> {
    for (const assembled of this.#assembler.rest()) await this.#stage(assembled);
    await this.#tasks.finish();
    return { windows: this.#windows, values: this.#values };
  }

  #stage(assembled: AssembledTile): Promise<void> {
    const { keyIndex, runs, staging } = this.#job;
    const sequence = ++this.#values;
    return this.#tasks.add(async () => {
      const bytes = await encodeStaged(assembled, this.#job);
      const { key } = assembled.tile;
      const index = keyIndex.indexOf(key);
      await staging.put(
        { run: runs.runOf(key).number, index, order: [key.t, sequence], bytes },
        this.#signal,
      );
    });
  }
}

function windowsOf(job: StagingJob): Iterable<SourceWindow> {
  return sourceWindows(job.parameter, {
    tileLengths: job.parameter.dims.map((dim) => tileLength(job, dim)),
    cellBytes: cellBytes(job.parameter.type),
    maxWindowBytes: job.windowBytes,
  });
}

/** The window's cells in the order of a tile's, an axis the parameter lacks being one cell long. */
function canonicalBlock({ axes, parameter }: StagingJob, window: SourceWindow, cells: CellArray): CellBlock {
  const positions = axes.map((name) => parameter.dims.indexOf(name));
  return {
    start: positions.map((d) => (d < 0 ? 0 : window.start[d]!)),
    block: permuteAxes(cells, positions),
  };
}

function tileLength({ axes, layout: { shape } }: StagingJob, dim: string): number {
  const lengths = [shape.t, shape.z, shape.row, shape.col];
  return lengths[axes.indexOf(dim) - (axes.length - lengths.length)] ?? 1;
}

/** The axes of a grid by name, in the order of a tile's; '' where there is none. */
export function tileAxes(grid: Grid): string[] {
  return [
    ...grid.custom.map(({ name }) => name),
    grid.t?.name ?? '',
    grid.z?.name ?? '',
    grid.y.name,
    grid.x.name,
  ];
}
