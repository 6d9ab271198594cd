import {
  cellImage,
  colourLegend,
  coveredRange,
  html,
  type Markup,
  rangeOfNumbers,
  xyChart,
} from '../../render/index.js';
import { type ChartPositions, levelPositions, pathPositions } from './chart-axes.js';
import { valueRamp, valueRange } from './colours.js';
import { figure, noValues, type ParameterCoverages } from './figure.js';
import { coverageLabels, parameterLabel, rangeText } from './labels.js';

/** Sections that are drawn. */
const MAX_FRAMES = 6;

/** Values over a path and its levels as pictures, one for each section, all in the same colours. */
export async function sectionFigure(shown: ParameterCoverages): Promise<Markup> {
  const title = `${parameterLabel(shown.parameter)} along the path, by level`;
  const range = valueRange(shown);
  if (range === undefined) return figure({ title, notes: [noValues] });
  const { coverages, column } = shown;
  const ways = pathPositions(coverages);
  const levels = levelPositions(coverages);
  const labels = coverages.length > 1 ? coverageLabels(coverages) : [''];
  const charts: Markup[] = [];
  for (const [at, { columns }] of coverages.slice(0, MAX_FRAMES).entries()) {
    const values = columns[column]!;
    const [xs, ys] = [ways.positions[at]!, levels.positions[at]!];
    const isReversed = levels.along.isReversed === true;
    const upright = isReversed ? ys.map((level) => -level) : ys;
    const { href } = await cellImage({ xs, ys: upright, values }, { range, palette: valueRamp });
    const chart = xyChart({
      title: labels[at] === '' ? title : `${title}, ${labels[at]}`,
      description: describe(xs.length, ys.length, values),
      x: coveredAxis(ways, at),
      y: coveredAxis(levels, at),
      series: [],
      image: href,
    });
    charts.push(html`<div>${chart}<p class="note">${labels[at]}</p></div>`);
  }
  const notes = [
    ...(coverages.length > charts.length
      ? [`Sections 1 to ${charts.length} of ${coverages.length} are drawn; colours are of the values of all.`]
      : []),
    ...(coverages.some(({ columns }) => columns[column]!.some(Number.isNaN))
      ? ['Where nothing is drawn there is no value.']
      : []),
  ];
  const content = html`${charts}${colourLegend(valueRamp, range, parameterLabel(shown.parameter))}`;
  return figure({ title, content, notes });
}

function describe(places: number, levels: number, values: Float64Array): string {
  const range = rangeOfNumbers([values]);
  const said = range === undefined ? 'all values are missing' : `values ${rangeText(range)}`;
  return `Section of ${places} places by ${levels} levels, ${said}. The table has them.`;
}

/** An axis of one section, as far as the cells around its positions reach. */
function coveredAxis({ positions, axisOf }: ChartPositions, at: number): ChartPositions['along'] {
  const own = positions[at]!;
  return { ...axisOf([own]), range: coveredRange(own) };
}
