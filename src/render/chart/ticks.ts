import { multipleOf, multiplesWithin, type NumberRange, roundStep } from '../round-numbers.js';

/** A mark on an axis: its text, and a second line where one is needed to understand it. */
export interface Tick {
  readonly value: number;
  readonly label: string;
  readonly context?: string;
}

/** Beyond these, numbers are written with exponents. */
const LARGE = 1e6;
const SMALL = 1e-3;

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
  const values = step === undefined ? ends(range) : multiplesWithin(range, step);
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
