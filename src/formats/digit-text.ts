/** Where text goes: `at` moves on as it is written. */
export interface ByteCursor {
  bytes: Uint8Array;
  /** The same bytes. */
  view: DataView;
  at: number;
}

/** Some of an array's values on their way to text. */
export interface NumberRun {
  /** The first value to print. */
  readonly start: number;
  /** Whether it has no comma before it, as all others do. */
  readonly isFirst: boolean;
  readonly to: ByteCursor;
  /** No number is begun here or behind it; at least `longestNumber` bytes must follow. */
  readonly end: number;
}

/** Powers of ten that a float64 holds exactly; a quotient by one of them is correctly rounded. */
export const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const pairTens = Uint8Array.from({ length: 100 }, (_, pair) => 48 + Math.floor(pair / 10));
const pairOnes = Uint8Array.from({ length: 100 }, (_, pair) => 48 + (pair % 10));

/** The non-negative safe integer `scaled` with a point before its last `decimals` digits. */
export function printScaled(scaled: number, decimals: number, to: ByteCursor): void {
  if (scaled < 2147483648) printScaledInt32(scaled, decimals, to);
  else printScaledFloat64(scaled, decimals, to);
}

function printScaledFloat64(scaled: number, decimals: number, to: ByteCursor): void {
  const whole = Math.floor(scaled / powersOfTen[decimals]!);
  let fraction = scaled - whole * powersOfTen[decimals]!;
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
export function printText(value: number | null, to: ByteCursor): void {
  const text = String(value);
  for (let index = 0; index < text.length; index++) to.bytes[to.at + index] = text.charCodeAt(index);
  to.at += text.length;
}
