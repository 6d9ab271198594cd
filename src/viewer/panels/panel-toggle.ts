import { byId } from '../elements.js';

const narrow = '(max-width: 900px)';

/** The button that opens and closes the panel of layer and colours, which a phone begins without. */
export class PanelToggle {
  readonly #button = byId<HTMLButtonElement>('toggle-panel');
  readonly #panel = byId('panel');

  constructor() {
    this.#isOpen = !matchMedia(narrow).matches;
    this.#button.addEventListener('click', () => this.toggle());
  }

  toggle(): void {
    this.#isOpen = this.#panel.hidden !== false;
  }

  set #isOpen(isOpen: boolean) {
    this.#panel.hidden = !isOpen;
    this.#button.setAttribute('aria-expanded', String(isOpen));
  }
}
