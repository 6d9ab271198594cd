import { type Axis, axisLength, coordinateAt } from '../grid/index.js';

const TURN = 360;
/** Fraction of a step: a point this near to a centre is the centre, and its neighbours do not count. */
const CENTRE_TOLERANCE = 1e-9;

/** A cell of one axis and how much of the value it gives. */
export interface AxisWeight {
  readonly index: number;
  /** Above 0; those of a point add up to 1. */
  readonly weight: number;
}

/**
 * The one or two cells whose centres are beside `value`, which lies in cell `index`. Beyond the outermost centres it
 * is the outermost cell alone, unless the axis is `isCyclic`: then the first and last column are neighbours.
 */
export function linearWeights(
  axis: Axis,
  { value, index, isCyclic }: { readonly value: number; readonly index: number; readonly isCyclic: boolean },
): readonly AxisWeight[] {
  const centre = coordinateAt(axis, index);
  const away = distance(centre, value, isCyclic);
  const neighbour = neighbourOf(axis, { index, isAbove: away > 0, isCyclic });
  const alone = [{ index, weight: 1 }];
  if (neighbour === undefined) return alone;
  const step = distance(centre, coordinateAt(axis, neighbour), isCyclic);
  const weight = away / step;
  if (!(weight > CENTRE_TOLERANCE)) return alone;
  return [
    { index, weight: 1 - weight },
    { index: neighbour, weight },
  ];
}

function neighbourOf(
  axis: Axis,
  {
    index,
    isAbove,
    isCyclic,
  }: { readonly index: number; readonly isAbove: boolean; readonly isCyclic: boolean },
): number | undefined {
  const length = axisLength(axis);
  if (length === 1) return undefined;
  const isDescending = coordinateAt(axis, length - 1) < coordinateAt(axis, 0);
  const next = index + (isAbove === isDescending ? -1 : 1);
  if (next >= 0 && next < length) return next;
  return isCyclic ? (next + length) % length : undefined;
}

/** How far `to` is above `from`; the short way round when longitudes go round. */
function distance(from: number, to: number, isCyclic: boolean): number {
  const away = to - from;
  return isCyclic ? away - Math.round(away / TURN) * TURN : away;
}
