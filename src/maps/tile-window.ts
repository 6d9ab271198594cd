import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import {
  type AxisSelection,
  axisLength,
  CRS84,
  columnFinder,
  type Grid,
  projectPoints,
  rowFinder,
} from '../grid/index.js';
import { BoundedMap } from './bounded-map.js';
import { type IndexWindow, windowOfAll, windowOfRow } from './index-window.js';
import type { PixelFrame } from './pixel-frame.js';

/** Cells of the window one tile may read; zoomed-out tiles of a large grid would read all of it. */
const maxWindowCells = 64 * 1024 * 1024;
/** Of all grids together; offsets of a tile take 256 KiB. */
const maxKnownWindows = 64;

/** The cells under a tile, and which of them each pixel shows. */
export interface TileWindow {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
  /** Per pixel, row by row: where its cell is in the row-major window; -1 outside the grid. */
  readonly offsets: Int32Array;
}

const knownWindows = new BoundedMap<string, TileWindow | undefined>(maxKnownWindows);
const gridNumbers = new WeakMap<Grid, number>();
let grids = 0;

/**
 * The window of `grid` under a tile: every pixel centre looks at the cell that holds it. Undefined when the tile
 * lies beside the grid. Remembered for the tiles asked last, as the next instant wants the same.
 *
 * Throws: InvalidArgumentError for a window of more than 64 Mi cells; UnsupportedError for a grid whose
 * projection is not known.
 */
export function findTileWindow(grid: Grid, frame: PixelFrame): TileWindow | undefined {
  return knownWindows.get(`${gridNumber(grid)}/${frame.name}`, () =>
    grid.crs.kind === 'geographic' ? geographicWindow(grid, frame) : projectedWindow(grid, frame),
  );
}

/** Tells grids apart without keeping them. */
function gridNumber(grid: Grid): number {
  const number = gridNumbers.get(grid) ?? ++grids;
  gridNumbers.set(grid, number);
  return number;
}

/** Mercator keeps meridians and parallels straight: one column index per pixel column, one row index per pixel row. */
function geographicWindow(
  { x, y, crs }: Grid,
  { side, longitudes, latitudes }: PixelFrame,
): TileWindow | undefined {
  const indexes = (values: Float64Array, find: (value: number) => number | undefined) =>
    Int32Array.from(values, (value) => find(value) ?? -1);
  const columns = windowOfRow(indexes(longitudes, columnFinder(x, crs)), axisLength(x));
  const rows = windowOfAll(indexes(latitudes, rowFinder(y, crs)));
  if (columns === undefined || rows === undefined) return undefined;
  checkWindow(columns, rows);
  const offsets = new Int32Array(side * side);
  for (let py = 0; py < side; py++) {
    for (let px = 0; px < side; px++) {
      offsets[py * side + px] = offsetOf(columns.positions[px]!, rows.positions[py]!, columns.length);
    }
  }
  return { x: columns.selection, y: rows.selection, offsets };
}

function projectedWindow(
  { x, y, crs }: Grid,
  { side, longitudes, latitudes }: PixelFrame,
): TileWindow | undefined {
  if (crs.proj === undefined) {
    throw new UnsupportedError('the layer cannot be drawn: its projection is not known', { crs: crs.id });
  }
  const project = projectPoints(CRS84, crs);
  const findX = columnFinder(x, crs);
  const findY = rowFinder(y, crs);
  const columnIndexes = new Int32Array(side * side).fill(-1);
  const rowIndexes = new Int32Array(side * side).fill(-1);
  for (let pixel = 0; pixel < columnIndexes.length; pixel++) {
    const [easting, northing] = project(longitudes[pixel % side]!, latitudes[Math.floor(pixel / side)]!);
    const column = findX(easting);
    const row = findY(northing);
    if (column === undefined || row === undefined) continue;
    columnIndexes[pixel] = column;
    rowIndexes[pixel] = row;
  }
  const columns = windowOfAll(columnIndexes);
  const rows = windowOfAll(rowIndexes);
  if (columns === undefined || rows === undefined) return undefined;
  checkWindow(columns, rows);
  const offsets = columns.positions.map((column, pixel) =>
    offsetOf(column, rows.positions[pixel]!, columns.length),
  );
  return { x: columns.selection, y: rows.selection, offsets };
}

function checkWindow(columns: IndexWindow, rows: IndexWindow): void {
  const cells = columns.length * rows.length;
  if (cells <= maxWindowCells) return;
  throw new InvalidArgumentError('a tile covers too many cells of the layer, zoom in', {
    cells,
    allowed: maxWindowCells,
  });
}

/** Where a cell is in a window of `columns` columns; -1 when it is outside on an axis. */
function offsetOf(column: number, row: number, columns: number): number {
  return column < 0 || row < 0 ? -1 : row * columns + column;
}
