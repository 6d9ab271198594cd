import { InvalidArgumentError } from '../errors/index.js';
import type { CalendarName } from './calendar.js';

/** A day of a calendar. Years are astronomical: there is a year 0, and -1 comes before it. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MIN_YEAR = -4712;
const MAX_YEAR = 9999;

/** 1582-10-15, the first Gregorian day of the standard calendar, in days since 1970-01-01. */
const REFORM_DAY = -141427;
/** The Gregorian 1970-01-01 is 13 days before the Julian one. */
const JULIAN_LAG = 13;

/** Days before each month, and in the year: March first where a leap day ends the year, else January first. */
const FROM_MARCH = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
const NOLEAP = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const ALL_LEAP = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335, 366];
const EQUAL_MONTHS = [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 360];

/** Days from 1 March of year 0 to 1970-01-01, both in the calendar itself. */
const GREGORIAN_EPOCH = 719468;
const JULIAN_EPOCH = 719483;

/** Days since 1970-01-01 of `calendar`. Throws InvalidArgumentError for a day the calendar does not have. */
export function dayNumber(date: CalendarDate, calendar: CalendarName): number {
  const { year, month, day } = date;
  checkYear(year);
  const number = month >= 1 && month <= 12 ? countDays(date, calendar) : Number.NaN;
  if (Number.isInteger(number)) {
    const back = dateOfDay(number, calendar);
    if (back.year === year && back.month === month && back.day === day) return number;
  }
  throw new InvalidArgumentError('no such day in the calendar', { year, month, day, calendar });
}

/** The date that is `day` days after 1970-01-01 of `calendar`. */
export function dateOfDay(day: number, calendar: CalendarName): CalendarDate {
  switch (calendar) {
    case 'standard':
      return day >= REFORM_DAY ? gregorianDate(day) : julianDate(day - JULIAN_LAG);
    case 'proleptic_gregorian':
      return gregorianDate(day);
    case 'julian':
      return julianDate(day);
    case 'noleap':
      return fixedDate(day, NOLEAP);
    case 'all_leap':
      return fixedDate(day, ALL_LEAP);
    case '360_day':
      return fixedDate(day, EQUAL_MONTHS);
    default:
      return calendar satisfies never;
  }
}

/** First day of the month `months` after the one of `date`, as a day number. Year limits do not apply. */
export function monthStart({ year, month }: CalendarDate, months: number, calendar: CalendarName): number {
  const count = year * 12 + (month - 1) + months;
  return countDays({ year: Math.floor(count / 12), month: modulo(count, 12) + 1, day: 1 }, calendar);
}

/** Throws InvalidArgumentError for a year outside -4712 .. 9999. */
export function checkYear(year: number): void {
  if (Number.isInteger(year) && year >= MIN_YEAR && year <= MAX_YEAR) return;
  throw new InvalidArgumentError('year is out of range', {
    found: year,
    expected: `${MIN_YEAR} to ${MAX_YEAR}`,
  });
}

function countDays(date: CalendarDate, calendar: CalendarName): number {
  switch (calendar) {
    case 'standard':
      return isReformed(date) ? gregorianDays(date) : julianDays(date) + JULIAN_LAG;
    case 'proleptic_gregorian':
      return gregorianDays(date);
    case 'julian':
      return julianDays(date);
    case 'noleap':
      return fixedDays(date, NOLEAP);
    case 'all_leap':
      return fixedDays(date, ALL_LEAP);
    case '360_day':
      return fixedDays(date, EQUAL_MONTHS);
    default:
      return calendar satisfies never;
  }
}

function isReformed({ year, month, day }: CalendarDate): boolean {
  return year * 10000 + month * 100 + day >= 15821015;
}

function gregorianDays(date: CalendarDate): number {
  const { year, dayOfYear } = marchYear(date);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return year * 365 + leapDays + dayOfYear - GREGORIAN_EPOCH;
}

function gregorianDate(day: number): CalendarDate {
  const fromEpoch = day + GREGORIAN_EPOCH;
  const era = Math.floor(fromEpoch / 146097);
  const dayOfEra = fromEpoch - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  );
  const before = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return dateFromMarch(era * 400 + yearOfEra, dayOfEra - before);
}

function julianDays(date: CalendarDate): number {
  const { year, dayOfYear } = marchYear(date);
  return year * 365 + Math.floor(year / 4) + dayOfYear - JULIAN_EPOCH;
}

function julianDate(day: number): CalendarDate {
  const fromEpoch = day + JULIAN_EPOCH;
  const era = Math.floor(fromEpoch / 1461);
  const dayOfEra = fromEpoch - era * 1461;
  const yearOfEra = Math.min(3, Math.floor(dayOfEra / 365));
  return dateFromMarch(era * 4 + yearOfEra, dayOfEra - yearOfEra * 365);
}

/** Years that begin in March put the leap day last, where it moves no other day. */
function marchYear({ year, month, day }: CalendarDate): { year: number; dayOfYear: number } {
  const dayOfYear = FROM_MARCH[modulo(month - 3, 12)]! + day - 1;
  return { year: month < 3 ? year - 1 : year, dayOfYear };
}

function dateFromMarch(year: number, dayOfYear: number): CalendarDate {
  const fromMarch = FROM_MARCH.findLastIndex((before) => before <= dayOfYear);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return { year: month < 3 ? year + 1 : year, month, day: dayOfYear - FROM_MARCH[fromMarch]! + 1 };
}

function fixedDays({ year, month, day }: CalendarDate, daysBefore: readonly number[]): number {
  return (year - 1970) * daysBefore[12]! + daysBefore[month - 1]! + day - 1;
}

function fixedDate(day: number, daysBefore: readonly number[]): CalendarDate {
  const yearDays = daysBefore[12]!;
  const year = Math.floor(day / yearDays);
  const dayOfYear = day - year * yearDays;
  const month = daysBefore.findLastIndex((before) => before <= dayOfYear);
  return { year: year + 1970, month: month + 1, day: dayOfYear - daysBefore[month]! + 1 };
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
