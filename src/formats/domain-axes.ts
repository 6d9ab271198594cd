import { InvalidArgumentError } from '../errors/index.js';
import type { DomainAxis } from './coverage.js';

/** 15 significant digits: 51.05 where start + index * step gives 51.050000000000004. */
export function cleanCoordinate(value: number): number {
  // Up to six decimals are so few digits; a text to tell costs more than all else of a point.
  const millionths = Math.round(value * 1e6);
  if (millionths / 1e6 === value && Math.abs(millionths) < 1e15) return value;
  return Number(value.toPrecision(15));
}

/** How many values an axis has. */
export function lengthOf(axis: DomainAxis): number {
  return axis.kind === 'regular' ? axis.count : axis.values.length;
}

/** All values of an axis of numbers, as they are meant to be printed. */
export function numbersOf(axis: DomainAxis): number[] {
  if (axis.kind === 'times') throw new InvalidArgumentError('an axis of a domain has times for numbers');
  if (axis.kind === 'numbers') return axis.values.map(cleanCoordinate);
  const { start, stop, count } = axis;
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => cleanCoordinate(start + index * step));
}

/** All values of an axis of times. */
export function timesOf(axis: DomainAxis): readonly string[] {
  if (axis.kind === 'times') return axis.values;
  throw new InvalidArgumentError('an axis of a domain has numbers for times');
}
