import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantFields, parseInstant } from '../../src/grid/index.js';
import { numberTicks, rangeOfNumbers, roundRange, timeTicks } from '../../src/render/index.js';

const anyRange = fc
  .tuple(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
/** Ranges in whose middle floating point has digits to spare. */
const plainRange = fc
  .tuple(
    fc.integer({ min: -1e6, max: 1e6 }),
    fc.integer({ min: 1, max: 1e6 }),
    fc.integer({ min: -12, max: 12 }),
  )
  .map(([low, width, power]) => ({ low: low * 10 ** power, high: (low + width) * 10 ** power }));

describe('numberTicks', () => {
  it('are rising, within the range, and no more than asked for', () => {
    fc.assert(
      fc.property(anyRange, fc.integer({ min: 2, max: 10 }), (range, count) => {
        const values = numberTicks(range, count).map(({ value }) => value);
        expect(values.length).toBeLessThanOrEqual(count + 1);
        for (const [i, value] of values.entries()) {
          expect(value).toBeGreaterThanOrEqual(range.low);
          expect(value).toBeLessThanOrEqual(range.high);
          if (i > 0) expect(value).toBeGreaterThan(values[i - 1]!);
        }
      }),
    );
  });

  it('say what they stand for, each something else, as multiples of 1, 2 or 5', () => {
    fc.assert(
      fc.property(plainRange, fc.integer({ min: 2, max: 10 }), (range, count) => {
        const ticks = numberTicks(range, count);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        const steps = ticks.slice(1).map(({ value }, i) => value - ticks[i]!.value);
        for (const step of steps) {
          const mantissa = Number(step.toExponential(3).split('e')[0]);
          expect([1, 2, 5]).toContain(mantissa);
        }
        for (const { value, label } of ticks) {
          expect(Math.abs(Number(label) - value)).toBeLessThanOrEqual((range.high - range.low) * 1e-6);
        }
      }),
    );
  });

  it.each([
    [{ low: 0, high: 1 }, 5, '0 0.2 0.4 0.6 0.8 1.0'],
    [{ low: 1.1, high: 1.6 }, 5, '1.1 1.2 1.3 1.4 1.5 1.6'],
    [{ low: 275.6, high: 286.3 }, 6, '276 278 280 282 284 286'],
    [{ low: 0, high: 5e6 }, 5, '0 1e6 2e6 3e6 4e6 5e6'],
    [{ low: -2e-6, high: 2e-6 }, 4, '-2e-6 -1e-6 0 1e-6 2e-6'],
    [{ low: 7, high: 7 }, 5, '7'],
  ])('of %j', (range, count, labels) => {
    expect(numberTicks(range, count).map(({ label }) => label)).toEqual(labels.split(' '));
  });
});

describe('roundRange', () => {
  it('holds the range, is never empty, and has ticks at its ends', () => {
    fc.assert(
      fc.property(plainRange, fc.integer({ min: 2, max: 10 }), (range, count) => {
        const around = roundRange(range, count);
        const slack = (range.high - range.low) * 1e-6;
        expect(around.low).toBeLessThanOrEqual(range.low + slack);
        expect(around.high).toBeGreaterThanOrEqual(range.high - slack);
      }),
    );
    for (const value of [0, -5, 1e300, 5e-324]) {
      const { low, high } = roundRange({ low: value, high: value }, 5);
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  it('of values that are as far apart as numbers can be is that of the values', () => {
    const widest = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };
    expect(roundRange(widest, 5)).toEqual(widest);
    expect(numberTicks(widest, 5).map(({ value }) => value)).toEqual([widest.low, widest.high]);
  });
});

describe('rangeOfNumbers', () => {
  it('takes no notice of what is missing or infinite', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double())), (lists) => {
        const finite = lists.flat().filter(Number.isFinite);
        const range = rangeOfNumbers(lists);
        if (finite.length === 0) expect(range).toBeUndefined();
        else {
          expect(range!.low === Math.min(...finite)).toBe(true);
          expect(range!.high === Math.max(...finite)).toBe(true);
        }
      }),
    );
  });
});

describe('timeTicks', () => {
  const calendars = ['standard', 'noleap', '360_day'] as const;
  const instant = fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2300, 0, 1) });
  const length = fc.integer({ min: 0, max: 42 }).map((power) => Math.round(2 ** power));

  it('are rising, within the range, few, and turn over a clock or a calendar', () => {
    fc.assert(
      fc.property(instant, length, fc.constantFrom(...calendars), (low, ms, calendar) => {
        const range = { low, high: low + ms };
        const ticks = timeTicks(range, calendar, 6);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const [i, { value, label, context }] of ticks.entries()) {
          expect(value >= range.low && value <= range.high).toBe(true);
          if (i > 0) expect(value).toBeGreaterThan(ticks[i - 1]!.value);
          const { year, month, day } = instantFields(Math.round(value), calendar);
          if (/^\d\d\d\d-\d\d$/.test(label))
            expect([label, day]).toEqual([`${year}-${String(month).padStart(2, '0')}`, 1]);
          if (/^\d\d-\d\d$/.test(label) && context !== undefined) expect(context).toBe(String(year));
        }
        if (ms > 40_000) expect(ticks.length).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ['2020-01-01T00:00Z', '2020-01-01T12:00Z', 'standard', '00:00 03:00 06:00 09:00 12:00', '2020-01-01'],
    ['2019-12-30', '2020-01-03T00:00Z', 'standard', '12-30 12-31 01-01 01-02 01-03', '2019 2020'],
    ['2020-01-15', '2020-06-15T00:00Z', '360_day', '2020-02 2020-03 2020-04 2020-05 2020-06', ''],
    ['1995-06-01', '2051-01-01T00:00Z', 'noleap', '2000 2010 2020 2030 2040 2050', ''],
  ] as const)('from %s to %s', (from, to, calendar, labels, contexts) => {
    const range = { low: parseInstant(from, calendar).from, high: parseInstant(to, calendar).from };
    const ticks = timeTicks(range, calendar, 6);
    expect(ticks.map(({ label }) => label).join(' ')).toBe(labels);
    expect(ticks.flatMap(({ context }) => context ?? []).join(' ')).toBe(contexts);
  });
});
