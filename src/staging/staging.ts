/** One value waiting: `run` and `index` say where it goes, `order` sorts values of one index. */
export interface StagedValue {
  readonly run: number;
  readonly index: number;
  /** Up to 2 ** 32 - 1 each; compared in turn. */
  readonly order: readonly [number, number];
  /** They belong to the staging once they are put. */
  readonly bytes: Uint8Array;
}

/** Texts and numbers of the owner's own, by name, kept with a checkpoint. */
export type StagingNotes = ReadonlyMap<string, Uint8Array>;

/** Values that arrive in any order and leave sorted by (run, index, order). */
export interface Staging {
  /** Bytes now held in memory; the rest waits on disk. */
  readonly memoryBytes: number;
  put(value: StagedValue, signal?: AbortSignal): Promise<void>;
  /** All values of one run, sorted. Each is checked against its own checksum (CorruptionError). */
  drain(run: number, signal?: AbortSignal): AsyncIterable<StagedValue>;
  /**
   * Moves everything to disk and marks it there, together with `notes` (others stay as they are): after a kill at
   * any later moment `reopenStaging` finds just what the last checkpoint that was reached has.
   */
  checkpoint(notes: StagingNotes, signal?: AbortSignal): Promise<void>;
  /** Closes it and leaves on disk what the last checkpoint has. */
  close(): Promise<void>;
  /** Closes and removes whatever is on disk. */
  destroy(): Promise<void>;
}
