import { InvalidArgumentError } from '../errors/index.js';

const HEX = /^[0-9a-f]{1,16}$/;

/** Lower-case hex of a non-negative safe integer, padded with zeros to `digits`, so that texts sort as numbers. */
export function formatHex(value: number, digits: number): string {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('hex wants a non-negative safe integer', { found: value });
  }
  const text = value.toString(16);
  if (text.length > digits) {
    throw new InvalidArgumentError('number is too large for its hex digits', { found: value, digits });
  }
  return text.padStart(digits, '0');
}

/** The number a lower-case hex text of at most 16 digits stands for; safe integers only. */
export function parseHex(text: string): number {
  const value = HEX.test(text) ? Number.parseInt(text, 16) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('not a hex number', {
      found: text,
      expected: 'lower-case hex digits, at most 1fffffffffffff',
    });
  }
  return value;
}
