/** What an axis or a ramp goes over; `low` is not above `high`, and both are finite. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** Steps are one of these times a power of ten. */
const MANTISSAS = [1, 2, 5, 10];
/** A step this small beside the numbers it divides is lost in their digits. */
const LEAST_STEP = 1e-13;
/** Steps by which a quotient may be off: 1.1 / 0.1 is 11.000000000000002. */
const NOISE = 1e-9;

/**
 * The smallest round number of which at most `count` go into a range: 1, 2 or 5 times a power of ten. Undefined where floating
 * point has no such steps in the range.
 */
export function roundStep({ low, high }: NumberRange, count: number): number | undefined {
  const least = (high - low) / count;
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!(Number.isFinite(least) && least > size * LEAST_STEP)) return undefined;
  const power = 10 ** Math.floor(Math.log10(least));
  const mantissa = MANTISSAS.find((one) => one * power >= least) ?? 10;
  return power > 0 ? mantissa * power : undefined;
}

/** The multiples of a step in a range, both ends included. */
export function multiplesWithin({ low, high }: NumberRange, step: number): number[] {
  const [first, last] = [Math.ceil(low / step - NOISE), Math.floor(high / step + NOISE)];
  const values = Array.from({ length: last - first + 1 }, (_, k) => multipleOf(step, first + k));
  return values.filter((value) => value >= low && value <= high);
}

/** 3 * 0.1 is 0.30000000000000004, which would be outside a range that ends at 0.3. */
export function multipleOf(step: number, times: number): number {
  const value = step * times + 0;
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(step)));
  // Beyond these JavaScript prints no decimals.
  return Math.abs(value) < 1e15 && decimals <= 100 ? Number(value.toFixed(decimals)) : value;
}
