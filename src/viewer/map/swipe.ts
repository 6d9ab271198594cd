import { element } from '../elements.js';

const steps = 1000;

/** The line between two sides of the map, moved by pointer or by keyboard. */
export class Swipe {
  readonly #root: HTMLElement;
  readonly #line = element('div', { class: 'swipe-line' });
  readonly #labels = [
    element('span', { class: 'swipe-left' }),
    element('span', { class: 'swipe-right' }),
  ] as const;
  readonly #input = element('input', {
    type: 'range',
    id: 'swipe',
    class: 'swipe-input',
    min: '0',
    max: String(steps),
    'aria-label': 'Border between the two sides',
  });

  constructor(root: HTMLElement, onMove: (at: number) => void) {
    this.#root = root;
    this.#line.append(...this.#labels);
    root.append(this.#line, this.#input);
    this.#input.addEventListener('input', () => {
      const at = Number(this.#input.value) / steps;
      this.#place(at);
      onMove(at);
    });
  }

  /** Shows the border at a share of the width, and what is on either side; hidden for `undefined`. */
  show(shown: { readonly at: number; readonly left: string; readonly right: string } | undefined): void {
    this.#root.hidden = shown === undefined;
    if (shown === undefined) return;
    this.#input.value = String(Math.round(shown.at * steps));
    this.#labels[0].textContent = shown.left;
    this.#labels[1].textContent = shown.right;
    this.#place(shown.at);
  }

  #place(at: number): void {
    this.#line.style.left = `${100 * at}%`;
    this.#input.setAttribute('aria-valuetext', `${Math.round(100 * at)} percent`);
  }
}
