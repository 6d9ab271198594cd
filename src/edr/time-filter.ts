import { InvalidArgumentError } from '../errors/index.js';
import {
  axisNumbers,
  type CalendarName,
  type IndexSpan,
  instantFields,
  parseDuration,
  parseInstant,
  selectInterval,
  selectNearest,
  type TimeAxis,
} from '../grid/index.js';
import { mergeSelections, spansOf } from './index-list.js';
import { shorten } from './number-text.js';

const PARAMETER = 'datetime';

interface Moment {
  readonly from: number;
  readonly to: number;
}

/** What `datetime` asks for; instants are milliseconds of the calendar it was parsed with. */
export type TimeFilter =
  | { readonly kind: 'moments'; readonly moments: readonly Moment[] }
  | { readonly kind: 'interval'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'steps';
      readonly start: number;
      readonly months: number;
      readonly stepMs: number;
      readonly repeats: number;
    };

/**
 * An instant, `a/b`, `../b`, `a/..`, `../..`, a comma list, or `R[n]/start/duration` or `R[n]/start/end` (n + 1 instants).
 * A date without a time is the whole day; ends are inclusive.
 * Throws: InvalidArgumentError, also when the start is after the end.
 */
export function parseTimeFilter(text: string, calendar: CalendarName): TimeFilter {
  const parts = text.split('/').map((part) => part.trim());
  if (/^R\d*$/i.test(parts[0] ?? '')) return parseRepeating(parts, text, calendar);
  if (parts.length === 1) {
    return { kind: 'moments', moments: text.split(',').map((item) => parseMoment(item.trim(), calendar)) };
  }
  if (parts.length !== 2) throw badTime(text);
  const from = parts[0] === '..' ? Number.NEGATIVE_INFINITY : parseMoment(parts[0]!, calendar).from;
  const to = parts[1] === '..' ? Number.POSITIVE_INFINITY : parseMoment(parts[1]!, calendar).to;
  if (from > to) throw new InvalidArgumentError('datetime starts after it ends', { found: shorten(text) });
  return { kind: 'interval', from, to };
}

/** Indexes of the time axis that `filter` asks for, in axis order; an instant off the axis means the nearest within half a step. */
export function selectTimes(axis: TimeAxis, filter: TimeFilter): readonly IndexSpan[] {
  switch (filter.kind) {
    case 'moments':
      return mergeSelections(
        filter.moments.map(({ from, to }) =>
          from === to ? selectNearest(axis, from) : selectInterval(axis, from, to),
        ),
      );
    case 'interval':
      return selectInterval(axis, filter.from, filter.to) ?? [];
    case 'steps':
      return spansOf(
        axisNumbers(axis).flatMap((instant, index) =>
          isStep(instant, filter, axis.calendar) ? [index] : [],
        ),
      );
    default:
      return filter satisfies never;
  }
}

function parseMoment(text: string, calendar: CalendarName): Moment {
  if (text === '') throw badTime(text);
  return named(text, () => parseInstant(text, calendar));
}

/** What `parse` refuses is refused as `datetime`, with the text that was given. */
function named<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof InvalidArgumentError)) throw cause;
    const { found: _, ...fields } = cause.fields;
    const about = { parameter: PARAMETER, found: shorten(text), ...fields };
    throw new InvalidArgumentError(cause.message, about, { cause });
  }
}

function parseRepeating(parts: readonly string[], text: string, calendar: CalendarName): TimeFilter {
  if (parts.length !== 3) throw badTime(text);
  const repeats = parts[0]!.length === 1 ? Number.POSITIVE_INFINITY : Number(parts[0]!.slice(1));
  const start = parseMoment(parts[1]!, calendar).from;
  if (!/^P/i.test(parts[2]!)) {
    if (!/^\d{4}/.test(parts[2]!)) throw badTime(text);
    // The interval from the start to an end, again and again.
    const stepMs = parseMoment(parts[2]!, calendar).from - start;
    if (!(stepMs > 0)) throw badTime(text);
    return { kind: 'steps', start, months: 0, stepMs, repeats };
  }
  const { months, ms } = named(parts[2]!, () => parseDuration(parts[2]!.toUpperCase()));
  // A mixed step (P1M2D) would drift over month ends in ways no two readers agree on.
  if (months > 0 === ms > 0) throw badTime(text);
  return { kind: 'steps', start, months, stepMs: ms, repeats };
}

function isStep(instant: number, filter: TimeFilter & { kind: 'steps' }, calendar: CalendarName): boolean {
  const steps =
    filter.months > 0
      ? monthsBetween(filter.start, instant, calendar) / filter.months
      : (instant - filter.start) / filter.stepMs;
  return Number.isInteger(steps) && steps >= 0 && steps <= filter.repeats;
}

/** Whole calendar months from `start` to `instant`, NaN when day or time of day differ. */
function monthsBetween(start: number, instant: number, calendar: CalendarName): number {
  const { year, month, ...from } = instantFields(start, calendar);
  const { year: laterYear, month: laterMonth, ...to } = instantFields(instant, calendar);
  const isSameDay =
    from.day === to.day &&
    from.hour === to.hour &&
    from.minute === to.minute &&
    from.second === to.second &&
    from.millisecond === to.millisecond;
  return isSameDay ? (laterYear - year) * 12 + laterMonth - month : Number.NaN;
}

function badTime(text: string): InvalidArgumentError {
  return new InvalidArgumentError('datetime is malformed', {
    parameter: PARAMETER,
    found: shorten(text),
    expected: 'an instant, a list a,b, an interval a/b, ../b, a/.., Rn/start/duration or Rn/start/end',
  });
}
