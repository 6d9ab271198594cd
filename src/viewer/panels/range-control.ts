import { button, element, field } from '../elements.js';
import { type Colours, shareOf, stopsOf, valueAt } from '../state/colours.js';
import { formatValue, parseNumber } from '../state/number-text.js';
import { gradient } from './ramp-options.js';

const steps = 500;
/** How long a slider rests before the map follows it: every picture is made anew. */
const settleMs = 80;

/** What the control asks for. */
export interface RangeEvents {
  readonly onRange: (range: readonly [number, number]) => void;
  /** The range of the whole layer is wanted. */
  readonly onReset: () => void;
  /** The range of the data in view is wanted. */
  readonly onFit: () => void;
  readonly say: (note: string) => void;
}

/** The ends of the range: dragged along the ramp, typed, or found from the data. */
export class RangeControl {
  readonly root = element('div', { class: 'range-control' });
  readonly #ramp = element('div', { class: 'ramp', 'aria-hidden': 'true' });
  readonly #sliders = [slider('Lowest value, slider'), slider('Highest value, slider')] as const;
  readonly #inputs = [numberInput('range-low'), numberInput('range-high')] as const;
  readonly #fit: HTMLButtonElement;
  readonly #reset: HTMLButtonElement;
  readonly #events: RangeEvents;
  #settling = 0;
  #colours: Colours | undefined;
  /** The values that the ends of the sliders stand for. */
  #domain: Pick<Colours, 'range' | 'scale'> = { range: [0, 1], scale: 'linear' };

  constructor(events: RangeEvents) {
    this.#events = events;
    this.#reset = button('Whole layer', events.onReset, { id: 'reset-range' });
    this.#fit = button('Data in view', events.onFit, { id: 'fit-range' });
    for (const [end, input] of this.#sliders.entries())
      input.addEventListener('input', () => this.#drag(end));
    for (const input of this.#inputs) input.addEventListener('change', () => this.#type());
    const [low, high] = this.#inputs;
    this.root.append(
      element('div', { class: 'range' }, this.#ramp, ...this.#sliders),
      element('div', { class: 'pair' }, field('Lowest', low), field('Highest', high)),
      element('div', { class: 'buttons' }, this.#fit, this.#reset),
    );
  }

  /** Shows the range of `colours` within the layer's own, `own`. */
  show(colours: Colours, own: readonly [number, number] | undefined): void {
    this.#colours = colours;
    this.#domain = { range: domainOf(colours, own), scale: colours.scale };
    colours.range.forEach((value, end) => {
      const [input, drag] = [this.#inputs[end]!, this.#sliders[end]!];
      if (document.activeElement !== input) input.value = String(tidy(value, colours.range));
      drag.value = String(Math.round(shareOf(value, this.#domain) * steps));
      drag.setAttribute('aria-valuetext', formatValue(value));
    });
    this.#reset.disabled = !colours.isOwnRange;
    // Statistics are of one parameter.
    this.#fit.hidden = colours.parameters.length > 1;
    const stops = stopsOf(colours);
    this.#ramp.classList.toggle('plain', stops.length === 0);
    this.#ramp.style.background = stops.length === 0 ? '' : gradient(stops);
  }

  /** The other end stays at least a step away. */
  #drag(end: number): void {
    const range = [...this.#colours!.range] as [number, number];
    const others = [1, 0].map((other) => Number(this.#sliders[other]!.value));
    const asked = Number(this.#sliders[end]!.value);
    const step = end === 0 ? Math.min(asked, others[0]! - 1) : Math.max(asked, others[1]! + 1);
    range[end] = tidy(valueAt(step / steps, this.#domain), this.#domain.range);
    this.#inputs[end]!.value = String(range[end]);
    this.#sliders[end]!.value = String(step);
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#events.onRange(range), settleMs);
  }

  #type(): void {
    const [low, high] = this.#inputs.map(({ value }) => parseNumber(value));
    const isRange = low !== undefined && high !== undefined && low < high;
    for (const input of this.#inputs) input.setAttribute('aria-invalid', String(!isRange));
    if (isRange) this.#events.onRange([low, high]);
    else this.#events.say('The lowest value has to be a number below the highest.');
  }
}

/** The layer's own values, and what is chosen beyond them; a logarithm begins above 0. */
function domainOf({ range, scale }: Colours, own: readonly [number, number] = range): [number, number] {
  const [low, high] = scale === 'log' && own[0] <= 0 ? [range[0], own[1]] : own;
  const [least, most] = [Math.min(low, range[0]), Math.max(high, range[1])];
  return least < most ? [least, most] : [least, least + 1];
}

/** Without digits that no one can tell apart on this range. */
function tidy(value: number, [low, high]: readonly [number, number]): number {
  const unit = 10 ** Math.floor(Math.log10((high - low) / 1000 || 1));
  return Number((Math.round(value / unit) * unit).toPrecision(7));
}

function slider(label: string): HTMLInputElement {
  return element('input', { type: 'range', min: '0', max: String(steps), 'aria-label': label });
}

function numberInput(id: string): HTMLInputElement {
  const attributes = { type: 'text', inputmode: 'decimal', autocomplete: 'off', spellcheck: 'false' };
  return element('input', { ...attributes, id });
}
