import type { LonLatBounds } from './projected-window.js';

const TURN = 360;

/** Degrees; east may lie behind 180, or before west where the box crosses the antimeridian. */
export type Bounds = readonly [west: number, south: number, east: number, north: number];

/** True when two boxes share a point; longitudes are the same after a turn. */
export function boxesMeet([west, south, easternmost, north]: Bounds, box: LonLatBounds): boolean {
  const east = easternmost < west ? easternmost + TURN : easternmost;
  const boxEast = box.west > box.east ? box.east + TURN : box.east;
  if (north < box.south || south > box.north) return false;
  const first = west + Math.ceil((box.west - east) / TURN) * TURN;
  return first <= boxEast;
}
