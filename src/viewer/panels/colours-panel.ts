import { button, byId, checkbox, element, field, fillSelect } from '../elements.js';
import type { ColourChoice } from '../state/address.js';
import { type Colours, shareOf, stopsOf, valueAt } from '../state/colours.js';
import { formatValue } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { showRamp } from './legend.js';

const steps = 500;
/** How long a slider rests before the map follows it: every picture is made anew. */
const settleMs = 80;

/** What the panel asks for. */
export interface ColoursEvents {
  readonly onChoice: (choice: ColourChoice) => void;
  /** The range of the data in view is wanted. */
  readonly onFit: () => void;
}

/** Style, range and scale of the colours: the ends of the range are dragged along the ramp, or typed. */
export class ColoursPanel {
  readonly #style = byId<HTMLSelectElement>('style');
  readonly #ramp = element('div', { class: 'ramp', 'aria-hidden': 'true' });
  readonly #sliders = [slider('Lowest value, slider'), slider('Highest value, slider')] as const;
  readonly #inputs = [numberInput('range-low'), numberInput('range-high')] as const;
  readonly #reset: HTMLButtonElement;
  readonly #reversed;
  readonly #log;
  readonly #smooth;
  readonly #note = element('p', { class: 'note', role: 'status' });
  readonly #events: ColoursEvents;
  #choice: ColourChoice = {};
  #settling = 0;
  #colours: Colours | undefined;
  /** The values that the ends of the sliders stand for. */
  #domain: Pick<Colours, 'range' | 'isLog'> = { range: [0, 1], isLog: false };

  constructor(root: HTMLElement, events: ColoursEvents) {
    this.#events = events;
    this.#style.addEventListener('change', () => this.#choose({ style: this.#style.value }));
    this.#reversed = checkbox('Reversed', (isReversed) => this.#choose({ isReversed }));
    this.#log = checkbox('Logarithmic', (isLog) => this.#choose({ isLog }));
    this.#smooth = checkbox('Smooth', (isSmooth) => this.#choose({ isSmooth }));
    this.#reset = button('Whole layer', () => this.#useWholeLayer());
    const fit = button('Data in view', () => this.#events.onFit(), { id: 'fit-range' });
    for (const [end, input] of this.#sliders.entries())
      input.addEventListener('input', () => this.#drag(end));
    for (const input of this.#inputs) input.addEventListener('change', () => this.#type());
    const [low, high] = this.#inputs;
    root.append(
      element('div', { class: 'range' }, this.#ramp, ...this.#sliders),
      element('div', { class: 'pair' }, field('Lowest', low), field('Highest', high)),
      element('div', { class: 'buttons' }, fit, this.#reset),
      element('div', { class: 'checks' }, this.#reversed.label, this.#log.label, this.#smooth.label),
      this.#note,
    );
  }

  show({ colours, selection, styles }: Scene, choice: ColourChoice | undefined): void {
    this.#choice = choice ?? {};
    this.#colours = colours;
    const options = styles.styles.map(({ id, title, kind }) => ({
      value: id,
      label: title,
      group: kind && `${kind[0]!.toUpperCase()}${kind.slice(1)}`,
    }));
    fillSelect(this.#style, options, colours.style.id);
    this.#domain = { range: domainOf(colours, selection.parameter.range), isLog: colours.isLog };
    colours.range.forEach((value, end) => {
      const [input, drag] = [this.#inputs[end]!, this.#sliders[end]!];
      if (document.activeElement !== input) input.value = String(tidy(value, colours.range));
      drag.value = String(Math.round(shareOf(value, this.#domain) * steps));
      drag.setAttribute('aria-valuetext', formatValue(value));
    });
    const canScale = styles.isFromService && colours.style.drawing === 'colours';
    this.#reversed.label.hidden = !canScale;
    this.#log.label.hidden = !canScale;
    this.#reversed.input.checked = colours.isReversed;
    this.#log.input.checked = colours.isLog;
    this.#log.input.disabled = !colours.isLog && colours.range[0] <= 0;
    this.#log.label.title = this.#log.input.disabled ? 'Needs a lowest value above 0' : '';
    this.#smooth.input.checked = colours.isSmooth;
    this.#reset.disabled = !colours.isOwnRange;
    showRamp(this.#ramp, stopsOf(colours));
  }

  say(note: string): void {
    this.#note.textContent = note;
  }

  #choose(choice: ColourChoice): void {
    this.say('');
    this.#events.onChoice({ ...this.#choice, ...choice });
  }

  #useWholeLayer(): void {
    const { range: _, isLog: __, ...others } = this.#choice;
    this.say('');
    this.#events.onChoice(others);
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
    this.#settling = window.setTimeout(() => this.#choose({ range }), settleMs);
  }

  #type(): void {
    const [low, high] = this.#inputs.map(({ value }) => (value.trim() === '' ? Number.NaN : Number(value)));
    const isRange = Number.isFinite(low) && Number.isFinite(high) && low! < high!;
    for (const input of this.#inputs) input.setAttribute('aria-invalid', String(!isRange));
    if (isRange) this.#choose({ range: [low!, high!] });
    else this.say('The lowest value has to be a number below the highest.');
  }
}

/** The layer's own values, and what is chosen beyond them. */
function domainOf({ range }: Colours, own: readonly [number, number] | undefined): [number, number] {
  const [low, high] = own ?? range;
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
  return element('input', {
    type: 'text',
    inputmode: 'decimal',
    id,
    autocomplete: 'off',
    spellcheck: 'false',
  });
}
