import { byId, fillSelect, type ListOption } from '../elements.js';
import type { Address } from '../state/address.js';
import type { Layer, ListedLayer } from '../state/layer.js';
import { formatInstant, formatMinus } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import type { Selection } from '../state/selection.js';
import { AxisFields } from './axis-fields.js';

/** The lists of layers, parameters, levels and custom axes. */
export class LayerPanel {
  readonly #layer = byId<HTMLSelectElement>('layer');
  readonly #parameter = byId<HTMLSelectElement>('parameter');
  readonly #axes: AxisFields;
  readonly #about = byId('about');

  constructor(onChoice: (choice: Partial<Address>) => void) {
    this.#axes = new AxisFields('', onChoice);
    this.#parameter.parentElement!.after(this.#axes.root);
    this.#layer.addEventListener('change', () => onChoice({ layer: this.#layer.value }));
    this.#parameter.addEventListener('change', () => onChoice({ parameter: this.#parameter.value }));
  }

  /** Offers the layers of the service. */
  offer(layers: readonly ListedLayer[]): void {
    fillSelect(this.#layer, layerOptions(layers), undefined);
  }

  /** Shows what is chosen and what else the layer has. */
  show({ selection }: Scene): void {
    const { layer, parameter } = selection;
    this.#layer.value = layer.id;
    fillSelect(this.#parameter, parameterOptions(layer), parameter.id);
    this.#about.textContent = describe(selection);
    this.#axes.show(selection);
  }
}

/** Layers as the options of a list. */
export function layerOptions(layers: readonly ListedLayer[]): ListOption[] {
  const titles = layers.map(({ title }) => title);
  return layers.map(({ id, title }) => ({
    value: id,
    label: titles.filter((one) => one === title).length > 1 && title !== id ? `${title} (${id})` : title,
  }));
}

/** Parameters as the options of a list. */
export function parameterOptions({ parameters }: Layer): ListOption[] {
  return parameters.map(({ id, title }) => ({ value: id, label: title }));
}

function describe({ layer: { bbox, parameters, times }, datetime }: Selection): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const [west, south, east, north] = bbox.map((degrees) => formatMinus(String(Number(degrees.toFixed(2)))));
  const area =
    bbox[2] - bbox[0] >= 360 && bbox[3] - bbox[1] > 170
      ? 'the whole world'
      : `${west}\u00b0 to ${east}\u00b0, ${south}\u00b0 to ${north}\u00b0`;
  const parts = [
    count(parameters.length, 'parameter'),
    ...(times.length > 1 ? [count(times.length, 'time')] : []),
    ...(times.length === 1 && datetime !== undefined ? [formatInstant(datetime)] : []),
    area,
  ];
  return parts.join(' \u00b7 ');
}
