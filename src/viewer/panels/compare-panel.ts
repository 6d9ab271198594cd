import { button, byId, element, field, fillSelect } from '../elements.js';
import type { Choice, ComparedChoice } from '../state/address.js';
import { drawingsOf } from '../state/colours.js';
import type { ListedLayer } from '../state/layer.js';
import { formatInstant } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { hasTime } from '../state/selection.js';
import { AxisFields } from './axis-fields.js';
import { layerOptions, parameterOptions } from './layer-panel.js';
import { rampOptions } from './ramp-options.js';

/** What is shown on the right of the swipe. */
export class ComparePanel {
  readonly #root = byId('compare');
  readonly #layer = element('select', { id: 'b-layer' });
  readonly #parameter = element('select', { id: 'b-parameter' });
  readonly #time = element('select', { id: 'b-time' });
  readonly #timeField: HTMLElement;
  readonly #style = element('select', { id: 'b-style', class: 'shows-swatches' });
  readonly #axes = new AxisFields('b-', (axes) => this.#choose(axes));
  readonly #onChoice: (choice: ComparedChoice | undefined) => void;
  #layers: readonly ListedLayer[] = [];
  #at = 0.5;

  constructor(onChoice: (choice: ComparedChoice | undefined) => void) {
    this.#onChoice = onChoice;
    this.#timeField = field('Time on the right', this.#time);
    // Levels and members of another parameter or layer begin as on the left.
    for (const select of [this.#layer, this.#parameter])
      select.addEventListener('change', () => this.#choose({ axes: {} }));
    for (const select of [this.#time, this.#style])
      select.addEventListener('change', () => this.#choose(this.#axes.chosen));
    this.#root.append(
      field('Layer on the right', this.#layer),
      field('Parameter on the right', this.#parameter),
      this.#axes.root,
      this.#timeField,
      field('Colours on the right', this.#style),
      element('p', { class: 'note' }, 'Drag the line on the map, or move it with the arrow keys.'),
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

  show({ compared, styles }: Scene): void {
    this.#root.hidden = compared === undefined;
    if (compared === undefined) return;
    const { layer, parameter, datetime } = compared.selection;
    this.#at = compared.at;
    fillSelect(this.#layer, layerOptions(this.#layers), layer.id);
    fillSelect(this.#parameter, parameterOptions(layer), parameter.id);
    this.#axes.show(compared.selection);
    this.#timeField.hidden = !hasTime(layer, parameter);
    const times = layer.times.map((value) => ({ value, label: formatInstant(value) }));
    fillSelect(this.#time, times, datetime);
    const drawings = drawingsOf(compared.selection, styles).map(({ id, title }) => ({
      value: id,
      label: title,
      group: 'Drawings',
    }));
    const options = [{ value: '', label: 'As on the left' }, ...rampOptions(styles), ...drawings];
    fillSelect(this.#style, options, compared.style ?? '');
  }

  #choose(axes: Pick<Choice, 'z' | 'axes'>): void {
    const [datetime, style] = [this.#time.value, this.#style.value];
    this.#onChoice({
      layer: this.#layer.value,
      parameter: this.#parameter.value,
      ...(datetime && { datetime }),
      ...axes,
      at: this.#at,
      ...(style && { style }),
    });
  }
}
