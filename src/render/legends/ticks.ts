import { multiplesWithin, roundStep } from '../round-numbers.js';
import type { ColourRange } from '../scales/colour-range.js';

/** Round numbers in a range: multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
export function linearTicks(range: ColourRange, count: number): number[] {
  if (range.low === range.high) return [range.low];
  const step = roundStep(range, count);
  return step === undefined ? [range.low, range.high] : multiplesWithin(range, step);
}

/** Powers of ten in a range, with 2 and 5 times them where there are few; linear ones within a decade. */
export function logTicks(range: ColourRange, count: number): number[] {
  const [low, high] = [Math.log10(range.low), Math.log10(range.high)];
  if (high - low < 1) return linearTicks(range, count);
  const every = Math.max(1, Math.ceil((high - low) / count));
  const factors = high - low < count / 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    if (power % every === 0) ticks.push(...factors.map((factor) => clean(factor * 10 ** power)));
  }
  return ticks.filter((tick) => tick >= range.low && tick <= range.high);
}

/** A number as legends show it: six digits, with an exponent where it would be long. */
export function formatTick(value: number): string {
  const rounded = clean(value, 6);
  const size = Math.abs(rounded);
  if (size !== 0 && (size >= 1e6 || size < 1e-4)) {
    return rounded.toExponential().replace('e+', 'e');
  }
  return String(rounded);
}

/** Without the last digits, which products of tenths get wrong. */
function clean(value: number, digits = 12): number {
  return Number(value.toPrecision(digits)) + 0;
}
