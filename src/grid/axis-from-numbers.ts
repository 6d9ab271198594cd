import { InvalidArgumentError } from '../errors/index.js';
import { CLEAN_SCALES, type Coordinates, numberAt } from './axis.js';

/** How a source stores its coordinates: tells how far a value may be from what its author meant. */
export type NumberStorage = 'float32' | 'float64' | 'integer';

const STEP_TOLERANCE = 1e-9;
const ROUNDING = 4 * Number.EPSILON;

/**
 * Coordinates from a source's numbers, order kept: regular with the roundest start and step that give every
 * value back, else explicit. "Gives back" is equality for integers, equality after `fround` for float32,
 * 1e-9 of a step for float64. Explicit float32 values become the shortest decimals that round to them.
 *
 * Throws: InvalidArgumentError when there is no value, one is not finite, or they are not strictly monotonic.
 */
export function axisFromNumbers(values: ArrayLike<number>, storage: NumberStorage): Coordinates {
  const numbers = Array.from(values);
  checkMonotonic(numbers);
  return regularFrom(numbers, storage) ?? { kind: 'explicit', values: explicitValues(numbers, storage) };
}

function checkMonotonic(values: readonly number[]): void {
  if (values.length === 0) throw new InvalidArgumentError('axis has no coordinates');
  const direction = Math.sign(values[values.length - 1]! - values[0]!);
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      throw new InvalidArgumentError('axis coordinate is not a finite number', {
        index,
        found: String(value),
      });
    }
    const isInOrder = index === 0 || (value - values[index - 1]!) * direction > 0;
    if (isInOrder) return;
    throw new InvalidArgumentError('axis coordinates are not strictly monotonic', {
      index,
      previous: values[index - 1],
      found: value,
    });
  });
}

function regularFrom(values: readonly number[], storage: NumberStorage): Coordinates | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const first = values[0]!;
  const meanStep = (values[count - 1]! - first) / (count - 1);
  const clean = CLEAN_SCALES.map((scale) => {
    // + 0 turns -0 into 0.
    return { start: Math.round(first * scale) / scale + 0, step: Math.round(meanStep * scale) / scale };
  });
  for (const { start, step } of [...clean, { start: first, step: meanStep }]) {
    if (step === 0) continue;
    const candidate: Coordinates = { kind: 'regular', start, step, count };
    if (givesBack(candidate, values, storage)) return candidate;
  }
  return undefined;
}

function givesBack(candidate: Coordinates, values: readonly number[], storage: NumberStorage): boolean {
  const at = numberAt(candidate);
  if (storage === 'integer') return values.every((value, index) => at(index) === value);
  if (storage === 'float32') return values.every((value, index) => Math.fround(at(index)) === value);
  const step = Math.abs(at(1) - at(0));
  return values.every((value, index) => {
    return Math.abs(at(index) - value) <= Math.max(STEP_TOLERANCE * step, ROUNDING * Math.abs(value));
  });
}

function explicitValues(values: number[], storage: NumberStorage): number[] {
  return storage === 'float32' ? values.map(shortestDecimal) : values;
}

function shortestDecimal(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
}
