import { InvalidArgumentError } from '../errors/index.js';
import type { CalendarName } from './calendar.js';
import { checkYear, dateOfDay, dayNumber, monthStart } from './calendar-date.js';

/** Length of a day, without leap seconds. */
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/** What a clock and a calendar on the wall show at an instant. */
export interface InstantFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** Instants from `from` to `to`, both included; equal when the text named one instant. */
export interface InstantRange {
  readonly from: number;
  readonly to: number;
}

/** `offsetMs` is subtracted to get UTC. */
interface ClockTime {
  readonly ms: number;
  readonly offsetMs: number;
}

const DATE = /^(\d{4}|[+-]\d{4,6})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](.+))?)?)?$/;
const CLOCK = /^(\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|z|[+-]\d\d(?::?\d\d)?)?$/;

/** Fields of an instant in its calendar. Throws InvalidArgumentError outside the years -4712 .. 9999. */
export function instantFields(instant: number, calendar: CalendarName): InstantFields {
  if (!Number.isSafeInteger(instant)) {
    throw new InvalidArgumentError('instant is not a whole number of milliseconds', {
      found: String(instant),
    });
  }
  const day = Math.floor(instant / DAY_MS);
  const ms = instant - day * DAY_MS;
  const { year, month, day: dayOfMonth } = dateOfDay(day, calendar);
  checkYear(year);
  // Field by field: spreading the date takes ten times as long, and long series have many instants.
  return {
    year,
    month,
    day: dayOfMonth,
    hour: Math.floor(ms / HOUR_MS),
    minute: Math.floor(ms / MINUTE_MS) % 60,
    second: Math.floor(ms / SECOND_MS) % 60,
    millisecond: ms % SECOND_MS,
  };
}

/** `2019-03-26T15:00:00Z`, with milliseconds only where there are some; years before 0 have a sign and six digits. */
export function formatInstant(instant: number, calendar: CalendarName): string {
  const { year, month, day, hour, minute, second, millisecond } = instantFields(instant, calendar);
  const years = year < 0 ? `-${pad(-year, 6)}` : pad(year, 4);
  const fraction = millisecond === 0 ? '' : `.${pad(millisecond, 3)}`;
  return `${years}-${pad(month, 2)}-${pad(day, 2)}T${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}Z`;
}

/**
 * The instant a text names, or all instants of the day, month or year it names. RFC 3339 and what is shorter:
 * seconds, minutes or the offset (then UTC) may be left out. Digits after the third of a fraction are cut.
 *
 * Throws: InvalidArgumentError for other text, and for days the calendar does not have.
 */
export function parseInstant(text: string, calendar: CalendarName): InstantRange {
  const match = DATE.exec(text.trim());
  if (!match) throw notAnInstant(text);
  const date = { year: Number(match[1]), month: Number(match[2] ?? 1), day: Number(match[3] ?? 1) };
  const start = dayNumber(date, calendar) * DAY_MS;
  if (match[4] !== undefined) {
    const clock = parseClock(match[4], text);
    const instant = start + clock.ms - clock.offsetMs;
    return { from: instant, to: instant };
  }
  if (match[3] !== undefined) return { from: start, to: start + DAY_MS - 1 };
  const months = match[2] === undefined ? 12 : 1;
  return { from: start, to: monthStart(date, months, calendar) * DAY_MS - 1 };
}

function parseClock(clock: string, text: string): ClockTime {
  const match = CLOCK.exec(clock);
  if (!match) throw notAnInstant(text);
  const [, hour, minute = '0', second = '0', fraction = '', zone] = match;
  const millisecond = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const isOnClock = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isOnClock) throw notAnInstant(text);
  const ms = Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS + Number(second) * SECOND_MS + millisecond;
  return { ms, offsetMs: zone === undefined ? 0 : parseOffset(zone) };
}

/** Milliseconds by which a zone such as `Z`, `+02`, `-0330` or `-6:00` is ahead of UTC. */
export function parseOffset(zone: string): number {
  const match = /^([+-])(\d{1,2})(?::?(\d\d))?$/.exec(zone);
  if (!match) return 0;
  const ms = Number(match[2]) * HOUR_MS + Number(match[3] ?? 0) * MINUTE_MS;
  return match[1] === '-' ? -ms : ms;
}

function notAnInstant(text: string): InvalidArgumentError {
  return new InvalidArgumentError('not a date or time', {
    found: text,
    expected: 'such as 2018-02-12T23:20:50Z',
  });
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
