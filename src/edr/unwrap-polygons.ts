import { InvalidArgumentError } from '../errors/index.js';
import type { Polygon, Position, Ring } from './wkt.js';

const TURN = 360;
const HALF_TURN = 180;

/**
 * Polygons with continuous longitudes: an edge that jumps more than 180 degrees goes the short way across the
 * antimeridian, unless it is 360 degrees long (a ring around the whole world). Holes and further polygons move
 * by whole turns to where they meet the first.
 * Throws: InvalidArgumentError for a ring around a pole, which has no inside in longitude and latitude.
 */
export function unwrapPolygons(polygons: readonly Polygon[]): Polygon[] {
  const unwrapped = polygons.map(unwrapPolygon);
  let extent = extentOf(unwrapped[0]!);
  return unwrapped.map((polygon) => {
    const moved = movePolygon(polygon, nearestTurn(extent, extentOf(polygon)));
    extent = join(extent, extentOf(moved));
    return moved;
  });
}

/** Lowest and highest x of a polygon's outer ring. */
export function extentOf(polygon: Polygon): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { x } of polygon[0]!) {
    low = Math.min(low, x);
    high = Math.max(high, x);
  }
  return { low, high };
}

function unwrapPolygon(polygon: Polygon): Polygon {
  const [outer, ...holes] = polygon.map(unwrapRing);
  const extent = extentOf([outer!]);
  return [outer!, ...holes.map((hole) => moveRing(hole, nearestTurn(extent, extentOf([hole]))))];
}

function unwrapRing(ring: Ring): Ring {
  let turns = 0;
  const unwrapped = ring.map((position, i): Position => {
    const jump = i === 0 ? 0 : position.x - ring[i - 1]!.x;
    if (Math.abs(jump) > HALF_TURN && Math.abs(jump) < TURN) turns -= Math.sign(jump);
    return { ...position, x: position.x + turns * TURN };
  });
  if (turns === 0) return unwrapped;
  throw new InvalidArgumentError('coords has a ring around a pole; cut it at the antimeridian', {
    parameter: 'coords',
  });
}

/** The shift of `b` by whole turns that makes it and `a` narrowest together; none when that is no worse. */
function nearestTurn(a: { low: number; high: number }, b: { low: number; high: number }): number {
  const centre = Math.round((a.low + a.high - b.low - b.high) / 2 / TURN) * TURN;
  const width = (shift: number) => Math.max(a.high, b.high + shift) - Math.min(a.low, b.low + shift);
  return [0, centre, centre - TURN, centre + TURN].reduce((best, shift) =>
    width(shift) < width(best) ? shift : best,
  );
}

function join(a: { low: number; high: number }, b: { low: number; high: number }): typeof a {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

function movePolygon(polygon: Polygon, shift: number): Polygon {
  return polygon.map((ring) => moveRing(ring, shift));
}

function moveRing(ring: Ring, shift: number): Ring {
  return shift === 0 ? ring : ring.map((position) => ({ ...position, x: position.x + shift }));
}
