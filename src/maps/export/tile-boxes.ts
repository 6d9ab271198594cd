import { limitsAt } from '../tile-limits.js';
import { webMercatorQuad } from '../tile-matrix-set.js';

/** West, south, east, north in degrees; west > east crosses 180 degrees. */
export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** Tiles of one zoom, the ends not included. */
export interface TileBox {
  readonly zoom: number;
  readonly cols: { readonly start: number; readonly end: number };
  readonly rows: { readonly start: number; readonly end: number };
}

/** The tiles of one zoom that meet bounds: one box, or two that share no tile where the bounds cross 180 degrees. */
export function tileBoxes([west, south, east, north]: Bounds, zoom: number): TileBox[] {
  if (west <= east) return [boxOf([west, south, east, north], zoom)];
  const first = boxOf([-180, south, east, north], zoom);
  const second = boxOf([west, south, 180, north], zoom);
  if (second.cols.start > first.cols.end) return [first, second];
  return [{ ...first, cols: { start: first.cols.start, end: second.cols.end } }];
}

/** How many tiles a box has. */
export function tilesOf({ cols, rows }: TileBox): number {
  return (cols.end - cols.start) * (rows.end - rows.start);
}

function boxOf(box: Bounds, zoom: number): TileBox {
  const { minRow, maxRow, minCol, maxCol } = limitsAt(box, webMercatorQuad, zoom);
  return { zoom, cols: { start: minCol, end: maxCol + 1 }, rows: { start: minRow, end: maxRow + 1 } };
}
