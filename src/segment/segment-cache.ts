import { LRUCache } from 'lru-cache';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import { CheckedFile, type Verification } from './checked-file.js';
import type { ExpectedSegment, SegmentIndex } from './segment-index.js';
import { createReader, readIndex, requireSize, type SegmentReader } from './segment-reader.js';

/** Bounds of a cache of open segments. */
export interface SegmentCacheOptions {
  /** Open files kept (default 256); files in use are never closed, so this many plus those. */
  readonly maxHandles?: number;
  /** Memory for parsed indexes (default 64 MiB); those in use come on top. */
  readonly maxIndexBytes?: number;
  /** When the checksums of records are compared (default `every-read`); docs/adr/0010 says what the other leaves unseen. */
  readonly verification?: Verification;
}

/** Counts since the cache was made, and what it holds now. */
export interface SegmentCacheStats {
  /** Files opened. */
  readonly opens: number;
  /** Leases that found the file open or being opened. */
  readonly hits: number;
  readonly handles: number;
  readonly indexBytes: number;
}

/** The right to use a reader until `release`, which may be called more than once. */
export interface SegmentLease {
  readonly reader: SegmentReader;
  release(): void;
}

/** One segment as the cache knows it, for whoever asks for it again and again. */
export interface CachedSegment {
  /** As `SegmentCache.lease`. */
  lease(options?: BlobOptions): Promise<SegmentLease>;
  /**
   * The reader when the file is open and its index known, else undefined; counts as a use. It is good until the
   * caller lets other work run: nothing closes a file in between.
   */
  openReader(): SegmentReader | undefined;
}

/** Open segments shared by all readers of a process. */
export interface SegmentCache {
  /**
   * A reader of the segment at `path`, opened once however many ask for it together. The signal ends this
   * caller's wait only. An open that failed is tried again by the next lease.
   */
  lease(
    store: BlobStore,
    path: string,
    expected: ExpectedSegment,
    options?: BlobOptions,
  ): Promise<SegmentLease>;
  /** The segment at `path`, open or not; nothing is read. */
  segment(store: BlobStore, path: string, expected: ExpectedSegment): CachedSegment;
  stats(): SegmentCacheStats;
  /** Closes all files; those leased when they are released. */
  close(): Promise<void>;
}

/** An LRU of open files beside an LRU of parsed indexes: closing a file does not forget its index. */
export function createSegmentCache(options: SegmentCacheOptions = {}): SegmentCache {
  return new LeasingCache(options);
}

/** A file open or being opened. `users` are leases and waiters. */
interface OpenFile {
  readonly key: string;
  readonly checked: Promise<CheckedFile>;
  /** The index being read or in use; dropped with the last user, so that only the LRU keeps it. */
  index: Promise<SegmentIndex> | undefined;
  /** Kept while the LRU keeps the index. */
  reader: SegmentReader | undefined;
  sizeBytes: number;
  users: number;
  isEvicted: boolean;
}

/** What it takes to open a segment. */
interface SegmentPlace {
  readonly key: string;
  readonly store: BlobStore;
  readonly path: string;
  readonly expected: ExpectedSegment;
}

// lru-cache makes one for each `get` without.
const touch = {};

class LeasingCache implements SegmentCache {
  /** All files that are open or being opened, evicted ones in use included: never two for one segment. */
  readonly #files = new Map<string, OpenFile>();
  readonly #recent: LRUCache<string, OpenFile>;
  readonly #indexes: LRUCache<string, SegmentIndex>;
  readonly #storeNumbers = new WeakMap<BlobStore, number>();
  readonly #closing = new Set<Promise<void>>();
  readonly #verification: Verification | undefined;
  #stores = 0;
  #opens = 0;
  #hits = 0;
  #isClosed = false;

  constructor({ maxHandles = 256, maxIndexBytes = 64 * 2 ** 20, verification }: SegmentCacheOptions) {
    this.#verification = verification;
    this.#recent = new LRUCache({
      max: maxHandles,
      dispose: (file) => {
        file.isEvicted = true;
        this.#closeUnused(file);
      },
    });
    this.#indexes = new LRUCache({
      maxSize: maxIndexBytes,
      sizeCalculation: ({ sizeBytes }) => sizeBytes,
      dispose: (_, key) => {
        const file = this.#files.get(key);
        if (file !== undefined) file.reader = undefined;
      },
    });
  }

  lease(
    store: BlobStore,
    path: string,
    expected: ExpectedSegment,
    options?: BlobOptions,
  ): Promise<SegmentLease> {
    return this.segment(store, path, expected).lease(options);
  }

  segment(store: BlobStore, path: string, expected: ExpectedSegment): CachedSegment {
    const place = { key: this.#keyOf(store, path), store, path, expected };
    return { lease: (options) => this.#lease(place, options), openReader: () => this.#openReader(place) };
  }

  async #lease(place: SegmentPlace, { signal }: BlobOptions = {}): Promise<SegmentLease> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new InvalidArgumentError('segment cache is closed', { path: place.path });
    const file = this.#use(place);
    try {
      const reader = this.#awaitReader(file, place.expected);
      return this.#leaseOf(file, await (signal ? untilAborted(reader, signal) : reader));
    } catch (error) {
      this.#release(file);
      throw error;
    }
  }

  stats(): SegmentCacheStats {
    const { calculatedSize } = this.#indexes;
    return { opens: this.#opens, hits: this.#hits, handles: this.#files.size, indexBytes: calculatedSize };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#recent.clear();
    this.#indexes.clear();
    await Promise.all(this.#closing);
  }

  #openReader({ key, expected }: SegmentPlace): SegmentReader | undefined {
    const file = this.#files.get(key);
    // Whatever is out of the ordinary is for `lease`, and its errors.
    if (file?.reader === undefined || file.isEvicted || file.sizeBytes !== expected.sizeBytes)
      return undefined;
    this.#hits++;
    this.#recent.get(key, touch);
    this.#indexes.get(key, touch);
    return file.reader;
  }

  /** The file, with one more user from this moment on. */
  #use(place: SegmentPlace): OpenFile {
    const { key } = place;
    const known = this.#files.get(key);
    const file = known ?? this.#open(place);
    if (known) this.#hits++;
    file.users++;
    file.isEvicted = false;
    // Counted as a user first: adding a file may evict others, and at once this one.
    this.#recent.set(key, file);
    return file;
  }

  #open({ key, store, path }: SegmentPlace): OpenFile {
    this.#opens++;
    const checked = store.open(path).then((handle) => new CheckedFile(handle, this.#verification));
    const nothing = { index: undefined, reader: undefined, sizeBytes: 0 };
    const file: OpenFile = { key, checked, ...nothing, users: 0, isEvicted: false };
    this.#files.set(key, file);
    checked.catch(() => this.#forget(file));
    return file;
  }

  async #awaitReader(file: OpenFile, expected: ExpectedSegment): Promise<SegmentReader> {
    // A user of its own: should every caller give up, the file still stays open until its tail is read.
    file.users++;
    try {
      const checked = await file.checked;
      requireSize(checked.handle, expected);
      file.index ??= this.#loadIndex(file, checked, expected);
      const index = await file.index;
      return file.reader ?? createReader(checked, index);
    } finally {
      this.#release(file);
    }
  }

  async #loadIndex(file: OpenFile, checked: CheckedFile, expected: ExpectedSegment): Promise<SegmentIndex> {
    try {
      const index = this.#indexes.get(file.key) ?? (await readIndex(checked.handle, expected));
      this.#indexes.set(file.key, index);
      // An index larger than the LRU's bound is not kept.
      if (this.#indexes.peek(file.key) === index) file.reader ??= createReader(checked, index);
      file.sizeBytes = checked.handle.sizeBytes;
      return index;
    } catch (error) {
      file.index = undefined;
      this.#forget(file);
      throw error;
    }
  }

  #leaseOf(file: OpenFile, reader: SegmentReader): SegmentLease {
    let isReleased = false;
    const release = (): void => {
      if (!isReleased) this.#release(file);
      isReleased = true;
    };
    return { reader, release };
  }

  #release(file: OpenFile): void {
    file.users--;
    if (file.users === 0) file.index = undefined;
    this.#closeUnused(file);
  }

  /** Makes the next lease open the file anew; this one is closed when its last user is gone. */
  #forget(file: OpenFile): void {
    if (this.#files.get(file.key) !== file) return;
    this.#files.delete(file.key);
    this.#recent.delete(file.key);
  }

  #closeUnused(file: OpenFile): void {
    if (file.users > 0 || !file.isEvicted) return;
    if (this.#files.get(file.key) === file) this.#files.delete(file.key);
    this.#close(file);
  }

  #close(file: OpenFile): void {
    const closing = file.checked.then(
      ({ handle }) => handle.close(),
      // It never opened: whoever waited for it has the error.
      () => undefined,
    );
    this.#closing.add(closing);
    // A file that will not close is `close()`'s error while it lasts; no reader is harmed by it.
    const done = () => this.#closing.delete(closing);
    closing.then(done, done);
  }

  #keyOf(store: BlobStore, path: string): string {
    let number = this.#storeNumbers.get(store);
    if (number === undefined) {
      number = this.#stores++;
      this.#storeNumbers.set(store, number);
    }
    return `${number}:${path}`;
  }
}

/** The result, unless `signal` fires first. */
function untilAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
