import {
  type Legend as LegendAnswer,
  type LegendBook,
  type LegendCategory,
  legendAddress,
} from '../api/legend.js';
import { byId, drawing, element } from '../elements.js';
import { legendPlace } from '../state/legend-scale.js';
import { formatMinus, formatUnit, formatValue } from '../state/number-text.js';
import type { Scene, Side } from '../state/scene.js';
import { gradient, stripes } from './ramp-options.js';

/** About how wide a bar is, and a sign of its labels, in pixels. */
const barPixels = 270;
const signPixels = 6.6;
/** Labels nearer to an end than this begin or end there. */
const edgeShare = 0.03;

/** What the colours on the map stand for, as the service says it, with a mark at the value under the pointer. */
export class Legend {
  readonly #root = byId('legend');
  readonly #mark = element('div', { class: 'mark', 'aria-hidden': 'true' });
  readonly #book: LegendBook;
  #shown: LegendAnswer | undefined;
  #key = '';

  constructor(book: LegendBook) {
    this.#book = book;
  }

  /** Follows the scene; the last legend stays until the next has come. */
  async show(scene: Scene): Promise<void> {
    const both: readonly Side[] = [scene, ...(scene.compared ? [scene.compared] : [])];
    const sides = new Map(both.map((side) => [legendAddress(side), side]));
    const key = [...sides.keys()].join('\n');
    if (key === this.#key) return;
    this.#key = key;
    const found = await Promise.all([...sides.values()].map((side) => this.#find(side)));
    if (key !== this.#key) return;
    const known = found.filter(({ legend }) => legend !== undefined);
    // Asked again the next time.
    if (known.length < found.length) this.#key = '';
    this.#shown = found[0]!.legend;
    this.#root.hidden = known.length === 0;
    this.#root.replaceChildren(
      ...known.flatMap(({ side, legend }, k) => keyOf(legend!, side, k === 0 ? this.#mark : undefined)),
    );
    this.point(undefined);
  }

  /** Without a legend the map is still a map; what is wrong with a style its tiles say. */
  async #find(side: Side): Promise<{ readonly side: Side; readonly legend: LegendAnswer | undefined }> {
    return { side, legend: await this.#book.get(side).catch(() => undefined) };
  }

  /** Marks a value, or none. */
  point(value: number | undefined): void {
    const place = value === undefined || !this.#shown ? undefined : legendPlace(this.#shown.key, value);
    this.#mark.hidden = place === undefined;
    if (place !== undefined) this.#mark.style.left = `${100 * Math.min(1, Math.max(0, place))}%`;
  }
}

function keyOf(legend: LegendAnswer, side: Side, mark: HTMLElement | undefined): HTMLElement[] {
  const { parameters, drawing: drawn, ramp } = side.colours;
  // Of a wind the service names the first component.
  const title = parameters.length > 1 ? 'Wind speed' : legend.title || 'Legend';
  const unit = formatUnit(drawn === 'barbs' && ramp === undefined ? 'knots' : legend.unit);
  const caption = element('figcaption', {}, title);
  if (unit) caption.append(' ', element('span', { class: 'unit' }, unit));
  const { key } = legend;
  switch (key.kind) {
    case 'ramp':
      return [
        caption,
        barOf(legend, gradient(key.stops.map(({ colour }) => colour)), mark),
        labels(key.ticks),
      ];
    case 'classes': {
      const edges = [...key.classes.map(({ low }) => low), key.classes.at(-1)?.high ?? Number.NaN];
      const marks = edges.map((value, k) => ({ place: k / key.classes.length, label: formatValue(value) }));
      return [caption, barOf(legend, stripes(key.classes.map(({ colour }) => colour)), mark), labels(marks)];
    }
    case 'categories':
      return [caption, drawn === 'barbs' ? barbs(key.categories) : categories(key.categories)];
    case 'arrow':
      return [caption, arrow(key)];
    case 'none':
      return [caption];
    default:
      return key satisfies never;
  }
}

/** The bar, with the colours of what lies beyond its ends. */
function barOf(
  { below, above }: LegendAnswer,
  background: string,
  mark: HTMLElement | undefined,
): HTMLElement {
  const bar = element('div', { class: 'ramp' });
  bar.style.background = background;
  if (mark) bar.append(mark);
  const ends = [below, above].map((colour) => {
    if (colour === '') return [];
    const end = element('span', { class: 'beyond' });
    end.style.background = colour;
    return [end];
  });
  return element('div', { class: 'bar-box' }, ...ends[0]!, bar, ...ends[1]!);
}

/** Labels below their places, without those that would touch the one before. */
function labels(marks: readonly { readonly place: number; readonly label: string }[]): HTMLElement {
  let free = Number.NEGATIVE_INFINITY;
  const shown = marks.filter(({ place, label }) => {
    const half = (label.length * signPixels + 6) / 2 / barPixels;
    const middle = Math.min(1 - half, Math.max(half, place));
    if (middle - half < free) return false;
    free = middle + half;
    return true;
  });
  const spans = shown.map(({ place, label }) => {
    const span = element('span', {}, formatMinus(label));
    span.style.left = `${100 * place}%`;
    span.classList.toggle('first', place < edgeShare);
    span.classList.toggle('last', place > 1 - edgeShare);
    return span;
  });
  return element('div', { class: 'ticks' }, ...spans);
}

function categories(listed: readonly LegendCategory[]): HTMLElement {
  // Lines of one colour need no swatches.
  if (listed.length > 1 && new Set(listed.map(({ colour }) => colour)).size === 1)
    return element(
      'p',
      { class: 'lines' },
      `Lines at ${listed.map(({ label }) => formatMinus(label)).join(', ')}`,
    );
  const items = listed.map(({ colour, label }) => {
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.background = colour;
    return element('li', {}, swatch, label);
  });
  return element('ul', { class: 'categories' }, ...items);
}

/** Feathers by what they mean, on a piece of the staff. */
const feathers: Readonly<Record<number, string>> = {
  5: 'M4 13H28 M24 13l3 -5',
  10: 'M4 13H28 M28 13l5 -10',
  50: 'M4 13H28 M20 13l8 -10 v10Z',
};

function barbs(listed: readonly LegendCategory[]): HTMLElement {
  const items = listed.map(({ value, colour }) => {
    const path = drawing('path', {
      d: feathers[value] ?? '',
      stroke: colour,
      fill: value === 50 ? colour : 'none',
      'stroke-width': 1.6,
    });
    const picture = drawing('svg', { width: 36, height: 16, 'aria-hidden': 'true', class: 'arrow' }, path);
    return element('li', {}, picture, String(value));
  });
  return element('ul', { class: 'categories' }, ...items);
}

function arrow({ pixels, colour, label }: { pixels: number; colour: string; label: string }): HTMLElement {
  const line = drawing('path', {
    d: `M2 8H${pixels} M${pixels - 5} 4l5 4-5 4`,
    stroke: colour,
    'stroke-width': 2,
    fill: 'none',
  });
  const picture = drawing(
    'svg',
    { width: pixels + 4, height: 16, 'aria-hidden': 'true', class: 'arrow' },
    line,
  );
  return element('div', { class: 'arrow-key' }, picture, label);
}
