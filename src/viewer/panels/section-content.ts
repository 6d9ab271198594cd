import type { Coverage } from '../api/coverage.js';
import { heatMap } from '../charts/heat-map.js';
import { dataTable, element } from '../elements.js';
import { formatCount, formatQuantity, formatUnit, formatValue } from '../state/number-text.js';
import type { PathSample } from '../state/place.js';
import { levelsOf, type Selection } from '../state/selection.js';
import { factList } from './card.js';

/** The charts of a section: values over distance at the chosen level and, where there are levels, all of them. */
export async function sectionContent(
  coverages: readonly Coverage[],
  {
    selection,
    samples,
    colour,
  }: {
    readonly selection: Selection;
    readonly samples: readonly PathSample[];
    readonly colour: (value: number) => string | undefined;
  },
): Promise<HTMLElement[]> {
  const { parameter, axes } = selection;
  const { lineChart } = await import('../charts/line-chart.js');
  const axis = levelsOf(selection);
  const chosen = coverages.find(({ levels }) => levels[0] === Number(axes.z)) ?? coverages[0]!;
  const values = alongPath(chosen, samples);
  const xs = samples.map(({ km }) => km);
  const unit = formatUnit(parameter.unit);
  const level =
    axis && chosen.levels[0] !== undefined
      ? ` at ${formatValue(chosen.levels[0])} ${formatUnit(axis.unit)}`
      : '';
  const chart = lineChart({
    summary: `${parameter.title} along the path${level}`,
    xs,
    ys: values,
    xTitle: 'Distance (km)',
    yTitle: unit,
    formatX: formatValue,
    formatY: formatValue,
  });
  const rows = samples.map(({ km }, k) => [formatValue(Math.round(km)), formatQuantity(values[k], '')]);
  const content = [
    element('h3', {}, `${parameter.title}${level}`),
    chart.root,
    dataTable('Section as a table', ['km', `${parameter.title} ${unit}`.trim()], rows),
  ];
  const layers = coverages.filter(({ levels }) => levels.length === 1);
  if (axis !== undefined && layers.length > 1) {
    // High air, or shallow water, is on top.
    const isDown = axis.positive === 'down';
    const sorted = layers.toSorted((a, b) => (isDown ? 1 : -1) * (a.levels[0]! - b.levels[0]!));
    content.push(
      element('h3', {}, 'All levels'),
      heatMap({
        summary: `${parameter.title} along the path at ${layers.length} levels`,
        rows: sorted.map(({ levels }) => formatValue(levels[0]!)),
        rowTitle: `${axis.title} ${formatUnit(axis.unit)}`.trim(),
        values: sorted.map((coverage) => alongPath(coverage, samples)),
        xs,
        xTitle: 'Distance (km)',
        formatX: (x) => formatValue(Math.round(x)),
        colour,
      }),
    );
  }
  content.push(
    factList([
      ['Length', `${formatCount(Math.round(xs.at(-1)!))} km`],
      ['Places', String(samples.length)],
    ]),
  );
  return content;
}

/** The service may leave out places without a cell: values are put where their place is. */
function alongPath({ places, values }: Coverage, samples: readonly PathSample[]): number[] {
  if (values.length === samples.length) return [...values];
  let at = 0;
  return samples.map(({ longitude, latitude }) => {
    const place = places[at];
    const isHere =
      place !== undefined &&
      Math.abs(place[1] - latitude) < 1e-3 &&
      Math.abs(((place[0] - longitude + 540) % 360) - 180) < 1e-3;
    return isHere ? values[at++]! : Number.NaN;
  });
}
