import type { BlobStore } from '../blob/index.js';
import { isSnapshotOf, listTags, readTag } from '../catalog/index.js';
import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { LayerReader, type SharedCaches } from '../layer/index.js';
import type { LayerDirectory } from './layer-directory.js';

/** The instance that is always the newest snapshot. */
export const newestInstance = 'latest';

/** True for an instance that is a tag: it may be taken off, and put on another snapshot. */
export function isTagged(instance: string | undefined): boolean {
  return instance !== undefined && instance !== newestInstance;
}

const MAX_READERS = 64;
const SHOWN_CHARACTERS = 80;

/** One instance of a layer. */
export interface Instance {
  readonly id: string;
  readonly reader: LayerReader;
}

/** The instances of layers: the snapshots that have tags, under the names of these, and `latest`. Bounded. */
export class InstanceDirectory {
  readonly #store: BlobStore;
  readonly #caches: SharedCaches;
  readonly #layers: LayerDirectory;
  readonly #readers = new Map<string, LayerReader>();

  constructor(parts: {
    readonly store: BlobStore;
    readonly caches: SharedCaches;
    readonly layers: LayerDirectory;
  }) {
    this.#store = parts.store;
    this.#caches = parts.caches;
    this.#layers = parts.layers;
  }

  /** Throws: NotFoundError for a layer, or an instance, that there is not. */
  async open(layer: string, instance: string): Promise<LayerReader> {
    const newest = await this.#layers.open(layer);
    if (instance === newestInstance) return newest;
    return this.#snapshot(newest, await this.#sequenceOf(layer, instance));
  }

  /** `latest`, then the tags by name. One that is called `latest` too cannot be asked for. */
  async list(layer: string): Promise<Instance[]> {
    const newest = await this.#layers.open(layer);
    const instances: Instance[] = [{ id: newestInstance, reader: newest }];
    for (const { name, sequence } of await listTags(this.#store, layer)) {
      if (name === newestInstance) continue;
      instances.push({ id: name, reader: await this.#snapshot(newest, sequence) });
    }
    return instances;
  }

  async #sequenceOf(layer: string, instance: string): Promise<number> {
    try {
      return (await readTag(this.#store, { layer, name: instance })).sequence;
    } catch (error) {
      const isNoTag = error instanceof NotFoundError || error instanceof InvalidArgumentError;
      if (!isNoTag) throw error;
      const fields = { collection: layer, instance: instance.slice(0, SHOWN_CHARACTERS) };
      throw new NotFoundError('no such instance', fields, { cause: error });
    }
  }

  /** A number may come back as that of another snapshot, when a layer is deleted and written again. */
  async #snapshot(newest: LayerReader, sequence: number): Promise<LayerReader> {
    const { layer } = newest.manifest;
    if (newest.manifest.sequence === sequence) return newest;
    const name = `${layer}/${sequence}`;
    const kept = this.#readers.get(name);
    this.#readers.delete(name);
    const isSame = kept !== undefined && (await isSnapshotOf(this.#store, kept.manifest));
    const reader = isSame ? kept : await LayerReader.open(this.#store, layer, { sequence, ...this.#caches });
    this.#readers.set(name, reader);
    for (const oldest of this.#readers.keys()) {
      if (this.#readers.size <= MAX_READERS) break;
      this.#readers.delete(oldest);
    }
    return reader;
  }
}
