import { button, byId, element, field, fillSelect } from '../elements.js';
import type { ComparedChoice } from '../state/address.js';
import type { ListedLayer } from '../state/layer.js';
import { formatInstant } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { hasTime } from '../state/selection.js';
import { layerOptions, parameterOptions } from './layer-panel.js';

/** What is shown on the right of the swipe. */
export class ComparePanel {
  readonly #root = byId('compare');
  readonly #layer = element('select', { id: 'b-layer' });
  readonly #parameter = element('select', { id: 'b-parameter' });
  readonly #time = element('select', { id: 'b-time' });
  readonly #timeField: HTMLElement;
  readonly #onChoice: (choice: ComparedChoice | undefined) => void;
  #layers: readonly ListedLayer[] = [];
  #at = 0.5;

  constructor(onChoice: (choice: ComparedChoice | undefined) => void) {
    this.#onChoice = onChoice;
    this.#timeField = field('Time on the right', this.#time);
    for (const select of [this.#layer, this.#parameter, this.#time]) {
      select.addEventListener('change', () => this.#choose());
    }
    this.#root.append(
      field('Layer on the right', this.#layer),
      field('Parameter on the right', this.#parameter),
      this.#timeField,
      element(
        'p',
        { class: 'note' },
        'Drag the line on the map, or move it with the arrow keys. Levels follow the left side.',
      ),
      element(
        'div',
        { class: 'buttons' },
        button('End comparison', () => onChoice(undefined)),
      ),
    );
  }

  offer(layers: readonly ListedLayer[]): void {
    this.#layers = layers;
  }

  show({ compared }: Scene): void {
    this.#root.hidden = compared === undefined;
    if (compared === undefined) return;
    const { layer, parameter, datetime } = compared.selection;
    this.#at = compared.at;
    fillSelect(this.#layer, layerOptions(this.#layers), layer.id);
    fillSelect(this.#parameter, parameterOptions(layer), parameter.id);
    this.#timeField.hidden = !hasTime(layer, parameter);
    fillSelect(
      this.#time,
      layer.times.map((value) => ({ value, label: formatInstant(value) })),
      datetime,
    );
  }

  #choose(): void {
    const datetime = this.#time.value;
    this.#onChoice({
      layer: this.#layer.value,
      parameter: this.#parameter.value,
      ...(datetime && { datetime }),
      axes: {},
      at: this.#at,
    });
  }
}
