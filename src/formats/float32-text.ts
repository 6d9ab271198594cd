import { type ByteCursor, type NumberRun, powersOfTen, printScaled, printText } from './digit-text.js';

const floatCell = new Float32Array(1);
const floatBits = new Uint32Array(floatCell.buffer);
// By exponent. Half the gap between float32 values, less what rounding in float64 may add: no number that is
// nearer to a value reads back as another.
const halfGaps = Float64Array.from({ length: 256 }, (_, exponent) => 2 ** (exponent - 151) * (1 - 1e-6));
// Decimals that always are enough, also below a power of two, where the gap is half as wide.
const enoughDecimals = Uint8Array.from(halfGaps, (halfGap) => {
  const decimals = powersOfTen.findIndex((power) => (halfGap / 2) * power >= 0.5);
  return decimals < 0 ? 0 : decimals;
});
const scaledHalfGaps = halfGaps.map((halfGap, exponent) => halfGap * powersOfTen[enoughDecimals[exponent]!]!);

// Text of up to four characters as one little-endian number, so that it is stored at once.
const nullText = textAsNumber('null');
const fourDigits = Uint32Array.from({ length: 10_000 }, (_, n) => textAsNumber(String(n).padStart(4, '0')));
const digitsAndPoint = Uint32Array.from({ length: 1000 }, (_, n) => textAsNumber(`${n}.`));

/**
 * Prints numbers as float32, each as the shortest decimal that reads back as it: at most nine digits. One loop for
 * all, without a call for each: a million values are a common answer.
 */
export function printFloat32s(
  values: Float64Array | Float32Array,
  { start, isFirst, to, end }: NumberRun,
): number {
  const { view } = to;
  let at = to.at;
  let index = start;
  for (; index < values.length && at < end; index++) {
    if (!isFirst || index > start) view.setUint8(at++, 44);
    floatCell[0] = values[index]!;
    const value = floatCell[0]!;
    const size = Math.abs(value);
    // Nine significant digits always read back: at most 15 decimals in this range.
    if (!(size >= 1e-6 && size < 1e9)) {
      to.at = at;
      printRare(values[index]!, to);
      at = to.at;
      continue;
    }
    const bits = floatBits[0]!;
    const exponent = (bits >>> 23) & 0xff;
    let reach = (bits & 0x7fffff) === 0 ? scaledHalfGaps[exponent]! / 2 : scaledHalfGaps[exponent]!;
    let decimals = enoughDecimals[exponent]!;
    let scaled = Math.floor(size * powersOfTen[decimals]! + 0.5);
    while (decimals > 0) {
      reach *= 0.1;
      const exact = size * powersOfTen[decimals - 1]!;
      const shorter = Math.floor(exact + 0.5);
      if (Math.abs(shorter - exact) >= reach) break;
      scaled = shorter;
      decimals--;
    }
    if (value < 0) view.setUint8(at++, 45);
    const power = powersOfTen[decimals]!;
    const whole = Math.floor(scaled / power);
    if (whole >= 1000 || decimals > 8) {
      to.at = at;
      printScaled(scaled, decimals, to);
      at = to.at;
      continue;
    }
    // Characters written behind the end of the number are written over by what follows it.
    view.setUint32(at, digitsAndPoint[whole | 0]!, true);
    at += whole < 10 ? 1 : whole < 100 ? 2 : 3;
    if (decimals === 0) continue;
    at++;
    const fraction = scaled - whole * power;
    if (decimals <= 4) {
      view.setUint32(at, fourDigits[(fraction * powersOfTen[4 - decimals]!) | 0]!, true);
    } else {
      const behindFour = powersOfTen[decimals - 4]!;
      const head = Math.floor(fraction / behindFour);
      const rest = (fraction - head * behindFour) * powersOfTen[8 - decimals]!;
      view.setUint32(at, fourDigits[head | 0]!, true);
      view.setUint32(at + 4, fourDigits[rest | 0]!, true);
    }
    at += decimals;
  }
  to.at = at;
  return index;
}

/** Zeros, what is no number, and the very large and small. */
function printRare(value: number, to: ByteCursor): void {
  if (value === 0) {
    to.view.setUint8(to.at++, 48);
  } else if (value - value !== 0) {
    to.view.setUint32(to.at, nullText, true);
    to.at += 4;
  } else {
    printShortest(Math.fround(value), to);
  }
}

function printShortest(size: number, to: ByteCursor): void {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(size.toPrecision(digits));
    if (Math.fround(candidate) === size) {
      printText(candidate, to);
      return;
    }
  }
  printText(Number(size.toPrecision(9)), to);
}

function textAsNumber(text: string): number {
  return Buffer.from(text.padEnd(4)).readUInt32LE(0);
}
