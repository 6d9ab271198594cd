import { InvalidArgumentError } from '../errors/index.js';
import type { Axis } from './axis.js';
import { type CellFinder, cellEdges, nearestFinder, noise } from './cell.js';
import type { Crs } from './crs.js';
import type { AxisSelection, IndexSpan } from './grid.js';
import {
  equalityTolerance,
  type OrderedAxis,
  orderedAxis,
  partitionPoint,
  spanOfRanks,
  spanWithin,
} from './ordered-axis.js';
import { checkNumbers, selectInterval } from './selection.js';

const CIRCLE = 360;
/** How far count * step may be from 360 on a global grid, in degrees. */
const CIRCLE_TOLERANCE = 1e-3;
/** Widest gap across the seam of a global grid, in steps. */
const SEAM_STEPS = 1.5;

/**
 * Columns whose centre lies in the box from `west` east to `east`, both edges included; undefined when there
 * is none. On geographic grids longitudes are read modulo 360 on both sides, `west` > `east` crosses the
 * antimeridian, and a box of 360 degrees or more has each column once, starting at `west`. Columns run from
 * west to east; only a descending axis keeps its own order when one span answers and `west` <= `east`.
 * Coordinate plus shift is strictly monotonic and inside [west, west + width]: of two stored columns on one
 * meridian the second is left out unless the box has room for both ends.
 *
 * Throws: InvalidArgumentError for `west` > `east` on a projected grid, or a longitude that is not finite.
 */
export function selectLongitudes(
  axis: Axis,
  crs: Crs,
  west: number,
  east: number,
): AxisSelection | undefined {
  checkNumbers({ west, east });
  if (crs.kind === 'projected') return selectEastings(axis, west, east);
  if (!Number.isFinite(west) || !Number.isFinite(east)) {
    throw new InvalidArgumentError('longitudes of a box are not finite', { west, east });
  }
  const ordered = orderedAxis(axis);
  const width = west <= east ? Math.min(east - west, CIRCLE) : modulo(east - west);
  const spans = circularSpans(ordered, west, width);
  if (spans.length === 0) return undefined;
  const keepsOrder = !ordered.isDescending || (spans.length === 1 && west <= east);
  return keepsOrder ? spans : spans.flatMap(reversedColumns);
}

/**
 * Column that holds x coordinate `x`, by the rules of `findCell`. On geographic grids longitudes are read
 * modulo 360, and a global grid has no seam: its first and last columns are neighbours.
 */
export function findColumn(axis: Axis, crs: Crs, x: number): number | undefined {
  return columnFinder(axis, crs)(x);
}

/** `findColumn` for many points of one axis. */
export function columnFinder(axis: Axis, crs: Crs): CellFinder {
  if (crs.kind === 'projected') return nearestFinder(axis);
  return isGlobal(axis) ? globalFinder(axis) : regionalFinder(axis);
}

/** True when the columns go round the globe: count * step is 360, or the gap across the seam at most 1.5 steps. */
export function isGlobal(axis: Axis): boolean {
  const ordered = orderedAxis(axis);
  const last = ordered.length - 1;
  if (last === 0) return false;
  const extent = ordered.valueAt(last) - ordered.valueAt(0);
  const step = extent / last;
  return Math.abs(step * ordered.length - CIRCLE) < CIRCLE_TOLERANCE || CIRCLE - extent <= SEAM_STEPS * step;
}

function selectEastings(axis: Axis, west: number, east: number): AxisSelection | undefined {
  if (west <= east) return selectInterval(axis, west, east);
  throw new InvalidArgumentError('west of a box is greater than east on a projected grid', { west, east });
}

/** Spans of ascending x: one per turn of the globe by which stored longitudes must be shifted into the box. */
function circularSpans(axis: OrderedAxis, west: number, width: number): IndexSpan[] {
  const lowest = axis.valueAt(0);
  const highest = axis.valueAt(axis.length - 1);
  const firstTurn = Math.floor((west - highest) / CIRCLE);
  const lastTurn = Math.ceil((west + width - lowest) / CIRCLE);
  const turns = Array.from({ length: lastTurn - firstTurn + 1 }, (_, k) => firstTurn + k);
  const spans = turns.flatMap((turn) => {
    const span = spanWithin(axis, west - turn * CIRCLE, west + width - turn * CIRCLE);
    return span ? [turned(span, turn)] : [];
  });
  const whole = spans.find((span) => span.end - span.start === axis.length);
  return whole ? [whole] : withoutRepeats(axis, spans);
}

function turned(span: IndexSpan, turn: number): IndexSpan {
  return turn === 0 ? span : { ...span, shift: turn * CIRCLE };
}

/** Keeps x strictly ascending and each stored column once; turns ascend, so each span lies below the one before. */
function withoutRepeats(axis: OrderedAxis, spans: readonly IndexSpan[]): IndexSpan[] {
  const kept: IndexSpan[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  let firstRank = axis.length;
  for (const { start, end, shift = 0 } of spans) {
    const ranks = spanOfRanks(axis, start, end);
    const low =
      ranks.start +
      partitionPoint(ranks.end - ranks.start, (position) => {
        const rank = ranks.start + position;
        return axis.valueAt(rank) + shift <= lastX + equalityTolerance(axis, rank);
      });
    const high = Math.min(ranks.end, firstRank);
    if (low >= high) continue;
    kept.push({ ...spanOfRanks(axis, low, high), ...(shift !== 0 && { shift }) });
    lastX = axis.valueAt(high - 1) + shift;
    firstRank = low;
  }
  return kept;
}

function reversedColumns({ start, end, shift }: IndexSpan): IndexSpan[] {
  return Array.from({ length: end - start }, (_, k) => {
    const index = end - 1 - k;
    return { start: index, end: index + 1, ...(shift !== undefined && { shift }) };
  });
}

function globalFinder(axis: Axis): CellFinder {
  const ordered = orderedAxis(axis);
  const find = nearestFinder(axis);
  const last = ordered.length - 1;
  const lowest = ordered.valueAt(0);
  const highest = ordered.valueAt(last);
  const tolerance = noise(ordered, 0);
  // The seam itself belongs to the lower index: the lowest longitude unless the axis descends.
  const seam = (highest + lowest + CIRCLE) / 2 + (ordered.isDescending ? tolerance : -tolerance);
  return (x) => {
    const longitude = lowest + modulo(x - lowest);
    if (longitude <= highest) return find(longitude);
    if (longitude > seam) return ordered.indexOf(0);
    return Number.isNaN(longitude) ? undefined : ordered.indexOf(last);
  };
}

function regionalFinder(axis: Axis): CellFinder {
  const find = nearestFinder(axis);
  const west = cellEdges(axis).low - noise(orderedAxis(axis), 0);
  return (x) => find(west + modulo(x - west));
}

function modulo(degrees: number): number {
  return ((degrees % CIRCLE) + CIRCLE) % CIRCLE;
}
