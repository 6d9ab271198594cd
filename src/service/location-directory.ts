import type { BlobStore } from '../blob/index.js';
import { type Location, readLocations } from '../catalog/index.js';
import { CorruptionError, UnsupportedError } from '../errors/index.js';

const FRESH_MS = 1000;
const MAX_LAYERS = 2048;
/** Layers looked at together. */
const BATCH = 32;

interface Entry {
  readonly readMs: number;
  readonly locations: Promise<readonly Location[]>;
}

/** The locations of layers, known for at most a second. Bounded; the oldest go first. */
export class LocationDirectory {
  readonly #store: BlobStore;
  readonly #entries = new Map<string, Entry>();

  constructor(store: BlobStore) {
    this.#store = store;
  }

  /** Whether a layer has any. Damaged ones count: who asks for them hears of it, and listings stay whole. */
  async has(layer: string): Promise<boolean> {
    try {
      return (await this.of(layer)).length > 0;
    } catch (error) {
      if (error instanceof CorruptionError || error instanceof UnsupportedError) return true;
      throw error;
    }
  }

  /** Whether each of some layers has any, in their order. */
  async haveEach(layers: readonly string[]): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (let i = 0; i < layers.length; i += BATCH) {
      answers.push(...(await Promise.all(layers.slice(i, i + BATCH).map((layer) => this.has(layer)))));
    }
    return answers;
  }

  /** Those of a layer that there is; none when it was given none. */
  async of(layer: string): Promise<readonly Location[]> {
    const known = this.#entries.get(layer);
    if (known !== undefined && performance.now() - known.readMs < FRESH_MS) return known.locations;
    const entry = { readMs: performance.now(), locations: readLocations(this.#store, layer) };
    this.#entries.delete(layer);
    this.#entries.set(layer, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= MAX_LAYERS) break;
      this.#entries.delete(oldest);
    }
    // What could not be read is tried again.
    entry.locations.catch(() => this.#entries.delete(layer));
    return entry.locations;
  }
}
