import { axisLength, CRS84, coordinateAt, type Grid, projectPoints } from '../grid/index.js';
import type { PixelFrame } from './pixel-frame.js';

/** While a tile needs no more native tiles than this, it shows native cells. */
export const maxNativeTiles = 32;

/**
 * The coarsest level whose cells are not larger than the pixels of a tile: the level that shows all that the
 * tile can show, for the least reading.
 */
export function fittingLevel(grid: Grid, frame: PixelFrame, levels: number): number {
  const cells = cellsPerPixel(grid, frame);
  return cells > 1 ? Math.min(levels - 1, Math.floor(Math.log2(cells))) : 0;
}

/** Native cells along a pixel at the tile's middle, along the axis that has fewer. */
export function cellsPerPixel({ crs, x, y }: Grid, { side, longitudes, latitudes }: PixelFrame): number {
  const middle = Math.floor(side / 2);
  const project =
    crs.kind === 'geographic' ? (lon: number, lat: number) => [lon, lat] : projectPoints(CRS84, crs);
  const [x0, y0] = project(longitudes[middle]!, latitudes[middle]!);
  const [x1, y1] = project(longitudes[middle + 1]!, latitudes[middle]!);
  const [x2, y2] = project(longitudes[middle]!, latitudes[middle + 1]!);
  // A projection may turn a row of pixels by any angle.
  const width = Math.hypot(x1! - x0!, y1! - y0!);
  const height = Math.hypot(x2! - x0!, y2! - y0!);
  const cells = Math.min(width, height) / Math.max(stepOf(x), stepOf(y));
  return Number.isFinite(cells) ? cells : 1;
}

function stepOf(axis: Grid['x']): number {
  const last = axisLength(axis) - 1;
  return last === 0 ? 0 : Math.abs(coordinateAt(axis, last) - coordinateAt(axis, 0)) / last;
}
