import { fetchLayers, LayerBook } from '../api/layers.js';
import { fetchStyles, type ListedStyle } from '../api/styles.js';
import type { Address } from './address.js';
import type { ListedLayer } from './layer.js';
import { type Scene, sceneOf } from './scene.js';
import { choiceOf, type Selection, selectIn } from './selection.js';

/** A scene, and the address with all that it shows. */
export interface LoadedScene {
  readonly scene: Scene;
  readonly address: Address;
}

/** Finds what addresses name: layers, parameters and styles of the service. */
export class SceneLoader {
  readonly #book = new LayerBook();
  #layers: readonly ListedLayer[] = [];
  #styles: readonly ListedStyle[] = [];

  /** Reads the lists, and the layer that is shown first beside that of styles. */
  async start(wanted: Address): Promise<readonly ListedLayer[]> {
    [, this.#styles] = await Promise.all([this.#readLayers(wanted), fetchStyles()]);
    return this.#layers;
  }

  /** Asks for no layer that is not in the list: that would be an error on the console of a link that the page can follow. */
  async #readLayers(wanted: Address): Promise<void> {
    this.#layers = await fetchLayers();
    // Whether it can be read is found out later.
    if (this.#layers.length > 0) this.#book.get(this.#listed(wanted).id).catch(() => undefined);
  }

  /** What an address shows; `undefined` where its layer has no parameters. */
  async load(address: Address): Promise<LoadedScene | undefined> {
    const [selection, compared] = await Promise.all([
      this.#select(address),
      address.compared && this.#select(withDefaults(address.compared, address)),
    ]);
    if (selection === undefined) return undefined;
    const scene = sceneOf(address, { selection, compared, styles: this.#styles });
    const { at, style } = address.compared ?? {};
    return {
      scene,
      address: {
        ...address,
        ...choiceOf(selection),
        ...(compared &&
          at !== undefined && { compared: { ...choiceOf(compared), at, ...(style && { style }) } }),
      },
    };
  }

  async #select(choice: Address): Promise<Selection | undefined> {
    return selectIn(await this.#book.get(this.#listed(choice).id), choice);
  }

  /** The layer that is chosen, or else the first. */
  #listed({ layer }: Address): ListedLayer {
    return this.#layers.find(({ id }) => id === layer) ?? this.#layers[0]!;
  }
}

/** What the right side does not say is as on the left. */
function withDefaults(other: Address, left: Address): Address {
  const { layer = left.layer, z = left.z } = other;
  const parameter = other.parameter ?? (layer === left.layer ? left.parameter : undefined);
  return without({ ...other, layer, parameter, z, axes: { ...left.axes, ...other.axes } });
}

/** An address without the parts that are `undefined`. */
export function without(parts: { readonly [K in keyof Address]: Address[K] | undefined }): Address {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => part !== undefined),
  ) as unknown as Address;
}
