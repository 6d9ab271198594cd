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
}

/** Reads a parameter once, chunk by chunk, and leaves its tiles in staging. */
export async function stageParameter(job: StagingJob): Promise<void> {
  const { parameter, layout, signal } = job;
  const assembler = new TileAssembler(parameter, {
    customAxes: job.customAxes,
    layout,
    limitBytes: job.partialTilesBytes,
  });
  const tasks = new BoundedTasks(ENCODING);
  let staged = 0;
  const stage = (assembled: AssembledTile) => {
    const sequence = ++staged;
    return tasks.add(async () => {
      const bytes = await encodeStaged(assembled, job);
      const { key } = assembled.tile;
      const index = job.keyIndex.indexOf(key);
      const run = job.runs.runOf(key).number;
      await job.staging.put({ run, index, order: [key.t, sequence], bytes }, signal);
    });
  };
  try {
    for (const window of windowsOf(job)) {
      const cells = await job.source.read(parameter, window, signal);
      const block = canonicalBlock(job, window, cells);
      for (const placed of job.place?.(block) ?? [block]) {
        for (const assembled of assembler.add(placed)) await stage(assembled);
      }
      job.onCells(cells.cells.length);
    }
    for (const assembled of assembler.rest()) await stage(assembled);
  } finally {
    // Whoever destroys the staging must not do so under tiles that are still being put.
    await tasks.settle();
  }
  await tasks.finish();
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
