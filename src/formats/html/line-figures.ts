import { type CalendarName, parseInstant } from '../../grid/index.js';
import {
  type ChartAxis,
  type Markup,
  maxSeries,
  type NumberRange,
  numberTicks,
  type Points,
  rangeOfNumbers,
  roundRange,
  timeTicks,
  xyChart,
} from '../../render/index.js';
import { figure, noValues, type ParameterCoverages } from './figure.js';
import { coverageLabels, levelTitle, parameterLabel, rangeText } from './labels.js';
import type { ReadCoverage } from './read-coverage.js';

const MAX_TICKS = 6;
const pressureUnits = new Set(['pa', 'hpa', 'kpa', 'mb', 'mbar', 'millibar', 'millibars', 'bar']);

/** Values over time, a line for each coverage. */
export function timeFigure(shown: ParameterCoverages): Markup {
  const calendar = calendarOf(shown.coverages);
  const instants = shown.coverages.map(({ cells }) => instantsOf(cells.t?.values ?? [], calendar));
  return linesFigure(shown, { positions: instants, along: timeAxis(instants, calendar), name: 'over time' });
}

/** Values along a path: over time where its points have times of their own, else over the way from its start. */
export function pathFigure(shown: ParameterCoverages): Markup {
  const calendar = calendarOf(shown.coverages);
  const haveTimes = shown.coverages.every(({ cells: { t } }) => new Set(t?.values).size > 1);
  const isGeographic = shown.coverages[0]!.coverage.domain.crs.kind === 'geographic';
  const positions = shown.coverages.map(({ cells: { x, y, t } }) =>
    haveTimes ? instantsOf(t!.values, calendar) : distances(x.values, y.values, isGeographic),
  );
  const along = haveTimes
    ? timeAxis(positions, calendar)
    : numberAxis(positions, `Way along the path${isGeographic ? ' (km)' : ''}`);
  return linesFigure(shown, { positions, along, name: 'along the path' });
}

/** Values over levels, which stand upright. */
export function profileFigure(shown: ParameterCoverages): Markup {
  const { vertical = {} } = shown.coverages[0]!.coverage.domain;
  const positions = shown.coverages.map(({ cells }) => cells.z?.values ?? []);
  const isDown = (vertical.positive ?? directionOf(vertical.unit)) === 'down';
  const along = { ...numberAxis(positions, levelTitle(vertical)), isReversed: isDown };
  return linesFigure(shown, { positions, along, name: 'by level', isUpright: true });
}

interface Lines {
  /** Of each coverage, where its values are along the axis. */
  readonly positions: readonly (readonly number[])[];
  readonly along: ChartAxis;
  readonly name: string;
  /** The axis goes up, and values to the right. */
  readonly isUpright?: boolean;
}

function linesFigure(
  { parameter, column, coverages }: ParameterCoverages,
  { positions, along, name, isUpright = false }: Lines,
): Markup {
  const drawn = coverages.slice(0, maxSeries);
  const values = drawn.map(({ columns }) => columns[column]!);
  const range = rangeOfNumbers(values);
  if (range === undefined) return figure({ title: parameterLabel(parameter), notes: [noValues] });
  const labels = coverageLabels(coverages);
  const series = drawn.map((_, s) => ({
    label: labels[s]!,
    points: Array.from(values[s]!, (value, i) =>
      isUpright ? ([value, positions[s]![i]!] as const) : ([positions[s]![i]!, value] as const),
    ) satisfies Points,
  }));
  const across = valueAxis(isUpright ? parameterLabel(parameter) : (parameter.unit ?? ''), range);
  const title = `${parameterLabel(parameter)} ${name}`;
  const chart = xyChart({
    title,
    description: describeLines(
      series.map(({ label }) => label),
      range,
    ),
    x: isUpright ? across : along,
    y: isUpright ? along : across,
    series,
  });
  const notes =
    drawn.length < coverages.length ? [`Lines 1 to ${drawn.length} of ${coverages.length} are drawn.`] : [];
  return figure({ title, content: chart, notes });
}

function describeLines(labels: readonly string[], range: NumberRange): string {
  const lines = labels.length === 1 ? 'One line' : `${labels.length} lines: ${labels.join('; ')}`;
  return `${lines}. Values ${rangeText(range)}. The table has them.`;
}

function valueAxis(title: string, values: NumberRange): ChartAxis {
  const range = roundRange(values, MAX_TICKS);
  return { title, range, ticks: numberTicks(range, MAX_TICKS) };
}

function numberAxis(positions: readonly (readonly number[])[], title: string): ChartAxis {
  const range = rangeOfNumbers(positions) ?? { low: 0, high: 0 };
  return { title, range, ticks: numberTicks(range, MAX_TICKS) };
}

function timeAxis(instants: readonly (readonly number[])[], calendar: CalendarName): ChartAxis {
  const range = rangeOfNumbers(instants) ?? { low: 0, high: 0 };
  const isGregorian = calendar === 'standard' || calendar === 'proleptic_gregorian';
  const title = isGregorian ? 'Time (UTC)' : `Time (calendar ${calendar})`;
  return { title, range, ticks: timeTicks(range, calendar, MAX_TICKS) };
}

function instantsOf(texts: readonly string[], calendar: CalendarName): number[] {
  return texts.map((text) => parseInstant(text, calendar).from);
}

function calendarOf(coverages: readonly ReadCoverage[]): CalendarName {
  return coverages[0]!.coverage.domain.calendar ?? 'standard';
}

/** Pressure grows downwards, whether its source says so or not. */
function directionOf(unit: string | undefined): 'up' | 'down' {
  return unit !== undefined && pressureUnits.has(unit.toLowerCase()) ? 'down' : 'up';
}

/** From the first point to each, in kilometres over a sphere, or in the unit of the plane. */
function distances(xs: readonly number[], ys: readonly number[], isGeographic: boolean): number[] {
  let total = 0;
  return xs.map((x, i) => {
    if (i > 0) {
      const from = [xs[i - 1]!, ys[i - 1]!] as const;
      total += isGeographic ? kilometres(from, [x, ys[i]!]) : Math.hypot(x - from[0], ys[i]! - from[1]);
    }
    return total;
  });
}

type Place = readonly [longitude: number, latitude: number];

/** By the haversine formula; this is for the axis of a chart, and no query depends on it. */
function kilometres([lon1, lat1]: Place, [lon2, lat2]: Place): number {
  const radians = Math.PI / 180;
  const across = Math.sin(((lon2 - lon1) * radians) / 2) ** 2;
  const up = Math.sin(((lat2 - lat1) * radians) / 2) ** 2;
  const share = up + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * across;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(share)));
}
