import type { Statistics } from '../api/statistics.js';
import { histogram } from '../charts/histogram.js';
import { dataTable, element } from '../elements.js';
import { formatCount, formatQuantity, formatUnit, formatValue } from '../state/number-text.js';
import { factList } from './card.js';

/** The mean, a histogram and the numbers of the values inside a shape. */
export function statisticsContent(
  { cells, valid, min, max, mean, std, percentiles, histogram: bars, isWeighted }: Statistics,
  {
    title,
    unit,
    colour,
  }: {
    readonly title: string;
    readonly unit: string;
    readonly colour: (value: number) => string | undefined;
  },
): HTMLElement[] {
  const quantity = (value: number) => formatQuantity(value, unit);
  const summary = `Histogram of ${title}, ${formatValue(min)} to ${formatValue(max)}`;
  const rows = bars.counts.map((count, k) => [
    `${formatValue(bars.edges[k]!)} to ${formatValue(bars.edges[k + 1]!)}`,
    String(count),
  ]);
  const chart =
    bars.counts.length === 0
      ? []
      : [
          histogram(bars, { colour, format: formatValue, summary }),
          dataTable('Histogram as a table', [`Values ${formatUnit(unit)}`.trim(), 'Cells'], rows),
        ];
  return [
    element('p', { class: 'number' }, quantity(mean)),
    element(
      'p',
      { class: 'quiet' },
      `Mean of ${title}${isWeighted ? ', weighted by the area of cells' : ''}`,
    ),
    ...chart,
    factList([
      ['Lowest', quantity(min)],
      ['Highest', quantity(max)],
      ['Standard deviation', quantity(std)],
      ...percentiles.map(([percent, value]) => [`${percent} % below`, quantity(value)] as const),
      ['Cells with data', `${formatCount(valid)} of ${formatCount(cells)}`],
    ]),
  ];
}
