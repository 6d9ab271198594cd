import { button, element, fillSelect } from '../elements.js';
import { formatInstant } from '../state/number-text.js';
import { icon } from './icons.js';

/** How long the slider rests before the map follows it. */
const settleMs = 80;
const speeds = [1, 2, 4, 8];

/** What the bar asks for. */
export interface TimeEvents {
  readonly onTime: (datetime: string) => void;
  readonly onPlay: () => void;
  readonly onSpeed: (stepsPerSecond: number) => void;
}

/** A slider over instants, steps back and forth, and play. */
export class TimeBar {
  readonly #root: HTMLElement;
  readonly #slider = element('input', { type: 'range', id: 'time-slider', min: '0', step: '1' });
  readonly #text = element('output', { id: 'time-text', for: 'time-slider' });
  readonly #ends = [element('span'), element('span')] as const;
  readonly #play: HTMLButtonElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #onTime: (datetime: string) => void;
  #times: readonly string[] = [];
  #settling = 0;

  constructor(root: HTMLElement, { onTime, onPlay, onSpeed }: TimeEvents) {
    this.#root = root;
    this.#onTime = onTime;
    this.#play = button(icon('play'), onPlay, { id: 'play', 'aria-label': 'Play', title: 'Play (space)' });
    this.#previous = button(icon('previous'), () => this.step(-1), {
      class: 'previous',
      'aria-label': 'Previous time',
      title: 'Previous time (,)',
    });
    this.#next = button(icon('next'), () => this.step(1), {
      class: 'next',
      'aria-label': 'Next time',
      title: 'Next time (.)',
    });
    const speed = element('select', { id: 'speed', 'aria-label': 'Speed' });
    fillSelect(
      speed,
      speeds.map((value) => ({ value: String(value), label: `${value}/s` })),
      '2',
    );
    speed.title = 'Times a second';
    speed.addEventListener('change', () => onSpeed(Number(speed.value)));
    const label = element('label', { for: 'time-slider', class: 'unseen' }, 'Time');
    const ends = element('div', { class: 'ends', 'aria-hidden': 'true' }, ...this.#ends);
    const track = element('div', { class: 'track' }, label, this.#slider, ends);
    const controls = [this.#play, this.#previous, this.#next, this.#text, track, speed];
    root.append(element('div', { class: 'time-row' }, ...controls));
    this.#slider.addEventListener('input', () => this.#choose(this.#index, settleMs));
  }

  /** Offers `times` with one of them chosen; hidden where there is no choice. */
  show(times: readonly string[], datetime: string | undefined): void {
    clearTimeout(this.#settling);
    this.#times = times;
    this.#root.hidden = datetime === undefined || times.length < 2;
    this.#ends.forEach((end, k) => {
      end.textContent = formatInstant(times.at(-k) ?? '')
        .replace(' 00:00 UTC', '')
        .replace(' UTC', '');
    });
    this.#slider.max = String(Math.max(0, times.length - 1));
    this.#place(datetime === undefined ? 0 : times.indexOf(datetime));
  }

  /** Goes some times on, where there are some. */
  step(steps: number): void {
    const index = this.#index + steps;
    if (index >= 0 && index < this.#times.length && !this.#root.hidden) this.#choose(index, 0);
  }

  set isPlaying(isPlaying: boolean) {
    this.#play.replaceChildren(icon(isPlaying ? 'pause' : 'play'));
    this.#play.setAttribute('aria-label', isPlaying ? 'Pause' : 'Play');
    this.#play.title = `${isPlaying ? 'Pause' : 'Play'} (space)`;
  }

  get #index(): number {
    return Number(this.#slider.value);
  }

  #choose(index: number, delayMs: number): void {
    this.#place(index);
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => this.#onTime(this.#times[index]!), delayMs);
  }

  #place(index: number): void {
    const datetime = formatInstant(this.#times[index] ?? '');
    this.#slider.value = String(index);
    this.#slider.setAttribute('aria-valuetext', datetime);
    this.#text.value = datetime;
    this.#previous.disabled = index <= 0;
    this.#next.disabled = index >= this.#times.length - 1;
  }
}
