import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import type { CalendarName } from './calendar.js';
import { dayNumber } from './calendar-date.js';
import { DAY_MS, parseOffset } from './instant.js';

/** Milliseconds of the units CF allows, by UDUNITS spelling in the singular. */
const UNIT_MS: Readonly<Record<string, number>> = {
  common_year: 365 * DAY_MS,
  week: 7 * DAY_MS,
  day: DAY_MS,
  d: DAY_MS,
  hour: 3_600_000,
  hr: 3_600_000,
  h: 3_600_000,
  minute: 60_000,
  min: 60_000,
  second: 1000,
  sec: 1000,
  s: 1000,
  millisecond: 1,
  millisec: 1,
  msec: 1,
  ms: 1,
  microsecond: 1e-3,
  microsec: 1e-3,
  us: 1e-3,
  µs: 1e-3,
  nanosecond: 1e-6,
  nanosec: 1e-6,
  ns: 1e-6,
};

const UNITS = /^\s*(\S+)\s+since\s+(.+?)\s*$/i;
const DATE = /^([+-]?\d{1,6})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|\s+)(.*))?$/;
const CLOCK = /^(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?)?\s*(Z|UTC|GMT|[+-]\d{1,2}(?::?\d\d)?)?$/i;

/**
 * Reads a CF time unit such as `hours since 1900-01-01 00:00:0.0` into a function from stored values to
 * instants of `calendar`, rounded to milliseconds. The reference time may carry an offset from UTC.
 *
 * Throws: UnsupportedError for units without a fixed length (months, years), InvalidArgumentError for text
 * that is no time unit and for reference dates the calendar does not have.
 */
export function parseTimeUnits(units: string, calendar: CalendarName): (value: number) => number {
  const match = UNITS.exec(units);
  if (!match)
    throw new InvalidArgumentError('not a time unit', { found: units, expected: '<unit> since <date>' });
  const unitMs = unitLength(match[1]!, units);
  const reference = referenceInstant(match[2]!, { units, calendar });
  return (value) => {
    // Split, so that the fraction keeps its digits beside a large whole part.
    const whole = Math.trunc(value);
    return reference + Math.round(whole * unitMs + (value - whole) * unitMs);
  };
}

function unitLength(name: string, units: string): number {
  const key = name.toLowerCase();
  const singular = key.length > 2 && key.endsWith('s') ? key.slice(0, -1) : key;
  const length = Object.hasOwn(UNIT_MS, singular) ? UNIT_MS[singular] : undefined;
  if (length !== undefined) return length;
  throw new UnsupportedError('time unit has no fixed length, or is unknown', { unit: name, units });
}

function referenceInstant(text: string, about: { units: string; calendar: CalendarName }): number {
  const match = DATE.exec(text);
  const clock = CLOCK.exec(match?.[4] || '0');
  if (!match || !clock) throw badReference(about.units);
  const [hour, minute, second] = [Number(clock[1]), Number(clock[2] ?? 0), Number(clock[3] ?? 0)];
  if (hour >= 24 || minute >= 60 || second >= 60) throw badReference(about.units);
  const date = { year: Number(match[1]), month: Number(match[2]), day: Number(match[3]) };
  const ms = (hour * 60 + minute) * 60_000 + Math.round(second * 1000);
  return dayNumber(date, about.calendar) * DAY_MS + ms - parseOffset(clock[4] ?? 'Z');
}

function badReference(units: string): InvalidArgumentError {
  return new InvalidArgumentError('reference date of a time unit cannot be read', { units });
}
