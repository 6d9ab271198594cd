import { InvalidArgumentError } from '../errors/index.js';
import type { CoverageParameter } from './coverage.js';
import { type ByteCursor, type NumberRun, powersOfTen, printScaled, printText } from './digit-text.js';
import { printFloat32s } from './float32-text.js';

/** Prints values until `end` is reached, null for what is not finite; the index of the first that is left. */
export type PrintNumbers = (values: Float64Array | Float32Array, run: NumberRun) => number;

/** No printed number is longer, in bytes, its comma included. */
export const longestNumber = 40;

/** Writes the decimal text of a finite value. */
type PrintNumber = (value: number, to: ByteCursor) => void;

/**
 * A printer for one range. It may remember how many decimals the last value needed, as neighbours in a field
 * mostly need the same, so do not share it. Minus zero is printed as 0.
 */
export function numberPrinter(precision: CoverageParameter['precision']): PrintNumbers {
  if (precision === 'float32') return printFloat32s;
  return oneByOne(precision === 'float64' ? float64Printer() : decimalsPrinter(precision.decimals));
}

function oneByOne(print: PrintNumber): PrintNumbers {
  return (values, { start, isFirst, to, end }) => {
    let index = start;
    for (; index < values.length && to.at < end; index++) {
      if (!isFirst || index > start) to.bytes[to.at++] = 44;
      const value = values[index]!;
      if (value - value === 0) print(value, to);
      else printText(null, to);
    }
    return index;
  };
}

function float64Printer(): PrintNumber {
  let hint = 2;
  return (value, to) => {
    const size = Math.abs(value);
    if (!(size >= 1e-6 && size < 1e15)) {
      printText(value, to);
      return;
    }
    let decimals = hint;
    let scaled = Math.round(size * powersOfTen[decimals]!);
    if (!(scaled <= 1e15 && scaled / powersOfTen[decimals]! === size)) {
      decimals = decimalsOfFifteenDigits(size);
      scaled = Math.round(size * powersOfTen[decimals]!);
      if (scaled / powersOfTen[decimals]! !== size) {
        printText(value, to);
        return;
      }
    }
    // Decimals of at most 15 digits have a float64 each: without its trailing zeros this one is the shortest.
    for (let tenth = Math.floor(scaled / 10); decimals > 0 && tenth * 10 === scaled; decimals--) {
      scaled = tenth;
      tenth = Math.floor(scaled / 10);
    }
    hint = decimals;
    if (value < 0) to.bytes[to.at++] = 45;
    printScaled(scaled, decimals, to);
  };
}

function decimalsOfFifteenDigits(size: number): number {
  let decimals = 0;
  while (size * powersOfTen[decimals + 1]! < 1e15 && decimals < 21) decimals++;
  return decimals;
}

function decimalsPrinter(count: number): PrintNumber {
  if (!Number.isInteger(count) || count < 0 || count > 22) {
    throw new InvalidArgumentError('decimals of a printed number must be an integer from 0 to 22', {
      found: count,
    });
  }
  return (value, to) => {
    let decimals = count;
    let scaled = Math.floor(Math.abs(value) * powersOfTen[decimals]! + 0.5);
    if (scaled > Number.MAX_SAFE_INTEGER) {
      printText(value, to);
      return;
    }
    for (let tenth = Math.floor(scaled / 10); decimals > 0 && tenth * 10 === scaled; decimals--) {
      scaled = tenth;
      tenth = Math.floor(scaled / 10);
    }
    if (value < 0 && scaled > 0) to.bytes[to.at++] = 45;
    printScaled(scaled, decimals, to);
  };
}
