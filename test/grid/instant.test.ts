import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import {
  type CalendarName,
  formatInstant,
  instantFields,
  parseCalendarName,
  parseInstant,
} from '../../src/grid/index.js';

const DAY = 86_400_000;
const CALENDARS: CalendarName[] = [
  'standard',
  'proleptic_gregorian',
  'julian',
  'noleap',
  'all_leap',
  '360_day',
];
const instants = fc.integer({ min: -6600 * 360 * DAY, max: 8000 * 360 * DAY });

/** A length of each month by the book. */
function monthLength(year: number, month: number, calendar: CalendarName): number {
  if (calendar === '360_day') return 30;
  if (calendar === 'standard' && year === 1582 && month === 10) return 21;
  if (month !== 2) return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
  if (calendar === 'noleap') return 28;
  if (calendar === 'all_leap') return 29;
  const isJulian = calendar === 'julian' || (calendar === 'standard' && year <= 1582);
  const isLeap = year % 4 === 0 && (isJulian || year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : 28;
}

describe('calendars', () => {
  it.each(CALENDARS)('read back what they write in %s', (calendar) => {
    fc.assert(
      fc.property(instants, (instant) => {
        const text = formatInstant(instant, calendar);
        expect(parseInstant(text, calendar)).toEqual({ from: instant, to: instant });
      }),
      { numRuns: 1000 },
    );
  });

  it.each(CALENDARS)('count through every day of %s around leap years and the reform', (calendar) => {
    for (const firstYear of [-4712, -5, 1579, 1699, 1895, 1970, 1999, 9995]) {
      let day = parseInstant(`${formatYear(firstYear)}-01-01`, calendar).from / DAY;
      for (let year = firstYear; year < firstYear + 5; year++) {
        for (let month = 1; month <= 12; month++) {
          for (let k = 0; k < monthLength(year, month, calendar); k++) {
            const isReformed = calendar === 'standard' && year === 1582 && month === 10 && k >= 4;
            expect(instantFields(day * DAY, calendar)).toMatchObject({
              year,
              month,
              day: k + 1 + (isReformed ? 10 : 0),
            });
            day++;
          }
        }
      }
    }
  });

  it('agree with Date in the proleptic Gregorian calendar', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const expected = new Date(instant).toISOString().replace('.000Z', 'Z');
        expect(formatInstant(instant, 'proleptic_gregorian')).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('switch from Julian to Gregorian in the standard calendar', () => {
    const last = parseInstant('1582-10-04', 'standard').from;
    expect(formatInstant(last + DAY, 'standard')).toBe('1582-10-15T00:00:00Z');
    expect(() => parseInstant('1582-10-10', 'standard')).toThrow(InvalidArgumentError);
    expect(parseInstant('1582-10', 'standard').to + 1).toBe(parseInstant('1582-11', 'standard').from);
    // Julian day number 0 is noon of 1 January 4713 BC.
    expect(parseInstant('-4712-01-01T12:00:00Z', 'standard').from / DAY).toBe(-2440587.5);
    expect(parseInstant('2000-02-29', 'standard')).toEqual(parseInstant('2000-02-29', 'proleptic_gregorian'));
  });

  it('have the days they have', () => {
    expect(formatInstant(parseInstant('2001-02-30', '360_day').from, '360_day')).toBe('2001-02-30T00:00:00Z');
    expect(parseInstant('2001-02-29', 'all_leap').from).toBeDefined();
    expect(parseInstant('1900-02-29', 'julian').from).toBeDefined();
    const absent: [string, CalendarName][] = [
      ['2000-02-29', 'noleap'],
      ['2001-02-29', 'standard'],
      ['1900-02-29', 'proleptic_gregorian'],
      ['2000-01-31', '360_day'],
      ['2000-02-30', 'all_leap'],
      ['2000-13-01', 'standard'],
      ['2000-00-01', 'noleap'],
      ['2000-01-00', '360_day'],
    ];
    for (const [text, calendar] of absent)
      expect(() => parseInstant(text, calendar)).toThrow(InvalidArgumentError);
  });

  it('are known by CF names', () => {
    expect(['gregorian', '365_day', '366_day', ' Standard '].map(parseCalendarName)).toEqual([
      'standard',
      'noleap',
      'all_leap',
      'standard',
    ]);
    expect(parseCalendarName(undefined)).toBe('standard');
    expect(() => parseCalendarName('mayan')).toThrow(UnsupportedError);
    expect(() => parseCalendarName('constructor')).toThrow(UnsupportedError);
  });
});

describe('parseInstant', () => {
  const noon = Date.UTC(2018, 1, 12, 12);

  it.each([
    ['2018-02-12T12:00:00Z', noon],
    ['2018-02-12T12:00:00.000Z', noon],
    ['2018-02-12t12:00:00z', noon],
    ['2018-02-12T12:00Z', noon],
    ['2018-02-12T12Z', noon],
    ['2018-02-12T12:00:00', noon],
    ['2018-02-12 12:00:00Z', noon],
    ['2018-02-12T14:30:00+02:30', noon],
    ['2018-02-12T14:30:00+0230', noon],
    ['2018-02-12T05:00:00-07', noon],
    ['2018-02-12T12:00:00.123456789Z', noon + 123],
    ['2018-02-12T12:00:00,5Z', noon + 500],
  ])('reads the instant %s', (text, instant) => {
    expect(parseInstant(text, 'standard')).toEqual({ from: instant, to: instant });
  });

  it('reads days, months and years as all of their instants', () => {
    expect(parseInstant('2018-02-12', 'standard')).toEqual({ from: noon - DAY / 2, to: noon + DAY / 2 - 1 });
    expect(parseInstant('2020-02', 'standard')).toEqual({
      from: Date.UTC(2020, 1),
      to: Date.UTC(2020, 2) - 1,
    });
    expect(parseInstant('2018', 'standard')).toEqual({ from: Date.UTC(2018, 0), to: Date.UTC(2019, 0) - 1 });
    expect(parseInstant('2018', '360_day').to - parseInstant('2018', '360_day').from + 1).toBe(360 * DAY);
    expect(parseInstant('9999', 'standard').to).toBe(Date.UTC(10000, 0) - 1);
  });

  it.each([
    '',
    'now',
    '18-02-12',
    '2018-2-12',
    '2018-02-12T',
    '2018-02-12T25:00Z',
    '2018-02-12T12:60Z',
    '2018-02-12T12:00:60Z',
    '2018-02-12T12:00:00Z/..',
    '2018-02-12T12:00:00+',
    '20180212',
    '2018-02-12T12:00:00Zx',
    '-9999-01-01',
  ])('refuses %j', (text) => {
    expect(() => parseInstant(text, 'standard')).toThrow(InvalidArgumentError);
  });
});

describe('formatInstant', () => {
  it('writes a fraction only where there is one', () => {
    expect(formatInstant(1, 'standard')).toBe('1970-01-01T00:00:00.001Z');
    expect(formatInstant(-1, 'noleap')).toBe('1969-12-31T23:59:59.999Z');
    expect(
      formatInstant(parseInstant('-000001-12-31', 'proleptic_gregorian').from, 'proleptic_gregorian'),
    ).toBe('-000001-12-31T00:00:00Z');
  });

  it('refuses what is no instant, or too far away', () => {
    expect(() => formatInstant(0.5, 'standard')).toThrow(InvalidArgumentError);
    expect(() => formatInstant(Number.NaN, 'standard')).toThrow(InvalidArgumentError);
    expect(() => formatInstant(Date.UTC(10000, 0), 'standard')).toThrow(InvalidArgumentError);
  });
});

function formatYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(6, '0')}` : String(year).padStart(4, '0');
}
