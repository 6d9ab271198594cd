import { LRUCache } from 'lru-cache';
import type { BlobHandle, BlobOptions, BlobStore } from '../blob/index.js';
import { InvalidArgumentError } from '../errors/index.js';
import type { ExpectedSegment, SegmentIndex } from './segment-index.js';
import { createReader, readIndex, requireSize, type SegmentReader } from './segment-reader.js';

/** Bounds of a cache of open segments. */
export interface SegmentCacheOptions {
  /** Open files kept (default 256); files in use are never closed, so this many plus those. */
  readonly maxHandles?: number;
  /** Memory for parsed indexes (default 64 MiB); those in use come on top. */
  readonly maxIndexBytes?: number;
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
  readonly handle: Promise<BlobHandle>;
  /** The index being read or in use; dropped with the last user, so that only the LRU keeps it. */
  index: Promise<SegmentIndex> | undefined;
  users: number;
  isEvicted: boolean;
}

class LeasingCache implements SegmentCache {
  /** All files that are open or being opened, evicted ones in use included: never two for one segment. */
  readonly #files = new Map<string, OpenFile>();
  readonly #recent: LRUCache<string, OpenFile>;
  readonly #indexes: LRUCache<string, SegmentIndex>;
  readonly #storeNumbers = new WeakMap<BlobStore, number>();
  readonly #closing = new Set<Promise<void>>();
  #stores = 0;
  #opens = 0;
  #hits = 0;
  #isClosed = false;

  constructor({ maxHandles = 256, maxIndexBytes = 64 * 2 ** 20 }: SegmentCacheOptions) {
    this.#recent = new LRUCache({
      max: maxHandles,
      dispose: (file) => {
        file.isEvicted = true;
        this.#closeUnused(file);
      },
    });
    this.#indexes = new LRUCache({ maxSize: maxIndexBytes, sizeCalculation: ({ sizeBytes }) => sizeBytes });
  }

  async lease(
    store: BlobStore,
    path: string,
    expected: ExpectedSegment,
    { signal }: BlobOptions = {},
  ): Promise<SegmentLease> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new InvalidArgumentError('segment cache is closed', { path });
    const file = this.#use(store, path);
    try {
      const reader = this.#openReader(file, expected);
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

  /** The file, with one more user from this moment on. */
  #use(store: BlobStore, path: string): OpenFile {
    const key = this.#keyOf(store, path);
    const known = this.#files.get(key);
    const file = known ?? this.#open(key, store, path);
    if (known) this.#hits++;
    file.users++;
    file.isEvicted = false;
    // Counted as a user first: adding a file may evict others, and at once this one.
    this.#recent.set(key, file);
    return file;
  }

  #open(key: string, store: BlobStore, path: string): OpenFile {
    this.#opens++;
    const handle = store.open(path);
    const file: OpenFile = { key, handle, index: undefined, users: 0, isEvicted: false };
    this.#files.set(key, file);
    handle.catch(() => this.#forget(file));
    return file;
  }

  async #openReader(file: OpenFile, expected: ExpectedSegment): Promise<SegmentReader> {
    // A user of its own: should every caller give up, the file still stays open until its tail is read.
    file.users++;
    try {
      const handle = await file.handle;
      requireSize(handle, expected);
      file.index ??= this.#loadIndex(file, handle, expected);
      return createReader(handle, await file.index);
    } finally {
      this.#release(file);
    }
  }

  async #loadIndex(file: OpenFile, handle: BlobHandle, expected: ExpectedSegment): Promise<SegmentIndex> {
    const known = this.#indexes.get(file.key);
    if (known) return known;
    try {
      const index = await readIndex(handle, expected);
      this.#indexes.set(file.key, index);
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
    const closing = file.handle.then(
      (handle) => handle.close(),
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
