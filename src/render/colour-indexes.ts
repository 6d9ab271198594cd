import { InvalidArgumentError } from '../errors/index.js';

/** Values that get the first and the last colour of a ramp. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
}

const colours = 255;

/** Throws: InvalidArgumentError for a range that is not finite or whose low exceeds its high. */
export function checkColourRange({ low, high }: ColourRange): void {
  if (!(Number.isFinite(high - low) && low <= high)) {
    throw new InvalidArgumentError('a colour range goes from a low to a high finite number', { low, high });
  }
}

/**
 * Palette index of each value: 0 for NaN, else 1..255 evenly from `low` to `high`, values beyond clamped. When both
 * ends are equal, that value gets the middle of the ramp. Throws as `checkColourRange`.
 */
export function colourIndexes(values: Float32Array | Float64Array, { low, high }: ColourRange): Uint8Array {
  checkColourRange({ low, high });
  const indexes = new Uint8Array(values.length);
  const width = high - low;
  for (let cell = 0; cell < values.length; cell++) {
    const value = values[cell]!;
    if (Number.isNaN(value)) continue;
    if (value <= low) indexes[cell] = value === high ? (colours + 1) / 2 : 1;
    else if (value >= high) indexes[cell] = colours;
    else indexes[cell] = 1 + Math.round(((value - low) / width) * (colours - 1));
  }
  return indexes;
}
