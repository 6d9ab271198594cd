import type { Axis } from './axis.js';
import type { Crs } from './crs.js';
import {
  equalityTolerance,
  localStep,
  type OrderedAxis,
  orderedAxis,
  partitionPoint,
} from './ordered-axis.js';

/** Fraction of a step by which float noise may put a point on the wrong side of a cell edge. */
const EDGE_TOLERANCE = 1e-9;

/** CF spells the unit of a latitude so; nothing else has it. */
const LATITUDE_UNIT = /^degrees?_?n(orth)?$/i;

/** Outer edges of an axis: `low` <= `high` in either storage order. */
export interface CellEdges {
  readonly low: number;
  readonly high: number;
}

/** Finds the cell that holds a coordinate; undefined where none does. */
export type CellFinder = (value: number) => number | undefined;

/**
 * Index of the cell that holds `value`: edges lie half-way between centres, the outermost cells are as wide
 * as the half step beside them, and a point on an edge belongs to the lower index. An axis of one cell holds
 * its own value only (relative tolerance 1e-6; instants exactly). Axes whose unit says degrees north reach
 * the poles as in `findRow`.
 */
export function findCell(axis: Axis, value: number): number | undefined {
  return isLatitude(axis) ? latitudeFinder(axis)(value) : nearestFinder(axis)(value);
}

/**
 * Row that holds y coordinate `y`. On geographic grids the outermost row reaches the pole when the pole is
 * less than one step from its edge, and latitudes beyond 90 are nowhere.
 */
export function findRow(axis: Axis, crs: Crs, y: number): number | undefined {
  return rowFinder(axis, crs)(y);
}

/** `findRow` for many points of one axis. */
export function rowFinder(axis: Axis, crs: Crs): CellFinder {
  return crs.kind === 'geographic' ? latitudeFinder(axis) : nearestFinder(axis);
}

/** Outer edges of all cells of an axis; an axis of one cell has no width. */
export function cellEdges(axis: Axis): CellEdges {
  const ordered = orderedAxis(axis);
  const last = ordered.length - 1;
  return {
    low: ordered.valueAt(0) - outerHalfStep(ordered, 0),
    high: ordered.valueAt(last) + outerHalfStep(ordered, last),
  };
}

/** As `cellEdges`, for y: on geographic grids within +-90 and up to a pole less than one step away. */
export function rowEdges(axis: Axis, crs: Crs): CellEdges {
  const edges = cellEdges(axis);
  if (crs.kind === 'projected') return edges;
  const ordered = orderedAxis(axis);
  const last = ordered.length - 1;
  return {
    low: edges.low + 90 < 2 * outerHalfStep(ordered, 0) ? -90 : Math.max(-90, edges.low),
    high: 90 - edges.high < 2 * outerHalfStep(ordered, last) ? 90 : Math.min(90, edges.high),
  };
}

/** The cell nearest to a value, at most half a local step away, ties to the lower index. */
export function nearestFinder(axis: Axis): CellFinder {
  const ordered = orderedAxis(axis);
  const last = ordered.length - 1;
  const { low, high } = cellEdges(axis);
  const below = low - noise(ordered, 0);
  const above = high + noise(ordered, last);
  const lowest = ordered.valueAt(0);
  const ranksPerUnit = last === 0 ? 0 : last / (ordered.valueAt(last) - lowest);
  return (value) => {
    if (!(value >= below && value <= above)) return undefined;
    // The rank itself on regular axes, and near it on most others.
    const guess = Math.min(last, Math.max(0, Math.round((value - lowest) * ranksPerUnit)));
    return ordered.indexOf(holdsValue(ordered, guess, value) ? guess : rankHolding(ordered, value));
  };
}

/** How far float noise may carry a point across the outer edge of an axis; what counts as equal on an axis of one cell. */
export function noise(axis: OrderedAxis, rank: number): number {
  if (axis.length === 1) return equalityTolerance(axis, rank);
  return axis.isTime ? 0 : EDGE_TOLERANCE * localStep(axis, rank);
}

function latitudeFinder(axis: Axis): CellFinder {
  const ordered = orderedAxis(axis);
  const find = nearestFinder(axis);
  const edges = rowEdges(axis, { id: 'OGC:CRS84', kind: 'geographic' });
  const lowest = ordered.indexOf(0);
  const highest = ordered.indexOf(ordered.length - 1);
  return (latitude) => {
    if (!(Math.abs(latitude) <= 90)) return undefined;
    const found = find(latitude);
    if (found !== undefined || latitude < edges.low || latitude > edges.high) return found;
    return latitude < ordered.valueAt(0) ? lowest : highest;
  };
}

function rankHolding(axis: OrderedAxis, value: number): number {
  return partitionPoint(axis.length - 1, (rank) => liesAbove(axis, rank, value));
}

function holdsValue(axis: OrderedAxis, rank: number, value: number): boolean {
  const isAboveLower = rank === 0 || liesAbove(axis, rank - 1, value);
  return isAboveLower && (rank === axis.length - 1 || !liesAbove(axis, rank, value));
}

/** True when `value` lies above the upper edge of the cell of `rank`, which is not the last. */
function liesAbove(axis: OrderedAxis, rank: number, value: number): boolean {
  const low = axis.valueAt(rank);
  const high = axis.valueAt(rank + 1);
  const tolerance = axis.isTime ? 0 : EDGE_TOLERANCE * (high - low);
  const edge = (low + high) / 2;
  // On the edge the lower index holds it: the lower rank unless the axis descends.
  return axis.isDescending ? value >= edge - tolerance : value > edge + tolerance;
}

function outerHalfStep(axis: OrderedAxis, rank: number): number {
  return axis.length === 1 ? 0 : localStep(axis, rank) / 2;
}

function isLatitude(axis: Axis): boolean {
  return axis.unit !== undefined && LATITUDE_UNIT.test(axis.unit.trim());
}
