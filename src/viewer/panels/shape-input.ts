import { element, field } from '../elements.js';
import type { Shape } from '../state/place.js';
import { formatShape, parseShape } from '../state/shape-text.js';

const hints = {
  box: 'Drag a box on the map. By keyboard: Enter on the map sets one corner, then the other.',
  polygon:
    'Click the corners, the last one twice. By keyboard: Enter on the map sets a corner, Shift+Enter ends.',
  path: 'Click along the path, the last place twice. By keyboard: Enter on the map sets a place, Shift+Enter ends.',
} as const;
const formats = {
  box: 'west,south,east,north',
  polygon: 'lon,lat;lon,lat;lon,lat',
  path: 'lon,lat;lon,lat',
} as const;

/** How a shape is drawn, and its coordinates as a text that can be changed. */
export class ShapeInput {
  readonly root = element('div', { class: 'shape-input' });
  readonly #hint = element('p', { class: 'quiet' });
  readonly #text = element('input', {
    type: 'text',
    id: 'shape-text',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  readonly #problem = element('p', { class: 'note', role: 'alert' });
  #kind: Shape['kind'] = 'box';

  constructor(onShape: (shape: Shape) => void) {
    const form = element('form', { class: 'line' }, this.#text, element('button', { type: 'submit' }, 'Go'));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const shape = parseShape(new Map([[this.#kind, this.#text.value.trim()]]));
      this.#problem.textContent = shape ? '' : `Expected ${formats[this.#kind]} in degrees.`;
      if (shape) onShape(shape);
    });
    this.root.append(this.#hint, field('Coordinates', this.#text, form), this.#problem);
  }

  show(kind: Shape['kind'], shape: Shape | undefined): void {
    if (kind !== this.#kind) this.#problem.textContent = '';
    this.#kind = kind;
    this.#hint.textContent = hints[kind];
    this.#text.placeholder = formats[kind];
    if (document.activeElement !== this.#text) this.#text.value = shape ? formatShape(shape) : '';
  }
}
