import {
  type CellImage,
  cellImage,
  colourLegend,
  hexColours,
  html,
  type Markup,
  mapFigure,
  type NumberRange,
  type Points,
  rangeOfNumbers,
} from '../../render/index.js';
import { coordinateOf } from '../cell-coordinates.js';
import { valueRamp, valueRange } from './colours.js';
import { figure, noValues, type ParameterCoverages } from './figure.js';
import { coverageLabels, levelLabel, parameterLabel, placeLabel, rangeText } from './labels.js';
import type { ReadCoverage } from './read-coverage.js';

/** Times and levels of a grid that are drawn. */
const MAX_FRAMES = 6;
const MAX_POINTS = 2000;
/** Around points a map shows so much of what lies between them, and never less than so many degrees or metres. */
const MARGIN = 0.1;
const LEAST_DEGREES = 2;
const LEAST_METRES = 10_000;
const PLACE_COLOUR = '#56b4e9';

/** One time and level of a grid. */
interface Frame {
  readonly of: ReadCoverage;
  readonly label: string;
  readonly values: Float64Array;
}

/** A grid as maps of its first times and levels, all in the same colours. */
export async function gridFigure(shown: ParameterCoverages): Promise<Markup> {
  const title = parameterLabel(shown.parameter);
  const range = valueRange(shown);
  if (range === undefined) return figure({ title, notes: [noValues] });
  const frames = framesOf(shown);
  const isSmall = frames.count > 1;
  const maps: Markup[] = [];
  for (const { of, label, values } of frames.first) {
    const { x, y } = of.cells;
    const plane = { xs: x.values, ys: y.values, values };
    const image = await cellImage(plane, { range, palette: valueRamp });
    maps.push(html`<div>${gridMap(image, { of, label, title, isSmall, range: rangeOfNumbers([values]) })}
<p class="note">${label}</p></div>`);
  }
  const notes = [
    ...(frames.count > frames.first.length
      ? [`Steps 1 to ${frames.first.length} of ${frames.count} are drawn; colours are of the values of all.`]
      : []),
    ...(frames.first.some(({ values }) => values.some(Number.isNaN))
      ? ['Where nothing is drawn there is no value.']
      : []),
  ];
  const content = html`<div class="${isSmall ? 'maps small' : 'maps'}">${maps}</div>${colourLegend(valueRamp, range, title)}`;
  return figure({ title, content, notes });
}

function gridMap(
  image: CellImage,
  about: {
    readonly of: ReadCoverage;
    readonly label: string;
    readonly title: string;
    readonly isSmall: boolean;
    readonly range: NumberRange | undefined;
  },
): Markup {
  const { of, label, title, isSmall, range } = about;
  const { x, y } = of.cells;
  const values = range === undefined ? 'all values are missing' : `values ${rangeText(range)}`;
  return mapFigure({
    title: label === '' ? title : `${title}, ${label}`,
    description: `Map of ${x.values.length} by ${y.values.length} cells, ${values}`,
    x: image.x,
    y: image.y,
    isGeographic: of.coverage.domain.crs.kind === 'geographic',
    image,
    isSmall,
  });
}

function framesOf({ coverages, column }: ParameterCoverages): {
  readonly count: number;
  readonly first: readonly Frame[];
} {
  const names = coverages.length > 1 ? coverageLabels(coverages) : [''];
  const first: Frame[] = [];
  let count = 0;
  coverages.forEach((of, c) => {
    const { cells, columns, coverage } = of;
    const { x, y, z, t } = cells;
    const plane = x.values.length * y.values.length;
    for (let start = 0; start < cells.count; start += plane) {
      count++;
      if (first.length === MAX_FRAMES) continue;
      const texts = [
        t && coordinateOf(t, start),
        z && levelLabel(coordinateOf(z, start), coverage.domain.vertical),
      ];
      const parts = [names[c], ...texts].filter((text) => text !== undefined && text !== '');
      const values = columns[column]!.subarray(start, start + plane);
      first.push({ of, label: [...new Set(parts)].join(', '), values });
    }
  });
  return { count, first };
}

/** Where the one place of an answer is. */
export function placeFigure({ cells: { x, y }, coverage }: ReadCoverage): Markup {
  const place = [coordinateOf(x, 0), coordinateOf(y, 0)] as const;
  const isGeographic = coverage.domain.crs.kind === 'geographic';
  const map = mapFigure({
    title: 'Where it is',
    description: `A point at ${placeLabel(...place)}`,
    ...aroundPoints([place], isGeographic),
    isGeographic,
    points: [{ x: place[0], y: place[1], colour: PLACE_COLOUR }],
    isSmall: true,
  });
  return figure({ title: 'Where it is', content: html`<div class="maps small">${map}</div>` });
}

/** Where paths run, whatever their values are. */
export function tracksFigure(coverages: readonly ReadCoverage[]): Markup {
  const isGeographic = coverages[0]!.coverage.domain.crs.kind === 'geographic';
  const paths = coverages.map(({ cells: { x, y } }) =>
    x.values.map((one, i) => [one, y.values[i]!] as const),
  );
  const lines = isGeographic ? paths.map(continuous) : paths;
  const map = mapFigure({
    title: 'Where it is',
    description: `Map of ${lines.length === 1 ? 'a path' : `${lines.length} paths`}`,
    ...aroundPoints(lines.flat(), isGeographic),
    isGeographic,
    lines,
    isSmall: true,
  });
  return figure({ title: 'Where it is', content: html`<div class="maps small">${map}</div>` });
}

/** Points as marks on a map, filled with the colours of their values; `tracks` joins those of each coverage by a line. */
export function pointsFigure(
  shown: ParameterCoverages,
  { hasTracks = false }: { readonly hasTracks?: boolean } = {},
): Markup {
  const { column, parameter } = shown;
  const coverages = atOtherPlaces(shown.coverages);
  const title = `${parameterLabel(parameter)}, where it is`;
  const isGeographic = coverages[0]!.coverage.domain.crs.kind === 'geographic';
  const places = coverages.map(({ cells: { x, y, count } }) =>
    Array.from({ length: count }, (_, cell) => [coordinateOf(x, cell), coordinateOf(y, cell)] as const),
  );
  const lines = isGeographic && hasTracks ? places.map(continuous) : places;
  const range = valueRange(shown);
  const values = coverages.flatMap(({ columns }) => Array.from(columns[column]!)).slice(0, MAX_POINTS);
  const colours = range && hexColours(Float64Array.from(values), range, valueRamp);
  const points = lines.flat().slice(0, MAX_POINTS);
  const marks = points.map(([x, y], i) => ({ x, y, colour: colours?.[i] }));
  const total = lines.reduce((sum, { length }) => sum + length, 0);
  const map = mapFigure({
    title,
    description: `Map of ${total} points${hasTracks ? ' along a path' : ''}. The table has their values.`,
    ...aroundPoints(lines.flat(), isGeographic),
    isGeographic,
    ...(hasTracks && { lines }),
    points: marks,
  });
  const notes = [
    ...(total > points.length ? [`Points 1 to ${points.length} of ${total} are drawn.`] : []),
    ...(coverages.length < shown.coverages.length
      ? [`Of several at the same places the first is drawn: ${coverageLabels(shown.coverages)[0]}.`]
      : []),
    ...(values.some(Number.isNaN) ? ['Empty marks have no value.'] : []),
  ];
  return figure({
    title,
    content: html`${map}${range && colourLegend(valueRamp, range, parameterLabel(parameter))}`,
    notes,
  });
}

/** The first coverage at each set of places. */
export function atOtherPlaces(coverages: readonly ReadCoverage[]): readonly ReadCoverage[] {
  const seen = new Set<string>();
  return coverages.filter(({ cells: { x, y } }) => {
    const places = JSON.stringify([x.values, y.values]);
    return !seen.has(places) && seen.add(places);
  });
}

/** A path across the antimeridian goes on beyond 180, instead of around the world. */
function continuous(points: Points): Points {
  let shift = 0;
  return points.map(([x, y], i) => {
    const step = i === 0 ? 0 : x - points[i - 1]![0];
    if (Math.abs(step) > 180) shift -= Math.sign(step) * 360;
    return [x + shift, y] as const;
  });
}

function aroundPoints(points: Points, isGeographic: boolean): { x: NumberRange; y: NumberRange } {
  const along = (axis: 0 | 1) => rangeOfNumbers([points.map((point) => point[axis])]) ?? { low: 0, high: 0 };
  const [x, y] = [along(0), along(1)];
  const least = isGeographic ? LEAST_DEGREES : LEAST_METRES;
  const margin = Math.max(x.high - x.low, y.high - y.low) * MARGIN || least;
  return { x: widen(x, margin), y: widen(y, margin) };
}

function widen({ low, high }: NumberRange, margin: number): NumberRange {
  return { low: low - margin, high: high + margin };
}
