import { type Arc, lonLatOf, type UnitVector } from './great-circle.js';
import type { LonLatBounds } from './projected-window.js';

const TURN = 360;
const RADIANS = Math.PI / 180;
/** A long arc in parts has boxes that fit; below this, in radians, boxes are small enough. */
const MIN_PATCH = 0.5 * RADIANS;
/** Degrees by which boxes are wider than needed: a centre on the edge must not be lost to rounding. */
const MARGIN = 1e-9;
/** About 1 mm: a centre at exactly the distance asked is inside. */
const TOLERANCE = 1.6e-10;
const NORTH_POLE: UnitVector = [0, 0, 1];
const SOUTH_POLE: UnitVector = [0, 0, -1];

/** Places within an angle of an arc (of a point, when the arc is one). */
export interface Buffer<A extends Arc = Arc> {
  readonly arc: A;
  /** In radians. */
  readonly angle: number;
}

/** A part of a buffer's surroundings: a place inside it is in at least one of its patches. */
export interface Patch<A extends Arc = Arc> {
  readonly buffer: Buffer<A>;
  readonly bounds: LonLatBounds;
}

/** True for a place of the buffer, its edge included. */
export function isInside({ arc, angle }: Buffer, place: UnitVector): boolean {
  return arc.angleTo(place) <= angle + TOLERANCE;
}

/** Boxes in degrees that together hold the buffer, each about as long as the buffer is wide. */
export function patchesOf<A extends Arc>(buffer: Buffer<A>): Patch<A>[] {
  const { arc, angle } = buffer;
  const count = Math.max(1, Math.ceil(arc.length / Math.max(MIN_PATCH, angle)));
  return Array.from({ length: count }, (_, i) => ({
    buffer,
    bounds: boundsAround(arc.between(i / count, (i + 1) / count), angle),
  }));
}

/** Box of all places within `angle` of a short arc; all longitudes when a pole is among them. */
export function boundsAround(arc: Arc, angle: number): LonLatBounds {
  const margin = MARGIN + (angle + TOLERANCE) / RADIANS;
  const highest = 90 - arc.angleTo(NORTH_POLE) / RADIANS;
  const lowest = arc.angleTo(SOUTH_POLE) / RADIANS - 90;
  const south = Math.max(-90, lowest - margin);
  const north = Math.min(90, highest + margin);
  if (south === -90 || north === 90) return { west: -180, east: 180, south, north };
  const nearestPole = Math.max(Math.abs(highest), Math.abs(lowest));
  const ratio = Math.sin(margin * RADIANS) / Math.cos(nearestPole * RADIANS);
  const across = ratio >= 1 ? TURN / 2 : Math.asin(ratio) / RADIANS + MARGIN;
  const [from] = lonLatOf(arc.start);
  const [to] = lonLatOf(arc.end);
  const turn = to - from > TURN / 2 ? -TURN : to - from < -TURN / 2 ? TURN : 0;
  return {
    west: Math.min(from, to + turn) - across,
    east: Math.max(from, to + turn) + across,
    south,
    north,
  };
}

/** The smallest box that holds all of them, on the side of the globe where it is narrowest. */
export function boundsOfAll(boxes: readonly LonLatBounds[]): LonLatBounds {
  let south = 90;
  let north = -90;
  for (const box of boxes) {
    south = Math.min(south, box.south);
    north = Math.max(north, box.north);
  }
  return { ...narrowestLongitudes(boxes), south, north };
}

/** Leaves out the widest gap between longitudes; the whole turn when there is none. */
function narrowestLongitudes(boxes: readonly LonLatBounds[]): { west: number; east: number } {
  const intervals = boxes
    .map(({ west, east }) => {
      const from = west - Math.floor(west / TURN) * TURN;
      return { from, to: from + east - west };
    })
    .sort((a, b) => a.from - b.from);
  let reach = intervals.reduce((most, { to }) => Math.max(most, to), 0) - TURN;
  let widest = { gap: 0, west: 0 };
  for (const { from, to } of intervals) {
    if (from - reach > widest.gap) widest = { gap: from - reach, west: from };
    reach = Math.max(reach, to);
  }
  if (widest.gap === 0) return { west: -TURN / 2, east: TURN / 2 };
  const west = widest.west >= TURN / 2 ? widest.west - TURN : widest.west;
  return { west, east: west + TURN - widest.gap };
}
