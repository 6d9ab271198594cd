import { InvalidArgumentError } from '../../errors/index.js';

/** Values that get the first and the last colour of a ramp. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
}

/** Throws: InvalidArgumentError for a range that is not finite or whose low exceeds its high. */
export function checkColourRange({ low, high }: ColourRange): void {
  if (!(Number.isFinite(high - low) && low <= high)) {
    throw new InvalidArgumentError('a colour range goes from a low to a high finite number', { low, high });
  }
}
