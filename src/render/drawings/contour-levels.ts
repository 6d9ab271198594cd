import { InvalidArgumentError } from '../../errors/index.js';
import { linearTicks } from '../legends/ticks.js';
import type { ColourRange } from '../scales/colour-range.js';

/** Which values contour lines are drawn for. */
export type ContourLevels =
  /** Multiples of an interval within the range. */
  | { readonly kind: 'interval'; readonly interval: number }
  /** Ascending values, whatever the range. */
  | { readonly kind: 'breaks'; readonly breaks: readonly number[] }
  /** Multiples of a round number within the range, about twelve. */
  | { readonly kind: 'round' };

/** Lines that one style draws at most. */
export const maxContours = 255;
const roundCount = 12;

/** The class of a missing value. */
export const missing = 0xffff;

/**
 * The values of contour lines over a range, ascending.
 *
 * Throws: InvalidArgumentError for an interval that makes more than 255 lines.
 */
export function contourLevels(levels: ContourLevels, { low, high }: ColourRange): readonly number[] {
  switch (levels.kind) {
    case 'breaks':
      return levels.breaks;
    case 'round':
      return linearTicks({ low, high }, roundCount);
    case 'interval': {
      const { interval } = levels;
      const first = Math.ceil(low / interval);
      const count = Math.floor(high / interval) - first + 1;
      if (!(count <= maxContours)) throw tooMany(interval, { low, high });
      // Twelve digits: multiples of tenths would have a long tail.
      return Array.from({ length: count }, (_, at) => Number(((first + at) * interval).toPrecision(12)) + 0);
    }
    default:
      return levels satisfies never;
  }
}

/** How many of the ascending levels each value reaches; `missing` for NaN. */
export function levelClasses(values: Float32Array, levels: readonly number[]): Uint16Array {
  const classes = new Uint16Array(values.length);
  const bounds = [Number.NEGATIVE_INFINITY, ...levels, Number.POSITIVE_INFINITY];
  let current = 0;
  for (let pixel = 0; pixel < values.length; pixel++) {
    const value = values[pixel]!;
    if (Number.isNaN(value)) classes[pixel] = missing;
    else {
      // Neighbours mostly reach the same.
      if (!(value >= bounds[current]! && value < bounds[current + 1]!)) current = countReached(value, levels);
      classes[pixel] = current;
    }
  }
  return classes;
}

function countReached(value: number, levels: readonly number[]): number {
  let [from, to] = [0, levels.length];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (levels[middle]! <= value) from = middle + 1;
    else to = middle;
  }
  return from;
}

function tooMany(interval: number, { low, high }: ColourRange): InvalidArgumentError {
  return new InvalidArgumentError('too many contour lines in the range', {
    member: 'interval',
    found: interval,
    range: `${low},${high}`,
    allowed: `at most ${maxContours} lines: a larger interval, or a narrower range`,
  });
}
