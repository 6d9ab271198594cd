import { InvalidArgumentError } from '../errors/index.js';
import type { CoverageParameter } from './coverage.js';

/** Where text goes: `at` moves on as it is written. */
export interface ByteCursor {
  bytes: Uint8Array;
  at: number;
}

/** Writes the decimal text of a finite value, of at most `longestNumber` bytes. */
export type PrintNumber = (value: number, to: ByteCursor) => void;

/** No printed number is longer, in bytes. */
export const longestNumber = 40;

// Powers of ten that a float64 holds exactly; a quotient by one of them is correctly rounded.
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const floatCell = new Float32Array(1);
const floatBits = new Uint32Array(floatCell.buffer);
// Half the gap between float32 values of each exponent, less what rounding in float64 may add.
const halfGaps = Float64Array.from({ length: 256 }, (_, exponent) => 2 ** (exponent - 151) * (1 - 1e-6));
const pairTens = Uint8Array.from({ length: 100 }, (_, pair) => 48 + Math.floor(pair / 10));
const pairOnes = Uint8Array.from({ length: 100 }, (_, pair) => 48 + (pair % 10));

/**
 * A printer for one run of values. It remembers how many decimals the last value needed, as neighbours in a
 * field mostly need the same, so make one per range and do not share it. Minus zero is printed as 0.
 */
export function numberPrinter(precision: CoverageParameter['precision']): PrintNumber {
  if (precision === 'float32') return float32Printer();
  if (precision === 'float64') return float64Printer();
  return decimalsPrinter(precision.decimals);
}

function float32Printer(): PrintNumber {
  let hint = 2;
  return (value, to) => {
    const size = Math.abs(Math.fround(value));
    // Nine significant digits always read back: at most 15 decimals in this range.
    if (!(size >= 1e-6 && size < 1e9)) {
      printRareFloat32(value, to);
      return;
    }
    const reach = readBackDistance(size);
    let decimals = hint;
    let exact = size * powers[decimals]!;
    let scaled = Math.floor(exact + 0.5);
    if (Math.abs(scaled - exact) < reach * powers[decimals]!) {
      while (decimals > 0) {
        exact = size * powers[decimals - 1]!;
        const shorter = Math.floor(exact + 0.5);
        if (Math.abs(shorter - exact) >= reach * powers[decimals - 1]!) break;
        scaled = shorter;
        decimals--;
      }
    } else {
      do {
        decimals++;
        exact = size * powers[decimals]!;
        scaled = Math.floor(exact + 0.5);
      } while (Math.abs(scaled - exact) >= reach * powers[decimals]!);
    }
    hint = decimals;
    if (value < 0) to.bytes[to.at++] = 45;
    printScaled(scaled, decimals, to);
  };
}

/** How near a number must be to a normal, positive float32 to read back as it. */
function readBackDistance(size: number): number {
  floatCell[0] = size;
  const bits = floatBits[0]!;
  // Below a power of two the gap is half as wide.
  return (bits & 0x7fffff) === 0 ? halfGaps[bits >>> 23]! / 2 : halfGaps[bits >>> 23]!;
}

function printRareFloat32(value: number, to: ByteCursor): void {
  const size = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(size.toPrecision(digits));
    if (Math.fround(candidate) === size) {
      printText(candidate, to);
      return;
    }
  }
  printText(Number(size.toPrecision(9)), to);
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
    let scaled = Math.round(size * powers[decimals]!);
    if (!(scaled <= 1e15 && scaled / powers[decimals]! === size)) {
      decimals = decimalsOfFifteenDigits(size);
      scaled = Math.round(size * powers[decimals]!);
      if (scaled / powers[decimals]! !== size) {
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
  while (size * powers[decimals + 1]! < 1e15 && decimals < 21) decimals++;
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
    let scaled = Math.floor(Math.abs(value) * powers[decimals]! + 0.5);
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

/** The non-negative safe integer `scaled` with a point before its last `decimals` digits. */
function printScaled(scaled: number, decimals: number, to: ByteCursor): void {
  if (scaled < 2147483648) printScaledInt32(scaled, decimals, to);
  else printScaledFloat64(scaled, decimals, to);
}

function printScaledFloat64(scaled: number, decimals: number, to: ByteCursor): void {
  const whole = Math.floor(scaled / powers[decimals]!);
  let fraction = scaled - whole * powers[decimals]!;
  printText(whole, to);
  if (decimals === 0) return;
  to.bytes[to.at] = 46;
  for (let place = decimals; place > 0; place--) {
    const rest = Math.floor(fraction / 10);
    to.bytes[to.at + place] = 48 + fraction - rest * 10;
    fraction = rest;
  }
  to.at += decimals + 1;
}

/** The common case, two digits at a time from the right; cutting to 32 bits is the fast integer division. */
function printScaledInt32(scaled: number, decimals: number, to: ByteCursor): void {
  const { bytes, at } = to;
  const digits = Math.max(digitCount(scaled), decimals + 1);
  let end = at + digits + (decimals > 0 ? 1 : 0);
  to.at = end;
  let rest = scaled | 0;
  if (decimals > 0) {
    const point = end - decimals - 1;
    for (; end - point > 2; end -= 2) {
      const hundreds = (rest / 100) | 0;
      bytes[end - 1] = pairOnes[rest - hundreds * 100]!;
      bytes[end - 2] = pairTens[rest - hundreds * 100]!;
      rest = hundreds;
    }
    if (end - point === 2) {
      const tens = (rest / 10) | 0;
      bytes[end - 1] = 48 + rest - tens * 10;
      rest = tens;
    }
    bytes[point] = 46;
    end = point;
  }
  for (; end - at > 1; end -= 2) {
    const hundreds = (rest / 100) | 0;
    bytes[end - 1] = pairOnes[rest - hundreds * 100]!;
    bytes[end - 2] = pairTens[rest - hundreds * 100]!;
    rest = hundreds;
  }
  if (end > at) bytes[at] = 48 + rest;
}

function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}

/** As JavaScript prints it; String(-0) is '0'. */
function printText(value: number, to: ByteCursor): void {
  const text = String(value);
  for (let index = 0; index < text.length; index++) to.bytes[to.at + index] = text.charCodeAt(index);
  to.at += text.length;
}
