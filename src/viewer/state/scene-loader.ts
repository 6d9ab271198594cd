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

  /** Reads the lists, and with them the layer that is wanted first. */
  async start(wanted: Address): Promise<readonly ListedLayer[]> {
    // Beside the lists, not after them; whether there is such a layer is found out later.
    if (wanted.layer !== undefined) this.#book.get(wanted.layer).catch(() => undefined);
    [this.#layers, this.#styles] = await Promise.all([fetchLayers(), fetchStyles()]);
    return this.#layers;
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
    const listed = this.#layers.find(({ id }) => id === choice.layer) ?? this.#layers[0]!;
    return selectIn(await this.#book.get(listed.id), choice);
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
