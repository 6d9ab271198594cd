import { InvalidArgumentError } from '../errors/index.js';
import type { QueryCrs } from './query-crs.js';

/** Boxes and rings may go around the world and on; arithmetic modulo 360 is exact this near to 0. */
const MAX_LONGITUDE = 720;
const MAX_LATITUDE = 90;
/** Beyond any place in any unit, and far from where products of two coordinates overflow. */
const MAX_COORDINATE = 1e12;

/** Throws: InvalidArgumentError naming `parameter` for a position that is nowhere near the Earth. */
export function checkPosition(
  { x, y }: { readonly x: number; readonly y: number },
  { isGeographic }: QueryCrs,
  parameter: string,
): void {
  if (!isGeographic) {
    requireWithin(x, { parameter, axis: 'x', limit: MAX_COORDINATE });
    requireWithin(y, { parameter, axis: 'y', limit: MAX_COORDINATE });
    return;
  }
  requireWithin(x, { parameter, axis: 'longitude', limit: MAX_LONGITUDE });
  requireWithin(y, { parameter, axis: 'latitude', limit: MAX_LATITUDE });
}

function requireWithin(
  value: number,
  { parameter, axis, limit }: { readonly parameter: string; readonly axis: string; readonly limit: number },
): void {
  if (Math.abs(value) <= limit) return;
  throw new InvalidArgumentError(`${parameter} has a ${axis} beyond ${limit}`, { parameter, found: value });
}
