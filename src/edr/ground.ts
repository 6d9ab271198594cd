import { InvalidArgumentError } from '../errors/index.js';
import { type AxisSelection, type Grid, selectInterval, selectLongitudes } from '../grid/index.js';
import { checkPosition } from './coordinate-limits.js';
import { type UnitVector, unitVector } from './great-circle.js';
import { type LonLatBounds, projectedWindow } from './projected-window.js';
import { parseQueryCrs, type QueryCrs, toLonLat } from './query-crs.js';
import type { Position } from './wkt.js';

const TURN = 360;

/** How distances on the ground are measured on a layer. */
export interface Ground {
  /** Longitudes and latitudes, and the way from there to the layer's own coordinates and back. */
  readonly lonLat: QueryCrs;
  /** The place of a position of the query. Throws InvalidArgumentError when it is not on the Earth. */
  placeOf(position: Position): UnitVector;
  /** Longitude and latitude of a cell's centre; absent when that is what the layer's coordinates are. */
  readonly toLonLat?: (x: number, y: number) => readonly [number, number];
}

/** Throws: UnsupportedError when longitudes cannot be computed from the layer's coordinates. */
export function groundOf(grid: Grid, crs: QueryCrs): Ground {
  const lonLat = parseQueryCrs(undefined, grid);
  const degreesOf = toLonLat(crs.crs);
  return {
    lonLat,
    placeOf(position) {
      checkPosition(position, crs, 'coords');
      const { x, y } = position;
      const [longitude, latitude] = degreesOf(x, y);
      if (Number.isFinite(longitude) && Number.isFinite(latitude)) return unitVector(longitude, latitude);
      throw new InvalidArgumentError('coords has a point that is nowhere on the Earth', {
        parameter: 'coords',
        found: `${x} ${y}`,
      });
    },
    ...(lonLat.isProjecting && { toLonLat: lonLat.fromLayer }),
  };
}

/** The cells that may lie within bounds in degrees; undefined when there are none. Each is still to be tested. */
export function windowAround(
  grid: Grid,
  bounds: LonLatBounds,
  { lonLat }: Ground,
): { x: AxisSelection; y: AxisSelection } | undefined {
  if (lonLat.isProjecting) return projectedWindow(grid, bounds, lonLat);
  const isWorld = bounds.east - bounds.west >= TURN;
  const [west, east] = isWorld ? [-TURN / 2, TURN / 2] : [bounds.west, bounds.east];
  const x = selectLongitudes(grid.x, grid.crs, west, east);
  const y = selectInterval(grid.y, bounds.south, bounds.north);
  return x && y && { x, y };
}
