import { type Grid, gridBbox } from '../grid/index.js';
import { cellsInPixel } from './level-choice.js';
import { pixelWorld } from './pixel-frame.js';
import type { TileMatrixSet } from './tile-matrix-set.js';

/** A box in degrees that does not cross the antimeridian: west < east. */
export type MapBox = readonly [west: number, south: number, east: number, north: number];

/** Tiles of one zoom that meet a layer; both ends belong to it. */
export interface TileLimits {
  readonly zoom: number;
  readonly minRow: number;
  readonly maxRow: number;
  readonly minCol: number;
  readonly maxCol: number;
}

/** Where a layer lies on a map; from end to end of it where it crosses the antimeridian. Throws: UnsupportedError. */
export function mapBox(grid: Grid): MapBox {
  const [west, south, east, north] = gridBbox(grid);
  return west < east ? [west, south, east, north] : [-180, south, 180, north];
}

/** From here on a picture of cells may be enlarged without their edges moving noticeably. */
const pixelsPerCell = 4;

/**
 * The first zoom at which cells of a layer are several pixels wide: deeper ones show nothing new.
 *
 * Throws: UnsupportedError for a layer whose place on earth is not known.
 */
export function deepestZoom(grid: Grid, matrixSet: TileMatrixSet): number {
  for (let zoom = 0; zoom < matrixSet.maxZoom; zoom++) {
    const cells = cellsInPixel(grid, pixelWorld(zoom, { matrixSet })) * pixelsPerCell;
    // Decimal steps such as 0.1 come out a rounding error too large; a grid of one cell has no size.
    if (!(cells > 1 + 1e-6)) return zoom;
  }
  return matrixSet.maxZoom;
}

/** Which tiles meet a box, zoom by zoom from 0 to `deepest`. */
export function tileLimits(box: MapBox, matrixSet: TileMatrixSet, deepest: number): TileLimits[] {
  return Array.from({ length: deepest + 1 }, (_, zoom) => limitsAt(box, matrixSet, zoom));
}

/** Which tiles of one zoom meet a box. */
export function limitsAt(
  [west, south, east, north]: MapBox,
  matrixSet: TileMatrixSet,
  zoom: number,
): TileLimits {
  const [left, right] = [(west + 180) / 360, (east + 180) / 360];
  const [top, bottom] = [matrixSet.fractionAt(north), matrixSet.fractionAt(south)];
  const [minCol, maxCol] = indexesOf(left, right, matrixSet.cols(zoom));
  const [minRow, maxRow] = indexesOf(top, bottom, matrixSet.rows(zoom));
  return { zoom, minRow, maxRow, minCol, maxCol };
}

/** A box that ends where a tile begins does not meet that tile. */
function indexesOf(from: number, to: number, count: number): [first: number, last: number] {
  const first = indexOf(from, count);
  return [first, Math.max(first, Math.min(count, Math.ceil(to * count)) - 1)];
}

function indexOf(fraction: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(fraction * count)));
}
