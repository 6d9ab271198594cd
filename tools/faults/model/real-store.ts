import { mkdir } from 'node:fs/promises';
import { type BlobStore, createMemoryStore, openDirectoryStore } from '../../../src/blob/index.js';
import type { LayerReader } from '../../../src/layer/index.js';
import { createSegmentCache, type SegmentCache } from '../../../src/segment/index.js';
import type { Content } from './layer-model.js';

/** A reader that outlives the command that opened it, and what it must show as long as it can. */
export interface HeldReader {
  readonly reader: LayerReader;
  readonly layer: string;
  readonly content: Content;
}

/** The product under test: a store, the cache its readers share, and readers held open. */
export class RealStore {
  store: BlobStore;
  cache: SegmentCache;
  held: HeldReader[] = [];
  /** Told of every step. */
  readonly onStep: (name: string) => void;
  readonly #folder: string | undefined;

  private constructor(folder: string | undefined, onStep: (name: string) => void) {
    this.store = folder === undefined ? createMemoryStore() : openDirectoryStore(folder);
    this.cache = smallCache();
    this.onStep = onStep;
    this.#folder = folder;
  }

  /** In a folder, or in memory when there is none. */
  static async open(folder: string | undefined, onStep: (name: string) => void): Promise<RealStore> {
    if (folder !== undefined) await mkdir(folder, { recursive: true });
    return new RealStore(folder, onStep);
  }

  /** As a new process would: nothing is known but what is stored. */
  async reopen(): Promise<void> {
    await this.close();
    this.cache = smallCache();
    if (this.#folder !== undefined) this.store = openDirectoryStore(this.#folder);
  }

  async close(): Promise<void> {
    this.held = [];
    await this.cache.close();
  }
}

/** So small that files are closed and opened all the time. */
function smallCache(): SegmentCache {
  return createSegmentCache({ maxHandles: 3, maxIndexBytes: 16_384 });
}
