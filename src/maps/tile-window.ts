import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import { type AxisSelection, axisLength, type Grid } from '../grid/index.js';
import { cellAt, intoPositions } from './axis-position.js';
import { type AxisSamples, columnSamples, rowSamples, straightSamples } from './axis-samples.js';
import { BoundedMap } from './bounded-map.js';
import { type IndexWindow, windowOfCells, windowOfRun } from './index-window.js';
import { columnPlaces, type PixelFrame, rowPlaces } from './pixel-frame.js';
import { projectPixels } from './pixel-projection.js';
import type { Resampling } from './resampling.js';

/** Cells of the window one tile may read; zoomed-out tiles of a large grid would read all of it. */
const maxWindowCells = 64 * 1024 * 1024;
/** Of all grids together: 4 KiB each, 64 KiB for the largest pictures. */
const maxKnownTables = 1024;

/** The cells under a tile, and which of them each pixel takes. */
export interface TileWindow {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
  /** Cells of a row of the window. */
  readonly width: number;
  readonly pixels: WindowPixels;
}

/** How pixels take cells of a window. */
export type WindowPixels =
  | {
      /** Meridians and parallels are straight: every pixel of a column takes the same columns of cells. */
      readonly kind: 'straight';
      readonly columns: AxisTable;
      readonly rows: AxisTable;
    }
  | {
      /** Of each pixel, row by row: where it is among the centres of the grid's cells; NaN outside the grid. */
      readonly kind: 'scattered';
      readonly columns: Float64Array;
      readonly rows: Float64Array;
      /** The window's first cell, and the last of the grid, on each axis. */
      readonly first: CellCorner;
      readonly last: CellCorner;
    };

/** A column and a row of cells. */
export interface CellCorner {
  readonly col: number;
  readonly row: number;
}

/** What `AxisSamples` says, by place in the window instead of index. */
export interface AxisTable extends AxisSamples {
  readonly selection: AxisSelection;
  readonly length: number;
}

const knownTables = new BoundedMap<string, AxisTable | undefined>(maxKnownTables);
const gridNumbers = new WeakMap<Grid, number>();
let grids = 0;

/**
 * The window of `grid` under a tile, with what its pixels take. Undefined when no pixel's centre lies in the grid. On grids of
 * longitudes and latitudes, and of the reference system of the tiles themselves, whose pixels may be its cells, nothing is
 * projected, and the tables of columns and rows are remembered: all tiles above and below one another share one.
 *
 * Throws: InvalidArgumentError for a window of more than 64 Mi cells; UnsupportedError for a grid whose
 * projection is not known.
 */
export function findTileWindow(
  grid: Grid,
  frame: PixelFrame,
  resampling: Resampling = 'nearest',
): TileWindow | undefined {
  const samples = straightSides(grid, frame);
  return samples === undefined
    ? scatteredWindow(grid, frame, resampling)
    : straightWindow(grid, frame, { resampling, ...samples });
}

/** What columns and rows of pixels take. */
interface StraightSides {
  readonly columns: () => AxisSamples;
  readonly rows: () => AxisSamples;
}

function straightSides({ x, y, crs }: Grid, frame: PixelFrame): StraightSides | undefined {
  if (crs.kind === 'geographic') {
    return {
      columns: () => columnSamples(x, crs, frame.longitudes),
      rows: () => rowSamples(y, crs, frame.latitudes),
    };
  }
  if (crs.id !== frame.world.matrixSet.crs.id) return undefined;
  return {
    columns: () => straightSamples(x, columnPlaces(frame)),
    rows: () => straightSamples(y, rowPlaces(frame)),
  };
}

function straightWindow(
  grid: Grid,
  frame: PixelFrame,
  sides: StraightSides & { readonly resampling: Resampling },
): TileWindow | undefined {
  const { resampling } = sides;
  const name = `${gridNumber(grid)}/${resampling}/${frame.world.name}+${frame.side}`;
  const tableOf = (axis: string, samples: () => AxisSamples) =>
    knownTables.get(`${name}/${axis}`, () => makeTable(samples(), resampling));
  const columns = tableOf(`x${frame.left}`, sides.columns);
  const rows = tableOf(`y${frame.top}`, sides.rows);
  if (columns === undefined || rows === undefined) return undefined;
  checkWindow(columns, rows);
  return {
    x: columns.selection,
    y: rows.selection,
    width: columns.length,
    pixels: { kind: 'straight', columns, rows },
  };
}

/** Tells grids apart without keeping them. */
function gridNumber(grid: Grid): number {
  const number = gridNumbers.get(grid) ?? ++grids;
  gridNumbers.set(grid, number);
  return number;
}

function makeTable({ nearest, other, share }: AxisSamples, resampling: Resampling): AxisTable | undefined {
  const window = resampling === 'nearest' ? windowOfCells(nearest) : windowOfCells(nearest, other);
  if (window === undefined) return undefined;
  const { selection, length, positionOf } = window;
  const placed = nearest.map(positionOf);
  if (resampling === 'nearest') return { selection, length, nearest: placed, other: placed, share };
  return { selection, length, nearest: placed, other: other.map(positionOf), share };
}

function scatteredWindow(grid: Grid, frame: PixelFrame, resampling: Resampling): TileWindow | undefined {
  if (grid.crs.proj === undefined) {
    throw new UnsupportedError('the layer cannot be drawn: its projection is not known', {
      crs: grid.crs.id,
    });
  }
  const { x: columns, y: rows } = projectPixels(grid, frame);
  intoPositions(grid.x, columns);
  intoPositions(grid.y, rows);
  const last = { col: axisLength(grid.x) - 1, row: axisLength(grid.y) - 1 };
  const reach = reachOf(columns, rows);
  if (reach === undefined) return undefined;
  const windowAlong = ([low, high]: readonly [number, number], end: number): IndexWindow =>
    resampling === 'nearest'
      ? windowOfRun(cellAt(low, end), cellAt(high, end) + 1)
      : windowOfRun(Math.max(0, Math.floor(low)), Math.min(end, Math.ceil(high)) + 1);
  const colWindow = windowAlong(reach.columns, last.col);
  const rowWindow = windowAlong(reach.rows, last.row);
  checkWindow(colWindow, rowWindow);
  const first = { col: colWindow.selection[0]!.start, row: rowWindow.selection[0]!.start };
  return {
    x: colWindow.selection,
    y: rowWindow.selection,
    width: colWindow.length,
    pixels: { kind: 'scattered', columns, rows, first, last },
  };
}

/** The lowest and the highest positions of pixels that lie in the grid on both axes. */
function reachOf(
  columns: Float64Array,
  rows: Float64Array,
): Readonly<Record<'columns' | 'rows', readonly [number, number]>> | undefined {
  let [west, east] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let [north, south] = [west, east];
  for (let pixel = 0; pixel < columns.length; pixel++) {
    const col = columns[pixel]!;
    const row = rows[pixel]!;
    if (Number.isNaN(col + row)) continue;
    if (col < west) west = col;
    if (col > east) east = col;
    if (row < north) north = row;
    if (row > south) south = row;
  }
  return west > east ? undefined : { columns: [west, east], rows: [north, south] };
}

function checkWindow(columns: { readonly length: number }, rows: { readonly length: number }): void {
  const cells = columns.length * rows.length;
  if (cells <= maxWindowCells) return;
  throw new InvalidArgumentError('a tile covers too many cells of the layer, zoom in', {
    cells,
    allowed: maxWindowCells,
  });
}
