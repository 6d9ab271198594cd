import {
  type ChartAxis,
  type Markup,
  maxSeries,
  type NumberRange,
  numberTicks,
  type Points,
  rangeOfNumbers,
  roundRange,
  xyChart,
} from '../../render/index.js';
import { type ChartPositions, levelPositions, pathPositions, timePositions } from './chart-axes.js';
import { figure, noValues, type ParameterCoverages } from './figure.js';
import { coverageLabels, parameterLabel, rangeText } from './labels.js';

const MAX_TICKS = 6;

/** Values over time, a line for each coverage. */
export function timeFigure(shown: ParameterCoverages): Markup {
  return linesFigure(shown, { ...timePositions(shown.coverages), name: 'over time' });
}

/** Values along a path: over time where its points have times of their own, else over the way from its start. */
export function pathFigure(shown: ParameterCoverages): Markup {
  return linesFigure(shown, { ...pathPositions(shown.coverages), name: 'along the path' });
}

/** Values over levels, which stand upright. */
export function profileFigure(shown: ParameterCoverages): Markup {
  return linesFigure(shown, { ...levelPositions(shown.coverages), name: 'by level', isUpright: true });
}

interface Lines extends ChartPositions {
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
