import { button, byId, element } from '../elements.js';
import { icon } from './icons.js';

/** What can be done about a message. */
export interface Remedy {
  readonly label: string;
  readonly run: () => void;
}

/** A line over the map that says what went wrong, and can be closed or tried again. */
export class Message {
  readonly #root = byId('message');
  #text = '';

  /** Shows a text, and what can be done about it. */
  show(text: string, ...remedies: readonly Remedy[]): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#root.hidden = text === '';
    const act = (remedy: Remedy) => {
      this.clear();
      remedy.run();
    };
    this.#root.replaceChildren(
      element('span', {}, text),
      ...remedies.map((remedy) => button(remedy.label, () => act(remedy))),
      button(icon('close'), () => this.clear(), { class: 'plain', 'aria-label': 'Close message' }),
    );
  }

  clear(): void {
    this.#text = '';
    this.#root.hidden = true;
    this.#root.replaceChildren();
  }
}
