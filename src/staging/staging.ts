/** One value waiting: `run` and `index` say where it goes, `order` sorts values of one index. */
export interface StagedValue {
  readonly run: number;
  readonly index: number;
  /** Up to 2 ** 32 - 1 each; compared in turn. */
  readonly order: readonly [number, number];
  readonly bytes: Uint8Array;
}

/** Values that arrive in any order and leave sorted by (run, index, order). */
export interface Staging {
  /** Bytes now held in memory; the rest waits on disk. */
  readonly memoryBytes: number;
  put(value: StagedValue, signal?: AbortSignal): Promise<void>;
  /** All values of one run, sorted. Each is checked against its own checksum (CorruptionError). */
  drain(run: number, signal?: AbortSignal): AsyncIterable<StagedValue>;
  /** Closes and removes whatever is on disk. */
  destroy(): Promise<void>;
}
