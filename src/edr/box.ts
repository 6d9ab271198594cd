import { InvalidArgumentError } from '../errors/index.js';
import { type Grid, selectInterval, selectLongitudes } from '../grid/index.js';
import { axesWindow } from './axes-window.js';
import { maskPoints } from './cell-mask.js';
import { checkPosition } from './coordinate-limits.js';
import type { GridWindow } from './grid-window.js';
import { parseNumber, shorten } from './number-text.js';
import { otherWindow } from './other-window.js';
import type { LonLatBounds } from './projected-window.js';
import type { QueryCrs } from './query-crs.js';

const TURN = 360;
const EDGE_TOLERANCE = 1e-9;

/** Four or six numbers. Throws: InvalidArgumentError. */
export function parseBbox(text: string): { bounds: LonLatBounds; z?: { z: string } } {
  const values = text.split(',').map((part) => parseNumber(part, 'bbox'));
  if (values.length !== 4 && values.length !== 6) {
    throw new InvalidArgumentError('bbox expects 4 or 6 numbers', {
      parameter: 'bbox',
      found: shorten(text),
    });
  }
  const [west, south] = values as [number, number];
  const [east, north] = values.slice(values.length / 2) as [number, number];
  if (south > north) {
    throw new InvalidArgumentError('bbox has its south above its north', {
      parameter: 'bbox',
      found: shorten(text),
    });
  }
  const bounds = { west, south, east, north };
  return values.length === 4 ? { bounds } : { bounds, z: { z: `${values[2]}/${values[5]}` } };
}

/**
 * Cells whose centre lies in the box, all edges included; undefined when there is none on one of the axes.
 * Throws: InvalidArgumentError for corners beyond the Earth, and when west > east in coordinates that do not wrap.
 */
export function boxWindow(grid: Grid, bounds: LonLatBounds, crs: QueryCrs): GridWindow | undefined {
  const { west, south, east, north } = checkBounds(bounds, crs);
  if (!crs.isProjecting) {
    const x = selectLongitudes(grid.x, grid.crs, bounds.west, bounds.east);
    const y = selectInterval(grid.y, south, north);
    return x && y && { x, y };
  }
  if (crs.isAsked && crs.axes) return axesWindow(grid, { west, south, east, north }, crs.axes.toLayer);
  const window = otherWindow(grid, { west, south, east, north }, crs);
  const contains = (x: number, y: number): boolean => {
    const [askedX, askedY] = crs.fromLayer(x, y);
    if (!(askedY >= south && askedY <= north)) return false;
    if (!crs.isGeographic) return askedX >= west && askedX <= east;
    const first = askedX + Math.ceil((west - EDGE_TOLERANCE - askedX) / TURN) * TURN;
    return first <= east + EDGE_TOLERANCE;
  };
  return (
    window && { ...window, mask: (centres, signal) => maskPoints(centres, { steps: 4, contains }, signal) }
  );
}

/**
 * The same bounds, their east not west of their west: longitudes go on past the antimeridian.
 * Throws: InvalidArgumentError for corners beyond the Earth, and when west > east in coordinates that do not wrap.
 */
export function checkBounds(bounds: LonLatBounds, crs: QueryCrs): LonLatBounds {
  checkPosition({ x: bounds.west, y: bounds.south }, crs, 'bbox');
  checkPosition({ x: bounds.east, y: bounds.north }, crs, 'bbox');
  if (!crs.isGeographic && bounds.west > bounds.east) {
    throw new InvalidArgumentError('bbox has its west after its east', {
      parameter: 'bbox',
      found: Object.values(bounds).join(','),
    });
  }
  const { west } = bounds;
  const east = west > bounds.east ? west + ((((bounds.east - west) % TURN) + TURN) % TURN) : bounds.east;
  return { ...bounds, east };
}
