import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  type CalendarName,
  durationBin,
  formatDuration,
  parseDuration,
  parseInstant,
} from '../../src/grid/index.js';

const HOUR = 3_600_000;
const at = (text: string, calendar: CalendarName = 'standard') => parseInstant(text, calendar).from;

describe('durations', () => {
  it.each([
    ['PT6H', 0, 6 * HOUR],
    ['P1D', 0, 24 * HOUR],
    ['P1W', 0, 168 * HOUR],
    ['P1M', 1, 0],
    ['P1Y6M', 18, 0],
    ['PT0.5S', 0, 500],
    ['P1DT12H30M', 0, 36.5 * HOUR],
    ['PT0S', 0, 0],
  ])('reads %s', (text, months, ms) => {
    expect(parseDuration(text)).toEqual({ months, ms });
  });

  it.each([
    '',
    'P',
    'PT',
    'P1',
    '1D',
    '-P1D',
    'P-1D',
    'P1D1Y',
    'P1DT',
    'P0.5M',
    'PT0.0001S',
    'P1H',
    'xP1D',
    'P1Dx',
    'pt6h',
  ])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(InvalidArgumentError);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1000 }), fc.nat({ max: 1e12 }), (months, ms) => {
        expect(parseDuration(formatDuration({ months, ms }))).toEqual({ months, ms });
      }),
    );
  });

  it('are written in their shortest form', () => {
    expect(formatDuration(parseDuration('P14M'))).toBe('P1Y2M');
    expect(formatDuration(parseDuration('PT36H'))).toBe('P1DT12H');
    expect(formatDuration({ months: 0, ms: 0 })).toBe('PT0S');
  });
});

describe('durationBin', () => {
  it('divides time into half-open bins of fixed length on both sides of the origin', () => {
    const six = parseDuration('PT6H');
    const bins = [-1, 0, 6 * HOUR - 1, 6 * HOUR].map((ms) => durationBin(ms, 0, six, 'standard'));
    expect(bins).toEqual([-1, 0, 0, 1]);
  });

  it('starts calendar months on the day and time of the origin', () => {
    const bin = (text: string, origin: string) =>
      durationBin(at(text), at(origin), { months: 1, ms: 0 }, 'standard');
    expect(['2019-12-31', '2020-01-01', '2020-02-29', '2020-03-01'].map((t) => bin(t, '2020-01-01'))).toEqual(
      [-1, 0, 1, 2],
    );
    expect(
      ['2020-02-28T23:59Z', '2020-02-29', '2020-03-30', '2020-03-31'].map((t) => bin(t, '2020-01-31')),
    ).toEqual([0, 1, 1, 2]);
    expect(bin('2020-02-01T05:59Z', '2020-01-01T06:00Z')).toBe(0);
  });

  it('gives every instant of a year-long run its calendar month', () => {
    for (const calendar of ['standard', 'noleap', '360_day'] as const) {
      const origin = at('1999-01-01', calendar);
      for (let month = 0; month < 36; month++) {
        const text = `${1999 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
        const { from, to } = parseInstant(text, calendar);
        expect([from, to].map((t) => durationBin(t, origin, { months: 1, ms: 0 }, calendar))).toEqual([
          month,
          month,
        ]);
        expect(durationBin(to, origin, { months: 12, ms: 0 }, calendar)).toBe(Math.floor(month / 12));
      }
    }
  });

  it('never decreases with time', () => {
    const instants = fc.integer({ min: -200 * 365 * 24 * HOUR, max: 200 * 365 * 24 * HOUR });
    fc.assert(
      fc.property(instants, instants, instants, fc.integer({ min: 1, max: 30 }), (origin, a, b, months) => {
        const bin = (instant: number) => durationBin(instant, origin, { months, ms: 0 }, 'standard');
        expect(bin(Math.min(a, b))).toBeLessThanOrEqual(bin(Math.max(a, b)));
        expect([bin(origin - 1), bin(origin)]).toEqual([-1, 0]);
      }),
    );
  });

  it('refuses durations that divide nothing', () => {
    for (const duration of [
      { months: 0, ms: 0 },
      { months: 1, ms: 1 },
    ]) {
      expect(() => durationBin(0, 0, duration, 'standard')).toThrow(InvalidArgumentError);
    }
  });
});
