import { element } from './elements.js';

/** How long the slider rests before the map follows it. */
const settleMs = 80;

/** A slider over instants with steps back and forth. */
export class TimeBar {
  readonly #root: HTMLElement;
  readonly #slider = element('input', { type: 'range', id: 'time-slider', min: '0', step: '1' });
  readonly #text = element('output', { id: 'time-text', for: 'time-slider' });
  readonly #previous = element('button', { type: 'button', 'aria-label': 'Previous time' }, '\u2039');
  readonly #next = element('button', { type: 'button', 'aria-label': 'Next time' }, '\u203a');
  #times: readonly string[] = [];
  #settling = 0;

  constructor(root: HTMLElement, onTime: (datetime: string) => void) {
    this.#root = root;
    const label = element('label', { for: 'time-slider' }, 'Time');
    root.append(label, this.#previous, this.#slider, this.#next, this.#text);
    const choose = (index: number, delayMs: number) => {
      this.#place(index);
      clearTimeout(this.#settling);
      this.#settling = window.setTimeout(() => onTime(this.#times[index]!), delayMs);
    };
    this.#slider.addEventListener('input', () => choose(this.#index, settleMs));
    this.#previous.addEventListener('click', () => choose(this.#index - 1, 0));
    this.#next.addEventListener('click', () => choose(this.#index + 1, 0));
  }

  /** Offers `times` with one of them chosen; hidden without. */
  show(times: readonly string[], datetime: string | undefined): void {
    clearTimeout(this.#settling);
    this.#times = times;
    this.#root.hidden = datetime === undefined;
    this.#slider.max = String(Math.max(0, times.length - 1));
    this.#slider.disabled = times.length < 2;
    this.#place(datetime === undefined ? 0 : times.indexOf(datetime));
  }

  get #index(): number {
    return Number(this.#slider.value);
  }

  #place(index: number): void {
    const datetime = this.#times[index] ?? '';
    this.#slider.value = String(index);
    this.#slider.setAttribute('aria-valuetext', datetime);
    this.#text.value = datetime;
    this.#previous.disabled = index <= 0;
    this.#next.disabled = index >= this.#times.length - 1;
  }
}
