import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AxisSelection, axisLength } from '../grid/index.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import type { QueryableLayer } from './edr-request.js';
import { positionsOf, spansOf } from './index-list.js';
import type { QueryCrs } from './query-crs.js';
import type { Cell } from './site.js';
import { cellFinder } from './site-finder.js';

/** Other requests get their turn after about this many samples. */
const SAMPLES_PER_TURN = 5000;
const NO_CELL = -1;

/** Samples whose cells are in one tile of columns and rows. */
export interface TileSamples {
  /** The columns and rows of the layer that they take. */
  readonly x: AxisSelection;
  readonly y: AxisSelection;
  /** Cells of x times y. */
  readonly planeLength: number;
  /** Position of each sample among those looked at, and of its cell in the plane. */
  readonly samples: readonly number[];
  readonly inPlane: readonly number[];
}

/** Finds the cells that hold samples of a grid. */
export class SampleCells {
  readonly #layer: QueryableLayer;
  readonly #centres: WindowCentres;
  readonly #width: number;
  /** Row times width plus column of the cell that holds a sample, or NO_CELL. */
  readonly #cellAt: (col: number, row: number) => number;

  constructor(layer: QueryableLayer, centres: WindowCentres, crs: QueryCrs) {
    this.#layer = layer;
    this.#centres = centres;
    this.#width = axisLength(layer.manifest.grid.x);
    this.#cellAt = cellLookup(layer, centres, crs);
  }

  /** True when some sample of the mask lies in a cell. */
  async hasAny(mask: CellMask | undefined, signal?: AbortSignal): Promise<boolean> {
    const { xs, ys } = this.#centres;
    for (let row = 0, looked = 0; row < ys.length; row++) {
      for (let col = 0; col < xs.length; col++) {
        if (mask !== undefined && mask[row * xs.length + col] === 0) continue;
        if (this.#cellAt(col, row) !== NO_CELL) return true;
        if (++looked % SAMPLES_PER_TURN === 0) await takeTurn(signal);
      }
    }
    return false;
  }

  /** The samples of the mask in rows `start` up to `end` that lie in a cell, by the tile of the cell. */
  async tilesOf(
    { start, end }: { readonly start: number; readonly end: number },
    mask: CellMask | undefined,
    signal?: AbortSignal,
  ): Promise<TileSamples[]> {
    const width = this.#centres.xs.length;
    const tiles = new Map<number, { samples: number[]; cells: number[] }>();
    for (let row = start, looked = 0; row < end; row++) {
      for (let col = 0; col < width; col++) {
        if (mask !== undefined && mask[row * width + col] === 0) continue;
        if (++looked % SAMPLES_PER_TURN === 0) await takeTurn(signal);
        const cell = this.#cellAt(col, row);
        if (cell === NO_CELL) continue;
        const tile = this.#tileOf(cell);
        const known = tiles.get(tile) ?? { samples: [], cells: [] };
        if (known.samples.length === 0) tiles.set(tile, known);
        known.samples.push((row - start) * width + col);
        known.cells.push(cell);
      }
    }
    const found: TileSamples[] = [];
    let placed = 0;
    for (const { samples, cells } of tiles.values()) {
      found.push({ samples, ...this.#planeOf(cells) });
      placed += cells.length;
      if (placed < SAMPLES_PER_TURN) continue;
      placed = 0;
      await takeTurn(signal);
    }
    return found;
  }

  /**
   * How many tiles of columns and rows the samples lie in, judged by at most `most` of them along each axis, and a cell
   * in one of them; undefined when there is none.
   */
  estimateTiles(most: number): { readonly count: number; readonly cell: Cell } | undefined {
    const { xs, ys } = this.#centres;
    const cols = spread(xs.length, most);
    const rows = spread(ys.length, most);
    const cells = rows.flatMap((row) =>
      cols.map((col) => this.#cellAt(col, row)).filter((cell) => cell >= 0),
    );
    if (cells.length === 0) return undefined;
    const tiles = new Set(cells.map((cell) => this.#tileOf(cell))).size;
    // Where most samples have a tile of their own, those that were not looked at have, too.
    const looked = cols.length * rows.length;
    const count = tiles > looked / 2 ? Math.ceil((tiles * xs.length * ys.length) / looked) : tiles;
    return { count, cell: this.#colRow(cells[0]!) };
  }

  #colRow(cell: number): Cell {
    const row = Math.floor(cell / this.#width);
    return { col: cell - row * this.#width, row };
  }

  #tileOf(cell: number): number {
    const { tileShape } = this.#layer.manifest;
    const { col, row } = this.#colRow(cell);
    return Math.floor(row / tileShape.row) * this.#width + Math.floor(col / tileShape.col);
  }

  #planeOf(cells: readonly number[]): Omit<TileSamples, 'samples'> {
    const places = cells.map((cell) => this.#colRow(cell));
    const cols = positionsOf(places.map(({ col }) => col));
    const rows = positionsOf(places.map(({ row }) => row));
    return {
      x: spansOf([...cols.keys()]),
      y: spansOf([...rows.keys()]),
      planeLength: cols.size * rows.size,
      inPlane: places.map(({ col, row }) => rows.get(row)! * cols.size + cols.get(col)!),
    };
  }
}

/** Columns and rows each on their own where coordinates map axis by axis, else every sample. */
function cellLookup(
  { manifest: { grid } }: QueryableLayer,
  { xs, ys }: WindowCentres,
  crs: QueryCrs,
): (col: number, row: number) => number {
  const find = cellFinder(grid, crs);
  const width = axisLength(grid.x);
  const indexOf = (col: number | undefined, row: number | undefined) =>
    col === undefined || row === undefined ? NO_CELL : row * width + col;
  if (crs.isProjecting && crs.axes === undefined) {
    return (col, row) => {
      const cell = find(xs[col]!, ys[row]!);
      return indexOf(cell.col, cell.row);
    };
  }
  const cols = xs.map((x) => find(x, 0).col);
  const rows = ys.map((y) => find(0, y).row);
  return (col, row) => indexOf(cols[col], rows[row]);
}

/** At most `most` positions of a length, the first and the last included. */
function spread(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, i) =>
    count === 1 ? 0 : Math.round((i * (length - 1)) / (count - 1)),
  );
}

async function takeTurn(signal: AbortSignal | undefined): Promise<void> {
  await nextTurn();
  signal?.throwIfAborted();
}
