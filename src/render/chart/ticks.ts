/** What an axis or a ramp goes over; `low` is not above `high`, and both are finite. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
}

/** A mark on an axis: its text, and a second line where one is needed to understand it. */
export interface Tick {
  readonly value: number;
  readonly label: string;
  readonly context?: string;
}

/** Steps are one of these times a power of ten. */
const MANTISSAS = [1, 2, 5, 10];
/** Beyond these, numbers are written with exponents. */
const LARGE = 1e6;
const SMALL = 1e-3;
/** A step this small beside the numbers it divides is lost in their digits. */
const LEAST_STEP = 1e-13;

/** The range of all finite numbers; undefined when there is none. */
export function rangeOfNumbers(lists: Iterable<Iterable<number>>): NumberRange | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists) {
    for (const value of list) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? { low, high } : undefined;
}

/** Round numbers within a range, at most `count` steps apart; its ends where round numbers cannot tell them apart. */
export function numberTicks(range: NumberRange, count: number): Tick[] {
  const step = roundStep(range, count);
  const values = step === undefined ? ends(range) : multiples(range, step);
  const label = numberLabel(range, step ?? range.high - range.low);
  return values.map((value) => ({ value, label: label(value) }));
}

/** The range widened to round numbers, and to both sides of a single one, so that nothing is drawn on its edge. */
export function roundRange(range: NumberRange, count: number): NumberRange {
  if (range.low === range.high) return aroundOne(range.low);
  const step = roundStep(range, count);
  if (step === undefined) return range;
  return {
    low: multipleOf(step, Math.floor(range.low / step)),
    high: multipleOf(step, Math.ceil(range.high / step)),
  };
}

function aroundOne(value: number): NumberRange {
  const margin = Math.abs(value) / 10 || 1;
  const around = { low: value - margin, high: value + margin };
  return Number.isFinite(around.high - around.low) ? around : { low: value, high: value };
}

/** Undefined where floating point has no such steps in the range. */
function roundStep({ low, high }: NumberRange, count: number): number | undefined {
  const least = (high - low) / count;
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (!(Number.isFinite(least) && least > size * LEAST_STEP)) return undefined;
  const power = 10 ** Math.floor(Math.log10(least));
  const mantissa = MANTISSAS.find((one) => one * power >= least) ?? 10;
  return power > 0 ? mantissa * power : undefined;
}

function multiples({ low, high }: NumberRange, step: number): number[] {
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  const values = Array.from({ length: last - first + 1 }, (_, k) => multipleOf(step, first + k));
  return values.filter((value) => value >= low && value <= high);
}

/** 3 * 0.1 is 0.30000000000000004, which would be outside a range that ends at 0.3. */
function multipleOf(step: number, times: number): number {
  const value = step * times;
  const decimals = Math.max(0, 1 - Math.floor(Math.log10(step)));
  // Beyond these JavaScript prints no decimals.
  return Math.abs(value) < 1e15 && decimals <= 100 ? Number(value.toFixed(decimals)) : value;
}

function ends({ low, high }: NumberRange): number[] {
  return low === high ? [low] : [low, high];
}

function numberLabel({ low, high }: NumberRange, step: number): (value: number) => string {
  const size = Math.max(Math.abs(low), Math.abs(high));
  const stepPower = step > 0 ? Math.floor(Math.log10(step) + 1e-9) : 0;
  if (size >= LARGE || (size < SMALL && size > 0)) {
    const digits = step > 0 ? Math.min(12, Math.max(0, Math.floor(Math.log10(size)) - stepPower)) : 3;
    return (value) => (value === 0 ? '0' : value.toExponential(digits).replace('e+', 'e'));
  }
  if (step === 0) return (value) => String(Number(value.toPrecision(6)));
  const decimals = Math.min(12, Math.max(0, -stepPower));
  return (value) => (value === 0 ? '0' : value.toFixed(decimals));
}
