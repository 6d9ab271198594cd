import { UnsupportedError } from '../errors/index.js';

/**
 * CF calendars. `standard` is Julian before 1582-10-15 and Gregorian from then on; the others are what
 * their names say. Instants are milliseconds since 1970-01-01T00:00 counted in the calendar itself.
 */
export type CalendarName = 'standard' | 'proleptic_gregorian' | 'julian' | 'noleap' | 'all_leap' | '360_day';

const NAMES: Readonly<Record<string, CalendarName>> = {
  standard: 'standard',
  gregorian: 'standard',
  proleptic_gregorian: 'proleptic_gregorian',
  julian: 'julian',
  noleap: 'noleap',
  '365_day': 'noleap',
  all_leap: 'all_leap',
  '366_day': 'all_leap',
  '360_day': '360_day',
};

/**
 * The calendar a CF attribute names, aliases folded; `standard` when there is no attribute.
 *
 * Throws: UnsupportedError for any other name.
 */
export function parseCalendarName(text: string | undefined): CalendarName {
  const key = text?.trim().toLowerCase() ?? 'standard';
  if (Object.hasOwn(NAMES, key)) return NAMES[key]!;
  throw new UnsupportedError('unknown calendar', { found: text, expected: Object.keys(NAMES).join(', ') });
}
