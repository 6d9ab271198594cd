import { isAbort, request } from '../api/request.js';
import { BoundedCache } from '../map/bounded-cache.js';
import { maxTileZoom, tilePixels, tileZoom, worldMetres } from '../map/tile-range.js';

const cachedBytes = 32 * 1024 * 1024;
const emptyBytes = 64;

/** A place on a tile of values. */
interface Pixel {
  readonly url: string;
  readonly at: number;
}

/** Values under the pointer from tiles of float32: a tile is asked for once, however the pointer moves on it. */
export class ValueTiles {
  readonly #tiles = new BoundedCache<Float32Array | undefined>(cachedBytes);
  #loading: { readonly key: string; readonly controller: AbortController } | undefined;

  /** The value at a place of Web Mercator: NaN for no data, `undefined` while its tile is on its way. */
  valueAt(template: string, coordinate: readonly number[], resolution: number): number | undefined {
    const { url, at } = pixelAt(template, coordinate, resolution);
    if (!this.#tiles.has(url)) return undefined;
    return this.#tiles.get(url)?.[at] ?? Number.NaN;
  }

  /**
   * Fetches the tiles of a place, one of each template, and gives up those before; false when others took their turn,
   * or one failed.
   */
  async load(
    templates: readonly string[],
    coordinate: readonly number[],
    resolution: number,
  ): Promise<boolean> {
    const urls = templates
      .map((template) => pixelAt(template, coordinate, resolution).url)
      .filter((url) => !this.#tiles.has(url));
    if (urls.length === 0) return true;
    const key = urls.join('\n');
    if (this.#loading?.key === key) return false;
    this.#loading?.controller.abort();
    const controller = new AbortController();
    this.#loading = { key, controller };
    const areThere = await Promise.all(urls.map((url) => this.#load(url, controller.signal)));
    if (this.#loading?.key === key) this.#loading = undefined;
    return areThere.every(Boolean);
  }

  async #load(url: string, signal: AbortSignal): Promise<boolean> {
    try {
      const response = await request(url, { signal });
      const values = response.status === 204 ? undefined : readFloats(await response.arrayBuffer());
      this.#tiles.set(url, values, values?.byteLength ?? emptyBytes);
      return true;
    } catch (error) {
      // The picture of the same tile says what is wrong; here it is no value.
      if (!isAbort(error)) this.#tiles.set(url, undefined, emptyBytes);
      return false;
    }
  }
}

function pixelAt(template: string, coordinate: readonly number[], resolution: number): Pixel {
  const z = Math.min(maxTileZoom, tileZoom({ resolution }));
  const pixel = worldMetres / (2 ** z * tilePixels);
  const column = Math.floor((coordinate[0]! + worldMetres / 2) / pixel);
  const row = Math.floor((worldMetres / 2 - coordinate[1]!) / pixel);
  const columns = 2 ** z * tilePixels;
  const wrapped = ((column % columns) + columns) % columns;
  const kept = Math.min(columns - 1, Math.max(0, row));
  const url = template
    .replace('{z}', String(z))
    .replace('{x}', String(Math.floor(wrapped / tilePixels)))
    .replace('{y}', String(Math.floor(kept / tilePixels)));
  return { url, at: (kept % tilePixels) * tilePixels + (wrapped % tilePixels) };
}

/** Little-endian, whatever the machine's own order. */
function readFloats(buffer: ArrayBuffer): Float32Array {
  const view = new DataView(buffer);
  return Float32Array.from({ length: buffer.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
}
