import { InvalidArgumentError } from '../errors/index.js';
import type { CoverageParameter } from './coverage.js';

/** Writes the decimal text of a finite value at `at` (room for `longestNumber` bytes); returns where it ends. */
export type PrintNumber = (value: number, out: Uint8Array, at: number) => number;

/** No printed number is longer, in bytes. */
export const longestNumber = 40;

// Powers of ten that a float64 holds exactly; a quotient by one of them is correctly rounded.
const powers = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
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
  return (value, out, at) => {
    const size = Math.abs(Math.fround(value));
    // Nine significant digits always read back: at most 15 decimals in this range.
    if (!(size >= 1e-6 && size < 1e9)) return printRareFloat32(value, out, at);
    let decimals = hint;
    let scaled = Math.round(size * powers[decimals]!);
    if (Math.fround(scaled / powers[decimals]!) === size) {
      while (decimals > 0) {
        const shorter = Math.round(size * powers[decimals - 1]!);
        if (Math.fround(shorter / powers[decimals - 1]!) !== size) break;
        scaled = shorter;
        decimals--;
      }
    } else {
      do {
        decimals++;
        scaled = Math.round(size * powers[decimals]!);
      } while (Math.fround(scaled / powers[decimals]!) !== size);
    }
    hint = decimals;
    return printScaled(value < 0 ? -scaled : scaled, decimals, { out, at });
  };
}

function printRareFloat32(value: number, out: Uint8Array, at: number): number {
  const size = Math.fround(value);
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(size.toPrecision(digits));
    if (Math.fround(candidate) === size) return printText(candidate, out, at);
  }
  return printText(Number(size.toPrecision(9)), out, at);
}

function float64Printer(): PrintNumber {
  let hint = 2;
  return (value, out, at) => {
    const size = Math.abs(value);
    if (!(size >= 1e-6 && size < 1e15)) return printText(value, out, at);
    let decimals = hint;
    let scaled = Math.round(size * powers[decimals]!);
    if (!(scaled <= 1e15 && scaled / powers[decimals]! === size)) {
      decimals = decimalsOfFifteenDigits(size);
      scaled = Math.round(size * powers[decimals]!);
      if (scaled / powers[decimals]! !== size) return printText(value, out, at);
    }
    // Decimals of at most 15 digits have a float64 each: without its trailing zeros this one is the shortest.
    while (decimals > 0 && scaled % 10 === 0) {
      scaled /= 10;
      decimals--;
    }
    hint = decimals;
    return printScaled(value < 0 ? -scaled : scaled, decimals, { out, at });
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
  return (value, out, at) => {
    let decimals = count;
    let scaled = Math.round(Math.abs(value) * powers[decimals]!);
    if (scaled > Number.MAX_SAFE_INTEGER) return printText(value, out, at);
    while (decimals > 0 && scaled % 10 === 0) {
      scaled /= 10;
      decimals--;
    }
    return printScaled(value < 0 ? -scaled : scaled, decimals, { out, at });
  };
}

/** The integer `scaled` with a point before its last `decimals` digits. */
function printScaled(scaled: number, decimals: number, { out, at }: { out: Uint8Array; at: number }): number {
  let position = at;
  let rest = scaled;
  if (scaled < 0) {
    out[position++] = 45;
    rest = -scaled;
  }
  if (decimals === 0) return printDigits(rest, digitCount(rest), { out, at: position });
  const whole = Math.floor(rest / powers[decimals]!);
  position = printDigits(whole, digitCount(whole), { out, at: position });
  out[position++] = 46;
  return printDigits(rest - whole * powers[decimals]!, decimals, { out, at: position });
}

function digitCount(value: number): number {
  let count = 1;
  while (value >= powers[count]!) count++;
  return count;
}

/** The last `count` digits of a non-negative safe integer, with leading zeros. */
function printDigits(value: number, count: number, { out, at }: { out: Uint8Array; at: number }): number {
  let end = at + count;
  let rest = value;
  while (end - at >= 2) {
    // The cut to 32 bits is the fast integer division, and safe below 2 ** 31.
    const hundreds = rest < 2147483648 ? (rest / 100) | 0 : Math.floor(rest / 100);
    const pair = rest - hundreds * 100;
    out[--end] = pairOnes[pair]!;
    out[--end] = pairTens[pair]!;
    rest = hundreds;
  }
  if (end > at) out[at] = 48 + (rest % 10);
  return at + count;
}

/** As JavaScript prints it; String(-0) is '0'. */
function printText(value: number, out: Uint8Array, at: number): number {
  const text = String(value);
  for (let index = 0; index < text.length; index++) out[at + index] = text.charCodeAt(index);
  return at + text.length;
}
