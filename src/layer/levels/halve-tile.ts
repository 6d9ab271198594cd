import type { LevelMethod } from '../../catalog/index.js';
import { axisNumbers, type Grid, type TileShape } from '../../grid/index.js';
import {
  allocateCells,
  type Cells,
  isFloatType,
  noDataFill,
  type Parameter,
  storedNoData,
  writePhysical,
} from '../../raster/index.js';
import { reduceBlocks } from './reduce-blocks.js';

const DEGREE = Math.PI / 180;

/** How cells of one level become those of the next. */
export interface Reduction {
  readonly method: LevelMethod;
  /** The weight of each row of the finer level. */
  readonly rowWeights: Float64Array;
}

/** Areas of the cells of rows, up to a factor: on geographic grids they shrink towards the poles. */
export function rowWeights({ crs, y }: Grid, rows: { start: number; end: number }): Float64Array {
  const weights = new Float64Array(rows.end - rows.start).fill(1);
  if (crs.kind !== 'geographic') return weights;
  const latitudes = axisNumbers(y);
  // A row at the pole still has some area; without it a block of nothing else would have no weight.
  return weights.map((_, i) => Math.max(Math.cos(latitudes[rows.start + i]! * DEGREE), 1e-6));
}

/** Physical values as stored cells; packed integers are rounded to the nearest step, and kept in their range. */
export function packValues(values: Float64Array, parameter: Parameter): Cells {
  const { type, scale, offset } = parameter;
  const cells = allocateCells(type, values.length);
  const missing = noDataFill(parameter);
  const noData = storedNoData(parameter);
  const isInteger = !isFloatType(type);
  if (isAsStored(parameter)) {
    cells.set(values);
    return cells;
  }
  for (let i = 0; i < values.length; i++) {
    const raw = (values[i]! - offset) / scale;
    if (Number.isNaN(raw)) cells[i] = missing;
    else {
      cells[i] = isInteger ? Math.round(raw) : raw;
      // The mean of cells with data has data, also where it would be the number that says "none".
      if (noData !== undefined && cells[i] === noData) cells[i] = besideNoData(raw, noData, type);
    }
  }
  return cells;
}

/** The nearest value of a cell type that does not say "no data", on the side where `raw` is. */
function besideNoData(raw: number, noData: number, type: Parameter['type']): number {
  if (!isFloatType(type)) return raw < noData ? noData - 1 : noData + 1;
  const smallest = type === 'float32' ? 2 ** -149 : Number.MIN_VALUE;
  const step = type === 'float32' ? 2 ** -23 : 2 ** -52;
  return noData === 0 ? smallest : noData * (1 + step);
}

/** The cells of a tile, [t, z, row, col], and how much of it lies in the grid. */
export interface TileCells {
  readonly cells: Cells;
  readonly shape: TileShape;
  readonly extent: TileShape;
  /** Its first row among all rows of its level. */
  readonly firstRow: number;
}

/**
 * The cells a tile is worth one level up, padding left out: those that reading the tile and reducing what was
 * read would give. No block of two by two cells may lie across the tile's edge.
 */
export function halveTile(tile: TileCells, parameter: Parameter, reduction: Reduction): Cells {
  const { row: rows, col: cols } = tile.extent;
  const weights = reduction.rowWeights.subarray(tile.firstRow, tile.firstRow + rows);
  const values = isAsStored(parameter) ? storedPlanes(tile) : physicalPlanes(tile, parameter);
  const planes = { values, rows, cols };
  return packValues(reduceBlocks(planes, reduction.method, weights).values, parameter);
}

/** Whether cells are their own physical values. */
function isAsStored(parameter: Parameter): boolean {
  const { type, scale, offset } = parameter;
  return isFloatType(type) && scale === 1 && offset === 0 && storedNoData(parameter) === undefined;
}

function storedPlanes({ cells, shape, extent }: TileCells): Float32Array | Float64Array {
  const from = cells as Float32Array | Float64Array;
  const length = extent.t * extent.z * extent.row * extent.col;
  if (length === from.length) return from;
  const into = from.slice(0, length);
  forRowsOf({ shape, extent }, (start, at, count) => into.set(from.subarray(start, start + count), at));
  return into;
}

function physicalPlanes({ cells, shape, extent }: TileCells, parameter: Parameter): Float64Array {
  const into = new Float64Array(extent.t * extent.z * extent.row * extent.col);
  const copy = (from: number, at: number, count: number) =>
    writePhysical({ cells, from, count, stride: 1, into, at, parameter });
  if (into.length === cells.length) {
    copy(0, 0, cells.length);
    return into;
  }
  forRowsOf({ shape, extent }, copy);
  return into;
}

/** Calls `visit` with the place of each row of the extent in the tile, that in the extent alone, and its length. */
function forRowsOf(
  { shape, extent }: Pick<TileCells, 'shape' | 'extent'>,
  visit: (from: number, at: number, count: number) => void,
): void {
  let at = 0;
  for (let t = 0; t < extent.t; t++) {
    for (let z = 0; z < extent.z; z++) {
      for (let row = 0; row < extent.row; row++) {
        visit(((t * shape.z + z) * shape.row + row) * shape.col, at, extent.col);
        at += extent.col;
      }
    }
  }
}
