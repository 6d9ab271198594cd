import type { BlobStore } from '../blob/index.js';
import { describeError, InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { parseLayerName } from '../grid/index.js';
import { LayerReader, type SharedCaches } from '../layer/index.js';

const FRESH_MS = 1000;
/** A store of as many layers is listed without opening each of them anew. */
const MAX_READERS = 2048;
const OPENERS = 8;

interface Entry {
  reader?: LayerReader;
  checkedMs: number;
  /** One look at the store serves all who wait for it. */
  pending?: Promise<LayerReader>;
}

/** All layers, as they were found together. */
interface Listing {
  readonly readers: Promise<readonly LayerReader[]>;
  untilMs: number;
}

/** The layers of a store as their newest snapshots, known for at most a second. Bounded; the least used go first. */
export class LayerDirectory {
  readonly #store: BlobStore;
  readonly #caches: SharedCaches;
  readonly #onDamage: (layer: string, error: unknown) => void;
  readonly #entries = new Map<string, Entry>();
  #listing: Listing | undefined;
  /** What was reported of each layer last: it is not worth saying at every listing. */
  readonly #reported = new Map<string, string>();

  constructor(options: {
    readonly store: BlobStore;
    readonly caches: SharedCaches;
    /** Told of a layer that a listing leaves out, once for each damage. */
    readonly onDamage: (layer: string, error: unknown) => void;
  }) {
    this.#store = options.store;
    this.#caches = options.caches;
    this.#onDamage = options.onDamage;
  }

  /** Throws: NotFoundError, for names no layer can have too; CorruptionError when its newest manifest is damaged. */
  async open(name: string): Promise<LayerReader> {
    checkName(name);
    const entry = this.#entries.get(name) ?? { checkedMs: Number.NEGATIVE_INFINITY };
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    evict(this.#entries);
    if (entry.reader !== undefined && isFresh(entry)) return entry.reader;
    entry.pending ??= this.#look(name, entry);
    return entry.pending;
  }

  /** The newest snapshot of a layer where that is known without a look at the store: after `open`, for a while. */
  fresh(name: string): LayerReader | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const ageMs = performance.now() - entry.checkedMs;
    if (ageMs >= FRESH_MS) return undefined;
    // Ahead of need, so that a layer in constant use stays known however long a look takes on a busy machine.
    if (ageMs > FRESH_MS / 4 && entry.pending === undefined) {
      entry.pending = this.#look(name, entry);
      // Whoever opens the layer next hears of it.
      entry.pending.catch(() => {});
    }
    return entry.reader;
  }

  /** All layers that can be read, by name; the others are reported and left out. One look serves all for a while. */
  openAll(): Promise<readonly LayerReader[]> {
    if (this.#listing !== undefined && performance.now() < this.#listing.untilMs)
      return this.#listing.readers;
    // While the list is made nobody has to make another.
    const listing: Listing = { untilMs: Number.POSITIVE_INFINITY, readers: this.#openEach(() => listing) };
    this.#listing = listing;
    listing.readers.catch(() => {
      listing.untilMs = 0;
    });
    return listing.readers;
  }

  /** The list is as old as the oldest of its members. */
  async #openEach(listing: () => Listing): Promise<LayerReader[]> {
    const startedMs = performance.now();
    const names = await this.names();
    const readers = new Map<string, LayerReader>();
    const queue = names.values();
    const work = async () => {
      for (const name of queue) {
        const reader = await this.#openOrReport(name);
        if (reader !== undefined) readers.set(name, reader);
      }
    };
    await Promise.all(Array.from({ length: OPENERS }, work));
    const checkedMs = names.map((name) => this.#entries.get(name)?.checkedMs ?? startedMs);
    // One that has left something out is not kept: what is mended shows at once.
    const isWhole = readers.size === names.length;
    const keptMs = isWhole ? FRESH_MS : Number.NEGATIVE_INFINITY;
    listing().untilMs = keptMs + checkedMs.reduce((a, b) => Math.min(a, b), startedMs);
    return names.flatMap((name) => readers.get(name) ?? []);
  }

  /** Names of the store's folders of layers, sorted; some may not be readable. */
  async names(): Promise<string[]> {
    return this.#store.listNames('layers/');
  }

  async #look(name: string, entry: Entry): Promise<LayerReader> {
    const startedMs = performance.now();
    try {
      const reader = await (entry.reader?.refresh() ?? LayerReader.open(this.#store, name, this.#caches));
      entry.reader = reader;
      entry.checkedMs = startedMs;
      return reader;
    } catch (error) {
      // A layer that is gone or damaged is never served from memory.
      this.#entries.delete(name);
      throw error;
    } finally {
      delete entry.pending;
    }
  }

  async #openOrReport(name: string): Promise<LayerReader | undefined> {
    try {
      const reader = await this.open(name);
      this.#reported.delete(name);
      return reader;
    } catch (error) {
      if (!(error instanceof NotFoundError)) this.#report(name, error);
      return undefined;
    }
  }

  /** The fields of an error name the manifest, and with it the sequence. */
  #report(name: string, error: unknown): void {
    const description = describeError(error);
    if (this.#reported.get(name) === description) return;
    this.#reported.set(name, description);
    evict(this.#reported);
    this.#onDamage(name, error);
  }
}

function isFresh({ checkedMs }: Entry): boolean {
  return performance.now() - checkedMs < FRESH_MS;
}

/** The least used go first. */
function evict(entries: Map<string, unknown>): void {
  for (const name of entries.keys()) {
    if (entries.size <= MAX_READERS) return;
    entries.delete(name);
  }
}

function checkName(name: string): void {
  try {
    parseLayerName(name);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new NotFoundError('no such layer', { layer: name.slice(0, 80) }, { cause: error });
  }
}
