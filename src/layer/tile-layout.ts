import { maxTileCells } from '../codec/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import { axisLength, type Grid, type TileKey, type TileShape, tileCount } from '../grid/index.js';
import { cellBytes, type Parameter } from '../raster/index.js';

/** At most 128 Ki cells: large enough to compress and to seek for, small enough to decode for one point. */
const TARGET_CELLS = 1 << 17;
const MAX_STEPS = 24;
const MIN_SIDE = 16;

/** Cells of a grid along each tile axis; 1 where the grid has no such axis. */
export function gridCells(grid: Grid): TileShape {
  return {
    t: grid.t ? axisLength(grid.t) : 1,
    z: grid.z ? axisLength(grid.z) : 1,
    row: axisLength(grid.y),
    col: axisLength(grid.x),
  };
}

/** Tiles along each axis when every axis of the grid is there. */
export function gridTiles(grid: Grid, tileShape: TileShape): TileShape {
  return countTiles(gridCells(grid), tileShape);
}

/** How one parameter is cut into tiles: an axis it lacks counts as one cell, one tile. */
export interface TileLayout {
  readonly shape: TileShape;
  readonly cells: TileShape;
  readonly tiles: TileShape;
}

/** The layout of `parameter` in a layer of this grid and tile shape. */
export function layoutOf(parameter: Parameter, grid: Grid, tileShape: TileShape): TileLayout {
  const hasT = parameter.axes.includes('t');
  const hasZ = parameter.axes.includes('z');
  const all = gridCells(grid);
  const cells = { ...all, t: hasT ? all.t : 1, z: hasZ ? all.z : 1 };
  const shape = { ...tileShape, t: hasT ? tileShape.t : 1, z: hasZ ? tileShape.z : 1 };
  return { shape, cells, tiles: countTiles(cells, shape) };
}

function countTiles(cells: TileShape, shape: TileShape): TileShape {
  return {
    t: tileCount(cells.t, shape.t),
    z: tileCount(cells.z, shape.z),
    row: tileCount(cells.row, shape.row),
    col: tileCount(cells.col, shape.col),
  };
}

/**
 * The tile shape for a grid: up to a day of hourly steps deep, so that a time series opens few tiles,
 * and square over the ground, so that a map opens few. What is not asked for is no longer than the grid; what
 * is may be longer, for a layer that will grow.
 *
 * Throws: InvalidArgumentError for sizes that are no positive integers.
 */
export function chooseTileShape(grid: Grid, wanted: Partial<TileShape> = {}): TileShape {
  const cells = gridCells(grid);
  const t = wanted.t ?? Math.min(cells.t, MAX_STEPS);
  const z = wanted.z ?? 1;
  const side = Math.max(MIN_SIDE, 2 ** Math.floor(Math.log2(Math.sqrt(TARGET_CELLS / (t * z)))));
  const shape = {
    t: grid.t ? (wanted.t ?? Math.min(t, cells.t)) : 1,
    z: grid.z ? z : 1,
    row: wanted.row ?? Math.min(side, cells.row),
    col: wanted.col ?? Math.min(side, cells.col),
  };
  for (const [axis, size] of Object.entries({ ...shape, ...wanted })) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new InvalidArgumentError('tile sizes are positive whole numbers', { axis, found: size });
    }
  }
  return shape;
}

/** Cells in one tile. */
export function tileCells(shape: TileShape): number {
  return shape.t * shape.z * shape.row * shape.col;
}

/** Throws: InvalidArgumentError when one decoded tile takes more than `limitBytes`, or has too many cells. */
export function checkTileBytes(shape: TileShape, parameter: Parameter, limitBytes: number): void {
  if (tileCells(shape) > maxTileCells) {
    throw new InvalidArgumentError('a tile has too many cells', {
      found: tileCells(shape),
      allowed: maxTileCells,
    });
  }
  const found = tileCells(shape) * cellBytes(parameter.type);
  if (found > limitBytes) {
    throw new InvalidArgumentError('a tile of this shape does not fit in the memory allowed', {
      parameter: parameter.id,
      tileBytes: found,
      allowed: limitBytes,
    });
  }
}

/** Where a tile lies along each axis, in cells, cut off at the end of the grid. */
export function tileExtent(
  key: TileKey,
  { shape, cells }: TileLayout,
): { readonly start: TileShape; readonly size: TileShape } {
  const start = {
    t: key.t * shape.t,
    z: key.z * shape.z,
    row: key.row * shape.row,
    col: key.col * shape.col,
  };
  return {
    start,
    size: {
      t: Math.min(shape.t, cells.t - start.t),
      z: Math.min(shape.z, cells.z - start.z),
      row: Math.min(shape.row, cells.row - start.row),
      col: Math.min(shape.col, cells.col - start.col),
    },
  };
}
