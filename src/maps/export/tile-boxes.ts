import { type TileMatrixSet, webMercatorQuad } from '../tile-matrix-set.js';

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
  const set = webMercatorQuad;
  const rows = { start: rowOf(set, north, zoom), end: rowOf(set, south, zoom) + 1 };
  const columns = (from: number, to: number) => ({
    start: columnOf(set, from, zoom),
    end: columnOf(set, to, zoom) + 1,
  });
  if (west <= east) return [{ zoom, rows, cols: columns(west, east) }];
  const first = columns(-180, east);
  const second = columns(west, 180);
  if (second.start <= first.end) return [{ zoom, rows, cols: { start: first.start, end: second.end } }];
  return [
    { zoom, rows, cols: first },
    { zoom, rows, cols: second },
  ];
}

/** How many tiles a box has. */
export function tilesOf({ cols, rows }: TileBox): number {
  return (cols.end - cols.start) * (rows.end - rows.start);
}

function columnOf(set: TileMatrixSet, longitude: number, zoom: number): number {
  const cols = set.cols(zoom);
  return clamp(Math.floor(((longitude + 180) / 360) * cols), cols);
}

function rowOf(set: TileMatrixSet, latitude: number, zoom: number): number {
  const radians = (Math.min(89.9, Math.max(-89.9, latitude)) * Math.PI) / 180;
  const fraction = (1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2;
  const rows = set.rows(zoom);
  return clamp(Math.floor(fraction * rows), rows);
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
