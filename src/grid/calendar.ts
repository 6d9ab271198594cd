/**
 * CF calendars. `standard` is Julian before 1582-10-15 and Gregorian from then on; the others are what
 * their names say. Instants are milliseconds since 1970-01-01T00:00 counted in the calendar itself.
 */
export type CalendarName = 'standard' | 'proleptic_gregorian' | 'julian' | 'noleap' | 'all_leap' | '360_day';
