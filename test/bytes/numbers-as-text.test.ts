import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatByteSize, formatHex, parseByteSize, parseHex } from '../../src/bytes/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';

describe('hex', () => {
  it('comes back as the number and sorts as numbers do', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        expect(parseHex(formatHex(a, 16))).toBe(a);
        expect(formatHex(a, 16) < formatHex(b, 16)).toBe(a < b);
      }),
      { seed: 2 },
    );
  });

  it.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses to write %s', (value) => {
    expect(() => formatHex(value, 16)).toThrow(InvalidArgumentError);
  });

  it('refuses a number that needs more digits', () => {
    expect(formatHex(255, 2)).toBe('ff');
    expect(() => formatHex(256, 2)).toThrow(InvalidArgumentError);
  });

  it.each(['', 'FF', '0x1', ' 1', '-1', '1g', '20000000000000', '00000000000000001'])(
    'refuses to read %j',
    (text) => {
      expect(() => parseHex(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe('byte size', () => {
  it.each([
    ['1000', 1000],
    ['0', 0],
    ['12B', 12],
    ['256KiB', 262_144],
    ['64MiB', 67_108_864],
    ['1GiB', 1_073_741_824],
    ['1.5 GiB', 1_610_612_736],
    ['1MB', 1_000_000],
    ['2kb', 2000],
  ])('reads %s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'MiB', '-1', '1e3', '64 M', '1PiB', '0.1KiB', '1,5MiB', 'Infinity', '99999999TiB'])(
    'refuses %j',
    (text) => {
      expect(() => parseByteSize(text)).toThrow(InvalidArgumentError);
    },
  );

  it.each([
    [0, '0B'],
    [1023, '1023B'],
    [1024, '1KiB'],
    [67_108_864, '64MiB'],
    [1_610_612_736, '1.5GiB'],
    [2 ** 20 - 1, '1MiB'],
    [2 ** 50, '1024TiB'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text);
  });
});
