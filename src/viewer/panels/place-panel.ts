import type { Coverage } from '../api/coverage.js';
import { fetchPlace, fetchPosition, type PlaceValues } from '../api/queries.js';
import type { LineChart } from '../charts/line-chart.js';
import { dataTable, element } from '../elements.js';
import { formatInstant, formatPlace, formatQuantity, formatUnit, formatValue } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { choiceOf, hasTime, levelsOf, type Selection } from '../state/selection.js';
import { AskedPart, Card, factList } from './card.js';

const beside = 'The layer has no cell here.';

/** The values at the chosen place: of now, over time, and over the levels. */
export class PlacePanel {
  readonly card: Card;
  readonly #place = element('p', { class: 'quiet' });
  readonly #values = new AskedPart();
  readonly #series = new AskedPart();
  readonly #profile = new AskedPart();
  readonly #say: (text: string) => void;
  #chart: { readonly chart: LineChart; readonly xOf: (datetime: string) => number } | undefined;
  #level: LineChart | undefined;

  constructor({ onClose, say }: { readonly onClose: () => void; readonly say: (text: string) => void }) {
    this.card = new Card('place', onClose);
    this.card.title = 'Place';
    this.#say = say;
    this.card.body.append(this.#place, this.#values.root, this.#series.root, this.#profile.root);
  }

  /** Follows the scene; while it plays, only the mark on the series does. */
  show({ selection, place }: Scene, isPlaying: boolean): void {
    if (place === undefined) {
      for (const part of [this.#values, this.#series, this.#profile]) part.clear();
      return;
    }
    this.#place.textContent = formatPlace(place);
    if (selection.datetime !== undefined) this.#chart?.chart.mark(this.#chart.xOf(selection.datetime));
    if (isPlaying) return;
    const choice = JSON.stringify([choiceOf(selection), place]);
    this.#values.ask(choice, {
      load: (signal) => fetchPlace(selection, place, signal),
      show: (values) => {
        const { parameter } = selection;
        this.#say(
          `${formatPlace(place)}: ${parameter.title} ${formatQuantity(values.get(parameter.id), parameter.unit)}`,
        );
        return valueLines(selection, values);
      },
      empty: beside,
    });
    this.#askSeries({ selection, place });
    this.#askProfile({ selection, place });
  }

  #askSeries({ selection, place }: Required<Pick<Scene, 'selection' | 'place'>>): void {
    const { layer, parameter, datetime } = selection;
    this.#series.root.hidden = !hasTime(layer, parameter) || layer.times.length < 2;
    if (this.#series.root.hidden) {
      this.#series.clear();
      return;
    }
    const { datetime: _, ...rest } = choiceOf(selection);
    this.#series.ask(JSON.stringify([rest, place]), {
      load: async (signal) => filled(await fetchPosition(selection, { place, along: 't' }, signal)),
      show: async (coverage) => {
        const { lineChart } = await import('../charts/line-chart.js');
        const xs = coverage.times.map((time, k) => (layer.isCivil ? Date.parse(time) / 1000 : k));
        const chart = lineChart({
          summary: `Time series of ${parameter.title}. ${summaryOf(coverage, parameter.unit)}`,
          xs,
          ys: coverage.values,
          xTitle: layer.isCivil ? `Time (UTC), ${yearsOf(coverage.times)}` : 'Time',
          yTitle: formatUnit(parameter.unit),
          isTime: layer.isCivil,
          ...(!layer.isCivil && { formatX: (x: number) => coverage.times[x]?.slice(0, 10) ?? '' }),
          formatY: formatValue,
        });
        const xOf = (time: string) => xs[coverage.times.indexOf(time)] ?? Number.NaN;
        this.#chart = { chart, xOf };
        if (datetime !== undefined) chart.mark(xOf(datetime));
        const rows = coverage.times.map((time, k) => [
          formatInstant(time),
          formatQuantity(coverage.values[k], ''),
        ]);
        const head = ['Time', `${parameter.title} ${formatUnit(parameter.unit)}`];
        return [element('h3', {}, 'Over time'), chart.root, dataTable('Series as a table', head, rows)];
      },
      empty: beside,
    });
  }

  #askProfile({ selection, place }: Required<Pick<Scene, 'selection' | 'place'>>): void {
    const { parameter } = selection;
    const axis = levelsOf(selection);
    this.#profile.root.hidden = axis === undefined || axis.values.length < 2;
    if (axis === undefined || this.#profile.root.hidden) {
      this.#profile.clear();
      return;
    }
    const { z, ...rest } = choiceOf(selection);
    const mark = () => this.#level?.mark(Number(z));
    if (z !== undefined) mark();
    this.#profile.ask(JSON.stringify([rest, place]), {
      load: async (signal) => filled(await fetchPosition(selection, { place, along: 'z' }, signal)),
      show: async (coverage) => {
        const { lineChart } = await import('../charts/line-chart.js');
        // Charts want ascending levels.
        const order = [...coverage.levels.keys()].sort((a, b) => coverage.levels[a]! - coverage.levels[b]!);
        const unit = formatUnit(axis.unit);
        this.#level = lineChart({
          summary: `Profile of ${parameter.title} over ${axis.title}. ${summaryOf(coverage, parameter.unit)}`,
          xs: order.map((k) => coverage.levels[k]!),
          ys: order.map((k) => coverage.values[k]!),
          xTitle: `${axis.title} ${unit}`.trim(),
          yTitle: formatUnit(parameter.unit),
          formatX: formatValue,
          formatY: formatValue,
          isUpright: axis.positive === 'down' ? 'down' : 'up',
          height: 240,
        });
        mark();
        const rows = coverage.levels.map((level, k) => [
          `${formatValue(level)} ${unit}`,
          formatQuantity(coverage.values[k], ''),
        ]);
        const head = [axis.title, `${parameter.title} ${formatUnit(parameter.unit)}`];
        return [element('h3', {}, 'Profile'), this.#level.root, dataTable('Profile as a table', head, rows)];
      },
      empty: beside,
    });
  }
}

function valueLines({ layer, parameter }: Selection, values: PlaceValues): HTMLElement[] {
  const others = layer.parameters.filter(({ id }) => id !== parameter.id && values.has(id));
  return [
    element('p', { class: 'number' }, formatQuantity(values.get(parameter.id), parameter.unit)),
    element('p', { class: 'quiet' }, parameter.title),
    ...(others.length > 0
      ? [
          factList(
            others.map(({ id, title, unit }) => [title, formatQuantity(values.get(id), unit)] as const),
          ),
        ]
      : []),
  ];
}

/** The year of the first and the last instant, once where it is the same. */
function yearsOf(times: readonly string[]): string {
  const years = [times[0], times.at(-1)].map((time) => time?.slice(0, 4) ?? '');
  return [...new Set(years)].join('\u2013');
}

/** The one coverage of a position that has values. */
function filled(coverages: readonly Coverage[]): Coverage | undefined {
  return coverages.find(({ values }) => values.length > 0);
}

function summaryOf({ values }: Coverage, unit: string): string {
  const known = values.filter(Number.isFinite);
  if (known.length === 0) return 'No data.';
  const [low, high] = [known.reduce((a, b) => Math.min(a, b)), known.reduce((a, b) => Math.max(a, b))];
  return `${known.length} values from ${formatValue(low)} to ${formatQuantity(high, unit)}.`;
}
