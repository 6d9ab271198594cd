import { setImmediate as nextTurn } from 'node:timers/promises';
import { InvalidArgumentError } from '../errors/index.js';
import { isInside, type Patch } from './buffer.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import { type Arc, type UnitVector, unitVector } from './great-circle.js';

const TURN = 360;
// Other requests get their turn after about this many tests.
const STEPS_PER_TURN = 250_000;
const MAX_STEPS = 200_000_000;
/** What it takes to see that a patch does not meet a row, in tests of a cell. */
const STEPS_PER_PATCH = 0.2;

/** How cells are visited. */
export interface VisitOptions<A extends Arc> {
  /** Longitude and latitude of the centre at x and y; absent when that is what they are. */
  readonly toLonLat?: (x: number, y: number) => readonly [number, number];
  readonly signal?: AbortSignal | undefined;
  /** Cells that need no more visits have 1; absent when each visit counts. */
  readonly done?: CellMask;
  /** A cell (row after row) whose centre is inside the buffer around `arc`; it may be told of the same more than once. */
  visit(cell: number, arc: A, centre: UnitVector): void;
}

/**
 * Visits the cells of a window whose centre is inside a buffer of the patches.
 *
 * Cost:   cells in the patches on a grid of longitudes and latitudes; cells of the window times patches on others.
 * Throws: InvalidArgumentError when that is too much; the signal's reason when it aborts.
 */
export async function visitNear<A extends Arc>(
  centres: WindowCentres,
  patches: readonly Patch<A>[],
  options: VisitOptions<A>,
): Promise<void> {
  const visitRow = options.toLonLat
    ? rowOfPlane(centres, patches, options.toLonLat, options)
    : rowOfLonLat(centres, patches, options);
  let steps = 0;
  let total = 0;
  for (let row = 0; row < centres.ys.length; row++) {
    for (const spent of visitRow(row)) {
      steps += spent;
      if (steps < STEPS_PER_TURN) continue;
      total += steps;
      steps = 0;
      if (total > MAX_STEPS) throw tooMuch(total);
      await nextTurn();
      options.signal?.throwIfAborted();
    }
  }
}

/** Visits a row, and says in between how many tests that took. */
type RowVisitor = (row: number) => Iterable<number>;

function rowOfLonLat<A extends Arc>(
  { xs, ys }: WindowCentres,
  patches: readonly Patch<A>[],
  options: VisitOptions<A>,
): RowVisitor {
  const order = Uint32Array.from(xs.keys()).sort((a, b) => xs[a]! - xs[b]!);
  const sorted = Float64Array.from(order, (col) => xs[col]!);
  const { done } = options;
  const onEquator = Array.from(sorted, (longitude) => unitVector(longitude, 0));
  return function* (row) {
    const latitude = ys[row]!;
    const [across, , up] = unitVector(0, latitude);
    for (const { buffer, bounds } of patches) {
      let steps = STEPS_PER_PATCH;
      if (latitude >= bounds.south && latitude <= bounds.north) {
        for (const [first, end] of columnsIn(sorted, bounds.west, bounds.east)) {
          steps += end - first;
          for (let k = first; k < end; k++) {
            const cell = row * xs.length + order[k]!;
            if (done !== undefined && done[cell] === 1) continue;
            const [x, y] = onEquator[k]!;
            const centre: UnitVector = [across * x, across * y, up];
            if (isInside(buffer, centre)) options.visit(cell, buffer.arc, centre);
          }
        }
      }
      yield steps;
    }
  };
}

function rowOfPlane<A extends Arc>(
  { xs, ys }: WindowCentres,
  patches: readonly Patch<A>[],
  toLonLat: (x: number, y: number) => readonly [number, number],
  options: VisitOptions<A>,
): RowVisitor {
  const { done } = options;
  return function* (row) {
    for (let col = 0; col < xs.length; col++) {
      yield 1 + patches.length;
      const [longitude, latitude] = toLonLat(xs[col]!, ys[row]!);
      // A corner of the window may lie beyond the globe.
      if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) continue;
      const centre = unitVector(longitude, latitude);
      const cell = row * xs.length + col;
      for (const { buffer, bounds } of patches) {
        if (latitude < bounds.south || latitude > bounds.north) continue;
        if (done !== undefined && done[cell] === 1) break;
        if (isInside(buffer, centre)) options.visit(cell, buffer.arc, centre);
      }
    }
  };
}

/** Positions of the sorted longitudes from west to east, read modulo 360: half-open pairs, one per turn. */
function columnsIn(sorted: Float64Array, west: number, east: number): [number, number][] {
  const first = Math.ceil((sorted[0]! - east) / TURN);
  const last = Math.floor((sorted.at(-1)! - west) / TURN);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const shift = (first + i) * TURN;
    return [lowerBound(sorted, west + shift), upperBound(sorted, east + shift)];
  });
}

function lowerBound(values: Float64Array, value: number): number {
  return partition(values, (other) => other < value);
}

function upperBound(values: Float64Array, value: number): number {
  return partition(values, (other) => other <= value);
}

/** How many leading values are before; sorted values of which a prefix is. */
function partition(values: Float64Array, isBefore: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(values[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tooMuch(found: number): InvalidArgumentError {
  return new InvalidArgumentError('coords has too many points for this many cells', {
    parameter: 'coords',
    found: Math.round(found),
    allowed: MAX_STEPS,
  });
}
