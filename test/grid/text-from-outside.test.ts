import { afterEach, describe, expect, it, vi } from 'vitest';
import { byName, parseDecimal } from '../../src/grid/index.js';

describe('parseDecimal', () => {
  it.each([
    ['12', 12],
    ['-1.5e1', -15],
    [' +.5 ', 0.5],
    ['5.', 5],
    ['-0', -0],
    ['1E-320', 1e-320],
  ])('reads %j', (text, value) => {
    expect(parseDecimal(text)).toBe(value);
  });

  it.each([
    '',
    ' ',
    '.',
    '-',
    'NaN',
    'Infinity',
    '1e999',
    '0x10',
    '1 2',
    '1e',
    '1_000',
    '١',
    `0.${'1'.repeat(40)}`,
  ])('refuses %j', (text) => {
    expect(parseDecimal(text)).toBeUndefined();
  });

  afterEach(() => vi.restoreAllMocks());

  // 60,000 digits and a letter took seconds: the pattern tried every way of sharing the digits between its parts.
  it('never matches a long text against a pattern', () => {
    const lengths: number[] = [];
    const { exec } = RegExp.prototype;
    vi.spyOn(RegExp.prototype, 'exec').mockImplementation(function (this: RegExp, text) {
      lengths.push(text.length);
      return exec.call(this, text);
    });
    for (const text of ['1'.repeat(60_000), `${'1'.repeat(60_000)}x`, `${' '.repeat(60_000)}x`])
      parseDecimal(text);
    parseDecimal('12');
    vi.restoreAllMocks();
    expect(lengths).toEqual([1, 2]);
  });
});

describe('byName', () => {
  it('has the names it was given and no others', () => {
    const values = byName([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(Object.values(values)).toEqual([1, 2]);
    expect(values.toString).toBeUndefined();
    expect(Object.keys(values)).toEqual(['__proto__', 'constructor']);
  });
});
