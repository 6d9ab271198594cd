import type { ByteRange } from '../bytes/index.js';

export interface BlobOptions {
  readonly signal?: AbortSignal;
}

export interface DeleteOptions extends BlobOptions {
  /** No power cut brings the blob back once the promise resolves, nor those deleted from its folder before. */
  readonly isDurable?: boolean;
}

export interface SweepOptions extends BlobOptions {
  /** Younger remains are left alone: their put may still be running. */
  readonly olderThanMs: number;
}

/** The names of `BlobStore.link`. */
export interface BlobLink {
  readonly from: string;
  readonly to: string;
}

export interface BlobInfo {
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** An open blob for repeated ranged reads. Its bytes never change while it is open. */
export interface BlobHandle {
  readonly path: string;
  readonly sizeBytes: number;
  /** Exactly the asked bytes in a buffer of its own; CorruptionError when the blob is shorter. */
  read(range: ByteRange, options?: BlobOptions): Promise<Uint8Array>;
  /**
   * The same at once, while the process waits: for small reads, as a promise costs more than they do. Absent where
   * they may take long. The bytes are nobody else's, but may lie in a larger buffer.
   */
  readSync?(range: ByteRange): Uint8Array;
  close(): Promise<void>;
}

/**
 * Named bytes. Paths are `/`-separated names of [A-Za-z0-9._~=+,-], no empty, `.` or `..` part; anything
 * else is InvalidArgumentError. A put is atomic and durable when its promise resolves: a reader sees all
 * of it or none. A missing blob is NotFoundError, a refusing disk UnavailableError naming the path.
 */
export interface BlobStore {
  /** For messages: the directory or URL. */
  readonly location: string;
  get(path: string, options?: BlobOptions): Promise<Uint8Array>;
  getRange(path: string, range: ByteRange, options?: BlobOptions): Promise<Uint8Array>;
  open(path: string, options?: BlobOptions): Promise<BlobHandle>;
  stat(path: string, options?: BlobOptions): Promise<BlobInfo | undefined>;
  /** `chunks` are written one after the other as one blob; an existing blob is replaced. */
  put(path: string, chunks: readonly Uint8Array[], options?: BlobOptions): Promise<void>;
  /**
   * False when the blob exists already; then nothing changed, and what exists is durable. The only primitive a
   * commit needs. A power cut that leaves the blob leaves what could be seen in its folder before, too.
   */
  putIfAbsent(path: string, chunks: readonly Uint8Array[], options?: BlobOptions): Promise<boolean>;
  /**
   * Gives the bytes of `from` a second name; false when `to` exists already. Where the store can, both names
   * share the bytes; neither sees what is put under the other later. `from` counts as modified now.
   */
  link(names: BlobLink, options?: BlobOptions): Promise<boolean>;
  /** Blobs whose path starts with `prefix` (a whole folder path ending in `/`, or ''), sorted by path. */
  list(prefix: string, options?: BlobOptions): AsyncIterable<BlobInfo>;
  /** Names directly below a folder, without reading what is below them; sorted. */
  listNames(folder: string, options?: BlobOptions): Promise<string[]>;
  /** Deleting what is not there is no error. */
  delete(path: string, options?: DeleteOptions): Promise<void>;
  /** Removes what puts that never ended left below `prefix`; how many. No listing shows it, nothing else removes it. */
  sweep(prefix: string, options: SweepOptions): Promise<number>;
}
