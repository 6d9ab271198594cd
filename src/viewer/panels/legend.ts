import { byId, element } from '../elements.js';
import { type Colours, shareOf, stopsOf, valueAt } from '../state/colours.js';
import { formatUnit, formatValue } from '../state/number-text.js';
import { isSameParameter, type Scene, type Side } from '../state/scene.js';

const ticks = [0, 0.25, 0.5, 0.75, 1];

/** What the colours on the map stand for, with a mark at the value under the pointer. */
export class Legend {
  readonly #root = byId('legend');
  readonly #mark = element('div', { class: 'mark', 'aria-hidden': 'true' });
  #colours: Colours | undefined;

  show({ selection, colours, compared }: Scene): void {
    this.#colours = colours;
    this.#root.hidden = false;
    const hasOther = compared !== undefined && !isSameParameter(selection, compared.selection);
    this.#root.replaceChildren(
      ...scaleOf({ selection, colours }, this.#mark),
      ...(hasOther ? scaleOf(compared) : []),
    );
    this.point(undefined);
  }

  /** Marks a value, or none. */
  point(value: number | undefined): void {
    const isShown = value !== undefined && Number.isFinite(value) && this.#colours !== undefined;
    this.#mark.hidden = !isShown;
    if (!isShown) return;
    const share = Math.min(1, Math.max(0, shareOf(value, this.#colours!)));
    this.#mark.style.left = `${100 * share}%`;
  }
}

/** Fills an element with the colours from left to right. */
export function showRamp(ramp: HTMLElement, stops: readonly string[]): void {
  ramp.style.background = stops.length > 1 ? `linear-gradient(90deg, ${stops.join(', ')})` : (stops[0] ?? '');
}

function scaleOf({ selection: { parameter }, colours }: Side, mark?: HTMLElement): HTMLElement[] {
  const unit = formatUnit(parameter.unit);
  const caption = element('figcaption', {}, parameter.title);
  if (unit) caption.append(' ', element('span', { class: 'unit' }, unit));
  if (colours.style.drawing !== 'colours') {
    caption.append(' ', element('span', { class: 'unit' }, `as ${colours.style.title}`));
    if (colours.style.colours.length === 0) return [caption];
  }
  const ramp = element('div', { class: 'ramp' });
  showRamp(ramp, stopsOf(colours));
  if (mark) ramp.append(mark);
  const isKnown = parameter.range !== undefined || colours.isOwnRange;
  const labels = isKnown ? ticks.map((share) => tickLabel(share, colours)) : ['low', 'high'];
  return [
    caption,
    ramp,
    element('div', { class: 'scale' }, ...labels.map((label) => element('span', {}, label))),
  ];
}

function tickLabel(share: number, colours: Colours): string {
  const value = valueAt(share, colours);
  const [low, high] = colours.range;
  return formatValue(colours.isLog ? Number(value.toPrecision(3)) : roundTo(value, (high - low) / 1000));
}

/** Rounded to the power of ten below `step`, so that labels have the digits that matter and no more. */
function roundTo(value: number, step: number): number {
  if (!(step > 0)) return value;
  const unit = 10 ** Math.floor(Math.log10(step) + 0.5);
  return Math.round(value / unit) * unit;
}
