import { fetchTrajectory } from '../api/queries.js';
import { fetchStatistics, type Statistics } from '../api/statistics.js';
import { histogram } from '../charts/histogram.js';
import { button, dataTable, element } from '../elements.js';
import { colourOf } from '../state/colours.js';
import { formatCount, formatQuantity, formatUnit, formatValue } from '../state/number-text.js';
import { type PathSample, type Shape, samplePath } from '../state/place.js';
import type { Scene } from '../state/scene.js';
import { choiceOf, levelsOf } from '../state/selection.js';
import { AskedPart, Card, factList } from './card.js';
import { sectionContent } from './section-content.js';
import { ShapeInput } from './shape-input.js';

const titles = { box: 'Box', polygon: 'Polygon', path: 'Section' } as const;
const pathSamples = 160;

/** Statistics of a box or polygon, or the section along a path. */
export class ShapePanel {
  readonly card: Card;
  readonly #input: ShapeInput;
  readonly #part = new AskedPart();
  readonly #say: (text: string) => void;

  constructor({
    onClose,
    onShape,
    viewBox,
    say,
  }: {
    readonly onClose: () => void;
    readonly onShape: (shape: Shape) => void;
    /** The box of what the map shows. */
    readonly viewBox: () => Shape;
    readonly say: (text: string) => void;
  }) {
    this.card = new Card('shape', onClose);
    this.#say = say;
    this.#input = new ShapeInput(onShape);
    const useView = button('Use what the map shows', () => onShape(viewBox()), { class: 'only-box' });
    this.card.body.append(this.#input.root, useView, this.#part.root);
  }

  show(scene: Scene, isPlaying: boolean): void {
    const { shape, tool } = scene;
    const kind = tool === 'place' ? shape?.kind : tool;
    this.card.isOpen = kind !== undefined;
    if (kind === undefined) {
      this.#part.clear();
      return;
    }
    this.card.title = titles[kind];
    this.card.root.dataset.kind = kind;
    const own = shape?.kind === kind ? shape : undefined;
    this.#input.show(kind, own);
    if (own === undefined) {
      this.#part.clear();
      return;
    }
    if (isPlaying) return;
    if (own.kind === 'path') this.#askSection(scene, samplePath(own.points, pathSamples));
    else this.#askStatistics(scene, own);
  }

  #askStatistics({ selection, colours }: Scene, shape: Shape): void {
    const { parameter } = selection;
    this.#part.ask(JSON.stringify([choiceOf(selection), shape]), {
      load: (signal) => fetchStatistics(selection, shape, signal),
      show: (statistics) => {
        const mean = formatQuantity(statistics.mean, parameter.unit);
        this.#say(`${parameter.title}: mean ${mean} of ${statistics.valid} cells`);
        return statisticsContent(statistics, {
          title: parameter.title,
          unit: parameter.unit,
          colour: (value) => colourOf(value, colours),
        });
      },
      empty: 'No cell of the layer lies inside.',
    });
  }

  #askSection({ selection, colours }: Scene, samples: readonly PathSample[]): void {
    const levels = levelsOf(selection);
    const isAllLevels = levels !== undefined && levels.values.length > 1;
    const { z, ...rest } = choiceOf(selection);
    const key = JSON.stringify([
      isAllLevels ? rest : { ...rest, z },
      z,
      samples,
      colours.range,
      colours.style.id,
    ]);
    this.#part.ask(key, {
      load: async (signal) => {
        const coverages = await fetchTrajectory(selection, { places: samples, isAllLevels }, signal);
        return coverages.length === 0 ? undefined : coverages;
      },
      show: (coverages) =>
        sectionContent(coverages, { selection, samples, colour: (value) => colourOf(value, colours) }),
      empty: 'The path meets no cell of the layer.',
    });
  }
}

function statisticsContent(
  { cells, valid, min, max, mean, std, percentiles, histogram: bars, madeBy }: Statistics,
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
  return [
    element('p', { class: 'number' }, quantity(mean)),
    element('p', { class: 'quiet' }, `mean ${title.toLowerCase()}`),
    ...(bars.counts.length > 0
      ? [
          histogram(bars, { colour, format: formatValue, summary }),
          dataTable('Histogram as a table', [`Values ${formatUnit(unit)}`.trim(), 'Cells'], rows),
        ]
      : []),
    factList([
      ['Lowest', quantity(min)],
      ['Highest', quantity(max)],
      ['Standard deviation', quantity(std)],
      ...percentiles.map(([percent, value]) => [`${percent} % below`, quantity(value)] as const),
      ['Cells with data', `${formatCount(valid)} of ${formatCount(cells)}`],
    ]),
    ...(madeBy === 'page'
      ? [
          element(
            'p',
            { class: 'note' },
            'Counted by this page, each cell alike: this service has no statistics.',
          ),
        ]
      : []),
  ];
}
