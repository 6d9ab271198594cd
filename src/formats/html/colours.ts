import { type ColourRange, colourRamp, rangeOfNumbers } from '../../render/index.js';
import type { ParameterCoverages } from './figure.js';

/** Colours of values: as light as they are high, and told apart without red and green. */
export const valueRamp = colourRamp('viridis');

/**
 * The range of all values of a parameter, which pictures of it share; undefined when there is none. Numbers so far
 * apart that their difference is not finite have the colours of half of their range.
 */
export function valueRange({ coverages, column }: ParameterCoverages): ColourRange | undefined {
  const range = rangeOfNumbers(coverages.map(({ columns }) => columns[column]!));
  if (range === undefined || Number.isFinite(range.high - range.low)) return range;
  return { low: range.low / 2, high: range.high / 2 };
}
