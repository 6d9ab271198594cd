import { button, byId, element } from '../elements.js';
import { icon } from './icons.js';

/** A line over the map that says what went wrong, and can be closed or tried again. */
export class Message {
  readonly #root = byId('message');
  #text = '';

  /** Shows a text; `retry` is what its button does. */
  show(text: string, retry?: () => void): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#root.hidden = text === '';
    const again = () => {
      this.clear();
      retry?.();
    };
    this.#root.replaceChildren(
      element('span', {}, text),
      ...(retry ? [button('Try again', again)] : []),
      button(icon('close'), () => this.clear(), { class: 'plain', 'aria-label': 'Close message' }),
    );
  }

  clear(): void {
    this.#text = '';
    this.#root.hidden = true;
    this.#root.replaceChildren();
  }
}
