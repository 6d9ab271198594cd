import { type Layer, type ListedLayer, parseLayer, parseLayers } from '../state/layer.js';
import { fetchJson } from './request.js';

/** The layers of the service, in its order. */
export async function fetchLayers(): Promise<ListedLayer[]> {
  return parseLayers(await fetchJson('layers'));
}

/** Layers with all of their axes, each fetched once. */
export class LayerBook {
  readonly #layers = new Map<string, Promise<Layer>>();

  get(id: string): Promise<Layer> {
    let layer = this.#layers.get(id);
    if (layer === undefined) {
      layer = fetchJson(`layers/${encodeURIComponent(id)}`).then(parseLayer);
      this.#layers.set(id, layer);
      // Asked again the next time: a service may come back.
      layer.catch(() => this.#layers.delete(id));
    }
    return layer;
  }
}
