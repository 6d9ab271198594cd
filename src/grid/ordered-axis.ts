import { type Axis, axisLength, numberAt } from './axis.js';
import type { IndexSpan } from './grid.js';

/** Fraction of a local step by which a centre may miss an edge that was asked for. */
const STEP_TOLERANCE = 1e-6;

/** An axis seen from its lowest coordinate up: rank 0 is the lowest centre, whatever the storage order. */
export interface OrderedAxis {
  readonly length: number;
  readonly isDescending: boolean;
  /** Instants are exact integers: no tolerance. */
  readonly isTime: boolean;
  readonly valueAt: (rank: number) => number;
  readonly indexOf: (rank: number) => number;
}

/** Orders an axis; constant cost. */
export function orderedAxis(axis: Axis): OrderedAxis {
  const length = axisLength(axis);
  const at = numberAt(axis);
  const isDescending = length > 1 && at(length - 1) < at(0);
  const indexOf = isDescending ? (rank: number) => length - 1 - rank : (rank: number) => rank;
  return { length, isDescending, isTime: 'calendar' in axis, valueAt: (rank) => at(indexOf(rank)), indexOf };
}

/** Number of leading positions for which `isBefore` holds; it must hold for a prefix only. */
export function partitionPoint(length: number, isBefore: (position: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Distance to the nearest neighbour of a rank; NaN on an axis of one cell. */
export function localStep(axis: OrderedAxis, rank: number): number {
  const value = axis.valueAt(rank);
  const below = rank > 0 ? value - axis.valueAt(rank - 1) : Number.POSITIVE_INFINITY;
  const above = rank < axis.length - 1 ? axis.valueAt(rank + 1) - value : Number.POSITIVE_INFINITY;
  const step = Math.min(below, above);
  return step === Number.POSITIVE_INFINITY ? Number.NaN : step;
}

/** How far from the centre of `rank` a number may be and still count as equal to it. */
export function equalityTolerance(axis: OrderedAxis, rank: number): number {
  if (axis.isTime) return 0;
  const scale = axis.length === 1 ? Math.abs(axis.valueAt(0)) : localStep(axis, rank);
  return STEP_TOLERANCE * scale;
}

/** Indexes of the cells with ranks from `first` up to, not including, `end`. */
export function spanOfRanks(axis: OrderedAxis, first: number, end: number): IndexSpan {
  return axis.isDescending ? { start: axis.length - end, end: axis.length - first } : { start: first, end };
}

/** The cells with a centre in [low, high]; undefined when there is none. */
export function spanWithin(axis: OrderedAxis, low: number, high: number): IndexSpan | undefined {
  const first = partitionPoint(
    axis.length,
    (rank) => axis.valueAt(rank) < low - equalityTolerance(axis, rank),
  );
  const end = partitionPoint(
    axis.length,
    (rank) => axis.valueAt(rank) <= high + equalityTolerance(axis, rank),
  );
  return first < end ? spanOfRanks(axis, first, end) : undefined;
}
