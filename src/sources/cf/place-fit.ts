import { CRS84, type Crs, projectPoints } from '../../grid/index.js';
import type { Place } from './plane-samples.js';

/** How well a projection puts cells where the source says they are. */
export interface PlaceFit {
  readonly crs: Crs;
  /** Distance of the worst cell, in cells. */
  readonly cellsOff: number;
  /** The same once the mean offset is taken away. */
  readonly cellsOffShifted: number;
  /** Mean of projected minus stated coordinates, in the unit of x and y. */
  readonly shift: { readonly x: number; readonly y: number };
}

/** Compares projected longitudes and latitudes with the x and y of their cells; `cell` is the size of one. */
export function fitPlaces(
  crs: Crs,
  places: readonly Place[],
  cell: { readonly x: number; readonly y: number },
): PlaceFit {
  const project = projectPoints(CRS84, crs);
  const offsets = places.map(({ longitude, latitude, x, y }) => {
    const [u, v] = project(((longitude + 540) % 360) - 180, latitude);
    return { x: u - x, y: v - y };
  });
  const mean = (axis: 'x' | 'y') => offsets.reduce((sum, offset) => sum + offset[axis], 0) / offsets.length;
  const shift = { x: mean('x'), y: mean('y') };
  const worst = ({ x, y }: { readonly x: number; readonly y: number }) => {
    const off = offsets.map((offset) =>
      Math.max(Math.abs(offset.x - x) / cell.x, Math.abs(offset.y - y) / cell.y),
    );
    return off.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...off);
  };
  return { crs, cellsOff: worst({ x: 0, y: 0 }), cellsOffShifted: worst(shift), shift };
}
