import { type CalendarName, type InstantFields, instantFields, parseInstant } from '../../grid/index.js';
import type { NumberRange } from '../round-numbers.js';
import { numberTicks, type Tick } from './ticks.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CLOCK_STEPS = [1, 2, 5, 15, 30].map((n) => n * SECOND);
const MINUTE_STEPS = [1, 2, 5, 15, 30].map((n) => n * MINUTE);
const HOUR_STEPS = [1, 3, 6, 12].map((n) => n * HOUR);
const DAY_STEPS = [1, 2, 5, 10].map((n) => n * DAY);
/** Shortest first. */
const FIXED_STEPS = [...CLOCK_STEPS, ...MINUTE_STEPS, ...HOUR_STEPS, ...DAY_STEPS];
const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000];
const MONTH = 30 * DAY;
const LAST_YEAR = 9999;

/**
 * Instants where a clock or the calendar turns over, within a range of milliseconds as instants of `calendar`, at most
 * about `count` steps apart. What a label leaves out (the date of a clock time, the year of a day) is its context
 * wherever that changes.
 */
export function timeTicks(range: NumberRange, calendar: CalendarName, count: number): Tick[] {
  const least = (range.high - range.low) / count;
  const step = FIXED_STEPS.find((one) => one >= least);
  if (range.low === range.high) return [wholeTick(range.low, calendar)];
  if (least < SECOND / 2) return numberTicks(range, count).map(({ value }) => wholeTick(value, calendar));
  if (step === undefined) return monthTicks(range, calendar, least);
  const first = Math.ceil(range.low / step);
  const length = Math.floor(range.high / step) - first + 1;
  const instants = Array.from({ length }, (_, k) => (first + k) * step);
  return labelled(instants, calendar, step < MINUTE ? clockText(8) : step < DAY ? clockText(5) : dayText);
}

type Label = (fields: InstantFields) => { readonly label: string; readonly context: string };

/** The first of each label's context is shown, and wherever another follows. */
function labelled(instants: readonly number[], calendar: CalendarName, label: Label): Tick[] {
  let shown: string | undefined;
  return instants.map((value) => {
    const texts = label(instantFields(value, calendar));
    const isNew = texts.context !== shown;
    shown = texts.context;
    return { value, label: texts.label, ...(isNew && { context: texts.context }) };
  });
}

function wholeTick(instant: number, calendar: CalendarName): Tick {
  const { label, context } = clockText(8)(instantFields(Math.round(instant), calendar));
  return { value: instant, label, context };
}

function clockText(characters: number): Label {
  return ({ year, month, day, hour, minute, second }) => ({
    label: `${two(hour)}:${two(minute)}:${two(second)}`.slice(0, characters),
    context: `${year}-${two(month)}-${two(day)}`,
  });
}

const dayText: Label = ({ year, month, day }) => ({
  label: `${two(month)}-${two(day)}`,
  context: String(year),
});

function monthTicks({ low, high }: NumberRange, calendar: CalendarName, least: number): Tick[] {
  const months = MONTH_STEPS.find((one) => one * MONTH >= least) ?? MONTH_STEPS.at(-1)!;
  const { year, month } = instantFields(Math.floor(low), calendar);
  const ticks: Tick[] = [];
  for (let at = Math.floor((year * 12 + month - 1) / months) * months; ; at += months) {
    const [atYear, atMonth] = [Math.floor(at / 12), (at % 12) + 1];
    if (atYear > LAST_YEAR) return ticks;
    // Years before 0 have another spelling, and no chart has needed it.
    if (atYear < 0) continue;
    const value = parseInstant(`${String(atYear).padStart(4, '0')}-${two(atMonth)}-01`, calendar).from;
    if (value > high) return ticks;
    if (value >= low)
      ticks.push({ value, label: months >= 12 ? String(atYear) : `${atYear}-${two(atMonth)}` });
  }
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
