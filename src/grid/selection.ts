import { InvalidArgumentError } from '../errors/index.js';
import { type Axis, axisLength, numberAt } from './axis.js';
import { nearestFinder } from './cell.js';
import type { AxisSelection } from './grid.js';
import { orderedAxis, spanWithin } from './ordered-axis.js';

/** Coordinates with more decimals are not round numbers, and are shifted as they are. */
const MAX_DECIMALS = 12;

/**
 * Cells whose centre lies in [low, high], both edges included, on an axis of either direction; undefined
 * when there is none. Infinite edges are open. Centres may miss an edge by 1e-6 of the local step, except
 * on time axes, whose instants are exact.
 */
export function selectInterval(axis: Axis, low: number, high: number): AxisSelection | undefined {
  checkNumbers({ low, high });
  const span = spanWithin(orderedAxis(axis), low, high);
  return span && [span];
}

/**
 * The cell nearest to `value`, at most half a local step away; ties go to the lower index. Beyond the ends
 * half of the last step counts; an axis of one cell wants its own value.
 */
export function selectNearest(axis: Axis, value: number): AxisSelection | undefined {
  checkNumbers({ value });
  const index = nearestFinder(axis)(value);
  return index === undefined ? undefined : [{ start: index, end: index + 1 }];
}

/** Cells nearest to any of `values` by the rule of `selectNearest`, each once, in axis order; undefined when none is. */
export function selectValues(axis: Axis, values: readonly number[]): AxisSelection | undefined {
  const find = nearestFinder(axis);
  const found = values.flatMap((value) => {
    checkNumbers({ value });
    return find(value) ?? [];
  });
  const spans: { start: number; end: number }[] = [];
  for (const index of [...new Set(found)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last?.end === index) last.end = index + 1;
    else spans.push({ start: index, end: index + 1 });
  }
  return spans.length === 0 ? undefined : spans;
}

/** The whole axis as one span. */
export function wholeAxis(axis: Axis): AxisSelection {
  return [{ start: 0, end: axisLength(axis) }];
}

/** How many cells a selection has. */
export function spanLength(selection: AxisSelection): number {
  return selection.reduce((total, { start, end }) => total + end - start, 0);
}

/** Indexes of a selection in the order asked. */
export function* spanIndexes(selection: AxisSelection): Generator<number> {
  for (const { start, end } of selection) {
    for (let index = start; index < end; index++) yield index;
  }
}

/** The cells of a selection from position `from` up to `end`, in its order. */
export function sliceSelection(selection: AxisSelection, from: number, end: number): AxisSelection {
  let before = 0;
  return selection.flatMap((span) => {
    const length = span.end - span.start;
    const first = Math.max(0, from - before);
    const last = Math.min(length, end - before);
    before += length;
    return first < last ? [{ ...span, start: span.start + first, end: span.start + last }] : [];
  });
}

/** Centres of the selected cells in the order asked, shifts applied. */
export function selectedNumbers(axis: Axis, selection: AxisSelection): number[] {
  const at = numberAt(axis);
  return selection.flatMap(({ start, end, shift }) => {
    return Array.from({ length: end - start }, (_, k) => shifted(at(start + k), shift));
  });
}

/** Rejects NaN before it silently selects nothing. */
export function checkNumbers(named: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(named)) {
    if (Number.isNaN(value)) throw new InvalidArgumentError(`${name} is not a number`, { found: 'NaN' });
  }
}

/** 359.85 - 360 is -0.15, not -0.14999999999997726: a whole shift adds no digits that the coordinate did not have. */
function shifted(value: number, shift: number | undefined): number {
  if (!shift) return value;
  if (!Number.isInteger(shift)) return value + shift;
  const fraction = String(value).match(/^-?\d+(?:\.(\d+))?$/);
  const digits = fraction ? (fraction[1]?.length ?? 0) : Number.POSITIVE_INFINITY;
  return digits <= MAX_DECIMALS ? Number((value + shift).toFixed(digits)) : value + shift;
}
