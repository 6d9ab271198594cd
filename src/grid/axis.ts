import type { CalendarName } from './calendar.js';

/**
 * Where the cells of one axis are: cell centres in storage order, strictly monotonic.
 * `labels` is for custom axes whose values are names, not numbers.
 */
export type Coordinates =
  | { readonly kind: 'regular'; readonly start: number; readonly step: number; readonly count: number }
  | { readonly kind: 'explicit'; readonly values: readonly number[] }
  | { readonly kind: 'labels'; readonly values: readonly string[] };

/** One axis of a grid. `name` is the source's own (lat, COADSY, number); `unit` as the source spells it. */
export interface Axis {
  readonly name: string;
  readonly coordinates: Coordinates;
  readonly unit?: string;
  readonly title?: string;
}

/** Levels: pressure, height, depth. `positive` is the direction of growing values. */
export interface VerticalAxis extends Axis {
  readonly positive?: 'up' | 'down';
}

/** Instants: coordinates are milliseconds since 1970-01-01T00:00 counted in `calendar`. */
export interface TimeAxis extends Axis {
  readonly calendar: CalendarName;
}

/** Scales that turn most starts and steps into integers: decimals first, then thirds, minutes and seconds of arc. */
export const CLEAN_SCALES: readonly number[] = [
  ...Array.from({ length: 13 }, (_, digits) => 10 ** digits),
  24,
  720,
  7200,
  64800,
];

type RegularCoordinates = Extract<Coordinates, { kind: 'regular' }>;
type NumberAt = (index: number) => number;

const regularNumbers = new WeakMap<RegularCoordinates, NumberAt>();

/** How many cells an axis has. */
export function axisLength(axis: Axis | Coordinates): number {
  const coordinates = coordinatesOf(axis);
  return coordinates.kind === 'regular' ? coordinates.count : coordinates.values.length;
}

/** Centre of cell `index`; NaN outside the axis. The coordinate of a label is its position. */
export function coordinateAt(axis: Axis | Coordinates, index: number): number {
  return index >= 0 && index < axisLength(axis) ? numberAt(axis)(index) : Number.NaN;
}

/** Centres of all cells in storage order. */
export function axisNumbers(axis: Axis | Coordinates): number[] {
  return Array.from({ length: axisLength(axis) }, (_, index) => numberAt(axis)(index));
}

/** Position of a label on an axis of names; undefined when it is not there or the axis holds numbers. */
export function findLabel(axis: Axis, label: string): number | undefined {
  if (axis.coordinates.kind !== 'labels') return undefined;
  const index = axis.coordinates.values.indexOf(label);
  return index < 0 ? undefined : index;
}

/** Reads centres by index, without a check of the index. */
export function numberAt(axis: Axis | Coordinates): NumberAt {
  const coordinates = coordinatesOf(axis);
  if (coordinates.kind === 'labels') return (index) => index;
  if (coordinates.kind === 'explicit') return (index) => coordinates.values[index]!;
  const known = regularNumbers.get(coordinates);
  if (known) return known;
  const made = regularNumber(coordinates);
  regularNumbers.set(coordinates, made);
  return made;
}

/** Integers `a`, `b` and a scale so that start is a / scale and step is b / scale exactly, as far as doubles can tell. */
function regularNumber({ start, step, count }: RegularCoordinates): NumberAt {
  for (const scale of CLEAN_SCALES) {
    const a = Math.round(start * scale);
    const b = Math.round(step * scale);
    const isExact = a / scale === start && b / scale === step && Number.isSafeInteger(a + b * count);
    // One correctly rounded division: 10 + 0.05 i prints as 10.05, 10.1, 10.15.
    if (isExact) return (index) => (a + index * b) / scale;
  }
  return (index) => start + index * step;
}

function coordinatesOf(axis: Axis | Coordinates): Coordinates {
  return 'kind' in axis ? axis : axis.coordinates;
}
