import type { Grid } from '../../grid/index.js';
import { type CellArray, cellBytes, permuteAxes } from '../../raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../../sources/index.js';
import { type TileLayout, tileCells } from '../tile-layout.js';
import { BoundedTasks } from './bounded-tasks.js';
import { sourceWindows } from './source-windows.js';
import { type AssembledTile, type CellBlock, TileAssembler } from './tile-assembler.js';
import { TileStager, type TileStagerOptions } from './tile-stager.js';

/** What staging one parameter needs to know. */
export interface StagingJob extends Omit<TileStagerOptions, 'signal'> {
  readonly source: Source;
  readonly parameter: SourceParameter;
  /** The source's names of a tile's axes: custom axes, t, z, y, x; a name the parameter lacks stands for one cell. */
  readonly axes: readonly string[];
  readonly customAxes: number;
  /** Where the cells of a block go, when they do not lie in the layer as they lie in the source. */
  readonly place?: (block: CellBlock) => Iterable<CellBlock>;
  readonly layout: TileLayout;
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
  /** Sooner when there is little to be put aside for it. */
  isDue(isCheap: boolean): boolean;
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
  readonly #tasks: BoundedTasks;
  readonly #tiles: TileStager;
  #windows = 0;
  #values: number;

  constructor(job: StagingJob) {
    this.#job = job;
    this.#assembler = new TileAssembler(job.parameter, {
      customAxes: job.customAxes,
      layout: job.layout,
      limitBytes: job.partialTilesBytes,
      buffers: job.buffers,
    });
    this.#tasks = new BoundedTasks(job.encoder.lanes(tileBytes(job)));
    this.#tiles = new TileStager({ ...job, signal: job.checkpoints ? job.checkpoints.signal : job.signal });
    this.#values = job.checkpoints?.start.values ?? 0;
  }

  async run(): Promise<void> {
    const { checkpoints } = this.#job;
    this.#windows = checkpoints?.start.windows ?? 0;
    const windows = new WindowReader(this.#job, this.#windows);
    try {
      for (;;) {
        const read = await this.#heedingStop(windows);
        if (read === undefined) break;
        // What is read ahead of a checkpoint would be read again after a kill.
        if (!this.#isDue()) windows.readAhead();
        await this.#stageWindow(read);
        if (this.#isDue()) await checkpoints?.save(await this.#stageAll());
      }
    } finally {
      await windows.settle();
    }
    await this.#stageAll();
  }

  settle(): Promise<void> {
    return this.#tasks.settle();
  }

  #isDue(): boolean {
    return this.#job.checkpoints?.isDue(this.#assembler.isEmpty) === true;
  }

  // The only place between two windows: a stop is heeded here, where what is staged is consistent.
  async #heedingStop(windows: WindowReader): Promise<ReadWindow | undefined> {
    const { signal, checkpoints } = this.#job;
    try {
      signal?.throwIfAborted();
      return await windows.next();
    } catch (error) {
      if (signal?.aborted && checkpoints) {
        const reached = await this.#stageRead(await windows.settle()).catch(() => undefined);
        if (reached) await checkpoints.saveAtStop(reached);
      }
      throw error;
    }
  }

  async #stageRead(ahead: ReadWindow | undefined): Promise<StagedWindows> {
    if (ahead) await this.#stageWindow(ahead);
    return this.#stageAll();
  }

  async #stageWindow({ window, cells }: ReadWindow): Promise<void> {
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
    await this.#tiles.stageRest();
    return { windows: this.#windows, values: this.#values };
  }

  #stage(assembled: AssembledTile): Promise<void> {
    const sequence = ++this.#values;
    return this.#tasks.add(() => this.#tiles.stage(assembled, sequence));
  }
}

/** Reads windows one after the other. */
class WindowReader {
  readonly #job: StagingJob;
  readonly #windows: Iterator<SourceWindow>;
  #ahead: Promise<ReadWindow | undefined> | undefined;
  #lastBytes = 0;

  /** `first` windows are left out. */
  constructor(job: StagingJob, first: number) {
    this.#job = job;
    this.#windows = windowsOf(job)[Symbol.iterator]();
    for (let i = 0; i < first; i++) this.#windows.next();
  }

  /** Undefined after the last one. */
  async next(): Promise<ReadWindow | undefined> {
    const reading = this.#ahead ?? this.#read();
    this.#ahead = undefined;
    const read = await reading;
    this.#lastBytes = read?.cells.cells.byteLength ?? 0;
    return read;
  }

  /** Begins with the next window while the last is worked on. */
  readAhead(): void {
    // A chunk may be larger than a window ought to be; of those one is enough.
    if (this.#lastBytes > this.#job.windowBytes / 2) return;
    this.#ahead = this.#read();
    // It is thrown in its turn; until then it must not count as unheard.
    this.#ahead.catch(() => undefined);
  }

  /** What was read ahead and not taken, when nothing is being read any more. */
  async settle(): Promise<ReadWindow | undefined> {
    const ahead = await this.#ahead?.catch(() => undefined);
    this.#ahead = undefined;
    return ahead;
  }

  async #read(): Promise<ReadWindow | undefined> {
    const { source, parameter, signal } = this.#job;
    const { value: window } = this.#windows.next();
    return window && { window, cells: await source.read(parameter, window, signal) };
  }
}

interface ReadWindow {
  readonly window: SourceWindow;
  readonly cells: CellArray;
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

function tileBytes({ parameter, layout }: StagingJob): number {
  return tileCells(layout.shape) * cellBytes(parameter.type);
}
