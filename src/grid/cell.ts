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

/**
 * Index of the cell that holds `value`: edges lie half-way between centres, the outermost cells are as wide
 * as the half step beside them, and a point on an edge belongs to the lower index. An axis of one cell holds
 * its own value only (relative tolerance 1e-6; instants exactly). Axes whose unit says degrees north reach
 * the poles as in `findRow`.
 */
export function findCell(axis: Axis, value: number): number | undefined {
  return isLatitude(axis) ? latitudeCell(axis, value) : nearestCell(axis, value);
}

/**
 * Row that holds y coordinate `y`. On geographic grids the outermost row reaches the pole when the pole is
 * less than one step from its edge, and latitudes beyond 90 are nowhere.
 */
export function findRow(axis: Axis, crs: Crs, y: number): number | undefined {
  return crs.kind === 'geographic' ? latitudeCell(axis, y) : nearestCell(axis, y);
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

/** The cell nearest to `value`, at most half a local step away, ties to the lower index. */
export function nearestCell(axis: Axis, value: number): number | undefined {
  const ordered = orderedAxis(axis);
  const last = ordered.length - 1;
  if (last === 0)
    return Math.abs(value - ordered.valueAt(0)) <= equalityTolerance(ordered, 0) ? 0 : undefined;
  const low = ordered.valueAt(0) - outerHalfStep(ordered, 0) - noise(ordered, 0);
  const high = ordered.valueAt(last) + outerHalfStep(ordered, last) + noise(ordered, last);
  return value >= low && value <= high ? ordered.indexOf(rankHolding(ordered, value)) : undefined;
}

/** Fraction of noise allowed around the edges of the cell of `rank`. */
export function noise(axis: OrderedAxis, rank: number): number {
  return axis.isTime ? 0 : EDGE_TOLERANCE * localStep(axis, rank);
}

function latitudeCell(axis: Axis, latitude: number): number | undefined {
  const inner = nearestCell(axis, latitude);
  if (Math.abs(latitude) > 90) return undefined;
  if (inner !== undefined) return inner;
  const ordered = orderedAxis(axis);
  const edges = rowEdges(axis, { id: 'OGC:CRS84', kind: 'geographic' });
  if (!(latitude >= edges.low && latitude <= edges.high)) return undefined;
  return ordered.indexOf(latitude < ordered.valueAt(0) ? 0 : ordered.length - 1);
}

function rankHolding(axis: OrderedAxis, value: number): number {
  return partitionPoint(axis.length - 1, (rank) => {
    const edge = (axis.valueAt(rank) + axis.valueAt(rank + 1)) / 2;
    // The lower index is the lower rank on ascending axes, the higher one on descending axes.
    return axis.isDescending ? value >= edge - noise(axis, rank) : value > edge + noise(axis, rank);
  });
}

function outerHalfStep(axis: OrderedAxis, rank: number): number {
  return axis.length === 1 ? 0 : localStep(axis, rank) / 2;
}

function isLatitude(axis: Axis): boolean {
  return axis.unit !== undefined && LATITUDE_UNIT.test(axis.unit.trim());
}
