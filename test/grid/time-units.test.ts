import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import { type CalendarName, formatInstant, parseTimeUnits } from '../../src/grid/index.js';

describe('parseTimeUnits', () => {
  // Dates of other calendars were computed by hand from the calendar's rules.
  it.each<[string, CalendarName, number, string]>([
    ['hours since 1800-01-01', 'standard', 1867128, '2013-01-01T00:00:00Z'],
    ['hours since 1900-01-01 00:00:0.0', 'standard', 1043136, '2019-01-01T00:00:00Z'],
    ['days since 1850-1-1 00:00:00', 'noleap', 365 * 156 + 181, '2006-07-01T00:00:00Z'],
    ['seconds since 1970-01-01', 'proleptic_gregorian', 1597017600, '2020-08-10T00:00:00Z'],
    ['days since 2010-01-01T12:00:00', 'standard', 15.5, '2010-01-17T00:00:00Z'],
    ['hours since 2000-01-01 00:00:0.0', 'standard', 1096.485, '2000-02-15T16:29:06Z'],
    ['hours since 1970-01-01 00:00:00', '360_day', -95040, '1959-01-01T00:00:00Z'],
    ['days since 1-1-1', 'standard', 0, '0001-01-01T00:00:00Z'],
    ['hour since 0000-01-01 00:00:00', 'standard', 366, '0000-01-16T06:00:00Z'],
    ['minutes since 2000-01-01 06:00 +02:00', 'standard', 1, '2000-01-01T04:01:00Z'],
    ['minutes since 2000-01-01 00:00:00 -6:00', 'standard', 0, '2000-01-01T06:00:00Z'],
    ['seconds since 2000-01-01 00:00:00-0330', 'standard', 0, '2000-01-01T03:30:00Z'],
    ['seconds since 2000-01-01 00:00:00 UTC', 'standard', 90, '2000-01-01T00:01:30Z'],
    ['s since 2000-01-01T00:00:00Z', 'standard', 0.0015, '2000-01-01T00:00:00.002Z'],
    ['milliseconds since 2000-01-01', 'standard', 5, '2000-01-01T00:00:00.005Z'],
    ['ms since 2000-01-01', 'standard', 5, '2000-01-01T00:00:00.005Z'],
    ['microseconds since 2000-01-01', 'standard', 5400, '2000-01-01T00:00:00.005Z'],
    ['min since 2000-01-01', 'standard', 1, '2000-01-01T00:01:00Z'],
    ['h since 2000-01-01', 'standard', 1, '2000-01-01T01:00:00Z'],
    ['d since 2000-01-01 12', 'standard', 1, '2000-01-02T12:00:00Z'],
    ['Days Since 2000-01-01', 'standard', 1, '2000-01-02T00:00:00Z'],
    ['common_years since 1999-01-01', 'noleap', 2, '2001-01-01T00:00:00Z'],
    ['days since 1582-10-04', 'standard', 1, '1582-10-15T00:00:00Z'],
    ['days since 2000-02-28', 'noleap', 1, '2000-03-01T00:00:00Z'],
    ['days since 2000-02-30', '360_day', 1, '2000-03-01T00:00:00Z'],
  ])('%s in %s: %s is %s', (units, calendar, value, expected) => {
    expect(formatInstant(parseTimeUnits(units, calendar)(value), calendar)).toBe(expected);
  });

  it('puts year 1 two days apart in the standard and the proleptic calendar', () => {
    const units = 'days since 0001-01-01';
    // Python: date(2000, 1, 1).toordinal() - 1 is 730119; the Julian 0001-01-01 was two days earlier.
    const found = [
      parseTimeUnits(units, 'proleptic_gregorian')(730119),
      parseTimeUnits(units, 'standard')(730121),
    ];
    expect(found).toEqual([Date.UTC(2000, 0), Date.UTC(2000, 0)]);
  });

  it('keeps milliseconds far from the reference', () => {
    const read = parseTimeUnits('days since 0001-01-01', 'proleptic_gregorian');
    for (let hour = 0; hour < 24; hour++) expect(read(737000 + hour / 24) % 3_600_000).toBe(0);
  });

  it.each([
    'months since 2000-01-01',
    'years since 2000-01-01',
    'year since 1-1-1',
    'fortnights since 2000-01-01',
    'constructor since 2000-01-01',
  ])('does not support %s', (units) => {
    expect(() => parseTimeUnits(units, 'standard')).toThrow(UnsupportedError);
  });

  it.each([
    'days',
    'day as %Y%m%d.%f',
    'days since',
    'days since launch',
    'days since 2001-02-29',
    'hours since 2000-01-01 25:00',
    'days since 2000-01-01 00:00:00 EST',
    'days since 2000-13-01',
    '',
  ])('refuses %j', (units) => {
    expect(() => parseTimeUnits(units, 'standard')).toThrow(InvalidArgumentError);
  });
});
