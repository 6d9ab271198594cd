import { InvalidArgumentError } from '../errors/index.js';

const RADIANS = Math.PI / 180;
/** Nearer than this (6 micrometres) two points are one, and have no great circle of their own. */
const SAME_POINT = 1e-12;
/** Two points this near to opposite have no shortest way that numbers could tell. */
const OPPOSITE = 1e-6;

/** A point of the unit sphere. */
export type UnitVector = readonly [x: number, y: number, z: number];

/** The point at a longitude and latitude in degrees. */
export function unitVector(longitude: number, latitude: number): UnitVector {
  const across = Math.cos(latitude * RADIANS);
  // The cosine of 90 degrees is 6e-17 in floating point; a pole is one point.
  if (Math.abs(latitude) === 90) return [0, 0, Math.sign(latitude)];
  return [
    across * Math.cos(longitude * RADIANS),
    across * Math.sin(longitude * RADIANS),
    Math.sin(latitude * RADIANS),
  ];
}

/** Longitude in -180..180 and latitude of a point. */
export function lonLatOf([x, y, z]: UnitVector): readonly [longitude: number, latitude: number] {
  return [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}

/** Radians between two points; exact for near ones, unlike the arc cosine of their product. */
export function angleBetween([ax, ay, az]: UnitVector, [bx, by, bz]: UnitVector): number {
  return angleOfChord(ax - bx, ay - by, az - bz);
}

/** The point at an angle from another; directions in radians, from east by north. At a pole any direction is one. */
export function pointFrom(
  [x, y, z]: UnitVector,
  { direction, angle }: { readonly direction: number; readonly angle: number },
): UnitVector {
  const across = Math.hypot(x, y);
  const east: UnitVector = across < SAME_POINT ? [0, 1, 0] : [-y / across, x / across, 0];
  const north = cross([x, y, z], east);
  const [along, toEast, toNorth] = [
    Math.cos(angle),
    Math.sin(angle) * Math.cos(direction),
    Math.sin(angle) * Math.sin(direction),
  ];
  return unit([
    x * along + east[0] * toEast + north[0] * toNorth,
    y * along + east[1] * toEast + north[1] * toNorth,
    z * along + north[2] * toNorth,
  ]);
}

/** The shortest way between two points of the sphere; a single point when they are the same. */
export class Arc {
  readonly start: UnitVector;
  readonly end: UnitVector;
  /** In radians. */
  readonly length: number;
  readonly #normal: UnitVector;
  /** Directions of travel where the arc starts, and backwards where it ends. */
  readonly #ahead: UnitVector;
  readonly #back: UnitVector;

  /** Throws: InvalidArgumentError for opposite points, which have no shortest way. */
  constructor(start: UnitVector, end: UnitVector) {
    const angle = angleBetween(start, end);
    if (Math.PI - angle < OPPOSITE) {
      throw new InvalidArgumentError('coords has a line between opposite points of the globe', {
        parameter: 'coords',
        expected: 'a point between them',
      });
    }
    this.start = start;
    this.end = end;
    this.length = angle < SAME_POINT ? 0 : angle;
    this.#normal = this.length === 0 ? start : unit(cross(start, end));
    this.#ahead = cross(this.#normal, start);
    this.#back = cross(end, this.#normal);
  }

  /** Radians from a point to the nearest of the arc. */
  angleTo(point: UnitVector): number {
    if (this.#isBeside(point)) return Math.abs(Math.asin(clamp(dot(this.#normal, point), -1, 1)));
    const toStart = angleBetween(this.start, point);
    return this.length === 0 ? toStart : Math.min(toStart, angleBetween(this.end, point));
  }

  /** Where on the arc its nearest point to another is: 0 at the start, 1 at the end. */
  partNearest(point: UnitVector): number {
    if (this.length === 0) return 0;
    if (this.#isBeside(point)) {
      return clamp(Math.atan2(dot(this.#ahead, point), dot(this.start, point)) / this.length, 0, 1);
    }
    return angleBetween(this.start, point) <= angleBetween(this.end, point) ? 0 : 1;
  }

  /** The point at a part of the way. */
  pointAt(part: number): UnitVector {
    if (part === 0 || this.length === 0) return this.start;
    if (part === 1) return this.end;
    const along = Math.sin(part * this.length);
    const rest = Math.cos(part * this.length);
    const [x, y, z] = this.start;
    const [u, v, w] = this.#ahead;
    return [x * rest + u * along, y * rest + v * along, z * rest + w * along];
  }

  /** The arc from one part of the way to another. */
  between(from: number, to: number): Arc {
    return from === 0 && to === 1 ? this : new Arc(this.pointAt(from), this.pointAt(to));
  }

  /** True where the nearest point is inside the arc, not one of its ends. */
  #isBeside(point: UnitVector): boolean {
    return this.length > 0 && dot(this.#ahead, point) >= 0 && dot(this.#back, point) >= 0;
  }
}

function angleOfChord(x: number, y: number, z: number): number {
  return 2 * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}

function dot(a: UnitVector, b: UnitVector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: UnitVector, b: UnitVector): UnitVector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit([x, y, z]: UnitVector): UnitVector {
  const length = Math.sqrt(x * x + y * y + z * z);
  return [x / length, y / length, z / length];
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
