import { byId, element, field, fillSelect } from '../elements.js';
import type { Address } from '../state/address.js';
import type { Layer, ListedLayer } from '../state/layer.js';
import { formatUnit } from '../state/number-text.js';
import type { Scene } from '../state/scene.js';
import { axesOf, type Selection } from '../state/selection.js';

/** The lists of layers, parameters, levels and custom axes. */
export class LayerPanel {
  readonly #layer = byId<HTMLSelectElement>('layer');
  readonly #parameter = byId<HTMLSelectElement>('parameter');
  readonly #axes = byId('axes');
  readonly #about = byId('about');
  readonly #onChoice: (choice: Partial<Address>) => void;

  constructor(onChoice: (choice: Partial<Address>) => void) {
    this.#onChoice = onChoice;
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
    this.#about.textContent = describe(layer);
    this.#showAxes(selection);
  }

  /** Lists stay in place while their axis does, so that the keyboard's focus does too. */
  #showAxes(selection: Selection): void {
    const axes = axesOf(selection.layer, selection.parameter);
    const key = JSON.stringify(axes);
    if (this.#axes.dataset.key !== key) {
      this.#axes.dataset.key = key;
      this.#axes.replaceChildren(
        ...axes.map(({ name, title, unit, values }) => {
          const select = element('select', { id: `axis-${name}`, 'data-axis': name });
          const suffix = formatUnit(unit);
          const options = values.map((value) => ({ value, label: `${value} ${suffix}`.trim() }));
          fillSelect(select, options, undefined);
          select.addEventListener('change', () => this.#chooseAxes());
          return field(title.replaceAll('_', ' '), select);
        }),
      );
    }
    for (const select of this.#selects()) select.value = selection.axes[select.dataset.axis!]!;
  }

  #chooseAxes(): void {
    const chosen = this.#selects().map((select) => [select.dataset.axis!, select.value]);
    const { z, ...axes } = Object.fromEntries(chosen) as Record<string, string>;
    this.#onChoice({ axes, ...(z !== undefined && { z }) });
  }

  #selects(): HTMLSelectElement[] {
    return [...this.#axes.querySelectorAll('select')];
  }
}

/** Layers as the options of a list. */
export function layerOptions(layers: readonly ListedLayer[]): { value: string; label: string }[] {
  const titles = layers.map(({ title }) => title);
  return layers.map(({ id, title }) => ({
    value: id,
    label: titles.filter((one) => one === title).length > 1 && title !== id ? `${title} (${id})` : title,
  }));
}

/** Parameters as the options of a list. */
export function parameterOptions({ parameters }: Layer): { value: string; label: string }[] {
  return parameters.map(({ id, title }) => ({ value: id, label: title }));
}

function describe({ bbox, parameters, times }: Layer): string {
  const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
  const [west, south, east, north] = bbox.map((degrees) => Number(degrees.toFixed(2)));
  const area =
    east! - west! >= 360
      ? 'the whole world'
      : `${west}\u00b0 to ${east}\u00b0, ${south}\u00b0 to ${north}\u00b0`;
  const parts = [
    count(parameters.length, 'parameter'),
    ...(times.length ? [count(times.length, 'time')] : []),
    area,
  ];
  return parts.join(' \u00b7 ').replaceAll('-', '\u2212');
}
