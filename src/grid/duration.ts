import { type Duration as DurationFields, parse } from 'tinyduration';
import { InvalidArgumentError } from '../errors/index.js';
import type { CalendarName } from './calendar.js';
import { dateOfDay, monthStart } from './calendar-date.js';
import { DAY_MS } from './instant.js';

/** A length of time: calendar months, and milliseconds of fixed length (a day is 24 hours). */
export interface Duration {
  readonly months: number;
  readonly ms: number;
}

/** `parse` of tinyduration finds a duration anywhere in a text and drops what follows; this is all of a text. */
const WHOLE_DURATION = new RegExp(`^P(?!$)${optional('YMWD')}(?:T(?=\\d)${optional('HMS')})?$`);

/**
 * Reads an ISO 8601 duration such as `P1M`, `PT6H` or `P1DT12H`.
 *
 * Throws: InvalidArgumentError for other text, negative durations, fractions of months or years, and more
 * than millisecond precision.
 */
export function parseDuration(iso: string): Duration {
  const fields = parseFields(iso);
  const months = (fields.years ?? 0) * 12 + (fields.months ?? 0);
  const days = (fields.weeks ?? 0) * 7 + (fields.days ?? 0);
  const seconds = ((fields.hours ?? 0) * 60 + (fields.minutes ?? 0)) * 60 + (fields.seconds ?? 0);
  const exact = days * DAY_MS + seconds * 1000;
  const ms = Math.round(exact);
  if (Number.isInteger(months) && Math.abs(exact - ms) < 1e-4 && Number.isSafeInteger(ms))
    return { months, ms };
  throw notADuration(iso);
}

/** The shortest canonical form: years, months, days, hours, minutes, seconds; `PT0S` for nothing. */
export function formatDuration({ months, ms }: Duration): string {
  const date =
    part(Math.floor(months / 12), 'Y') + part(months % 12, 'M') + part(Math.floor(ms / DAY_MS), 'D');
  const rest = ms % DAY_MS;
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor(rest / 60_000) % 60;
  const time = part(hours, 'H') + part(minutes, 'M') + part((rest % 60_000) / 1000, 'S');
  if (date === '' && time === '') return 'PT0S';
  return `P${date}${time === '' ? '' : `T${time}`}`;
}

/**
 * Number of the bin that holds `instant`: bins are `duration` long, half-open, and bin 0 starts at `originMs`.
 * Bins of calendar months start on the origin's day and time of the month, or the month's last day.
 *
 * Throws: InvalidArgumentError for an empty duration, or one that mixes months with fixed lengths.
 */
export function durationBin(
  instant: number,
  originMs: number,
  duration: Duration,
  calendar: CalendarName,
): number {
  const { months, ms } = duration;
  if (months === 0 && ms > 0) return Math.floor((instant - originMs) / ms);
  if (ms === 0 && months > 0) return Math.floor(monthsBetween(originMs, instant, calendar) / months);
  throw new InvalidArgumentError('duration cannot divide time into bins', {
    found: formatDuration(duration),
  });
}

/** Whole months from `origin` to `instant`, rounded down. */
function monthsBetween(origin: number, instant: number, calendar: CalendarName): number {
  const from = dateOfDay(Math.floor(origin / DAY_MS), calendar);
  const to = dateOfDay(Math.floor(instant / DAY_MS), calendar);
  const months = (to.year - from.year) * 12 + to.month - from.month;
  const start = monthStart(from, months, calendar);
  const length = monthStart(from, months + 1, calendar) - start;
  const timeOfDay = origin - Math.floor(origin / DAY_MS) * DAY_MS;
  const binStart = (start + Math.min(from.day, length) - 1) * DAY_MS + timeOfDay;
  return binStart <= instant ? months : months - 1;
}

function parseFields(iso: string): DurationFields {
  if (!WHOLE_DURATION.test(iso)) throw notADuration(iso);
  try {
    return parse(iso);
  } catch (error) {
    throw new InvalidArgumentError('not an ISO 8601 duration', { found: iso }, { cause: error });
  }
}

function notADuration(iso: string): InvalidArgumentError {
  return new InvalidArgumentError('not an ISO 8601 duration of whole months or milliseconds', { found: iso });
}

function part(value: number, letter: string): string {
  return value === 0 ? '' : `${value}${letter}`;
}

function optional(letters: string): string {
  return Array.from(letters, (letter) => `(?:\\d+(?:[.,]\\d+)?${letter})?`).join('');
}
