import { CorruptionError, InvalidArgumentError } from '../errors/index.js';
import { type CheckpointRecord, encodeCheckpoint, type SequenceSpan } from './checkpoint-record.js';
import {
  compareEntries,
  decodeEntry,
  encodeEntry,
  isSamePlace,
  runBounds,
  type StagedEntry,
  sequenceOf,
} from './staged-entry.js';
import type { StagedValue, Staging, StagingNotes } from './staging.js';
import { StagingDatabase } from './staging-database.js';

// One batch.
const BATCH_BYTES = 2 ** 20;
// Two typed arrays and their places in a list, as measured on Node 20.
const ENTRY_OVERHEAD_BYTES = 400;

export interface StagingOptions {
  /** For what does not fit in memory: of this staging alone, created on demand; absent, a temporary one. */
  readonly directory?: string;
  readonly memoryBytes: number;
}

/**
 * An empty staging. Of several values with equal run, index and order the last put wins.
 *
 * Once `memoryBytes` would be passed everything moves to disk, and memory holds one batch at a time.
 * What a killed process left in `directory` is removed then; a living one is a ConflictError.
 */
export function openStaging(options: StagingOptions): Staging {
  return new SpillingStaging(options);
}

/** A staging over a database that has been opened, and its checkpoint. */
export class SpillingStaging implements Staging {
  readonly #options: StagingOptions;
  readonly #runs = new Map<number, StagedEntry[]>();
  readonly #written: Map<number, number>;
  // Since the last checkpoint.
  readonly #changed = new Set<number>();
  readonly #discarded: readonly SequenceSpan[];
  #memoryBytes = 0;
  #sequence: number;
  #database: StagingDatabase | undefined;
  #disk: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  // From the first spill on, so before the database is open.
  #isOnDisk: boolean;
  #isClosed = false;

  constructor(
    options: StagingOptions,
    reopened?: { readonly database: StagingDatabase; readonly record: CheckpointRecord },
  ) {
    this.#options = options;
    this.#database = reopened?.database;
    this.#isOnDisk = reopened !== undefined;
    this.#sequence = reopened?.record.sequence ?? 0;
    this.#discarded = reopened?.record.discarded ?? [];
    this.#written = new Map(reopened?.record.counts);
  }

  get memoryBytes(): number {
    return this.#memoryBytes;
  }

  async put(value: StagedValue, signal?: AbortSignal): Promise<void> {
    this.#check(signal);
    const entry = encodeEntry(value, this.#sequence);
    this.#sequence += 1;
    const run = this.#runs.get(value.run);
    if (run === undefined) this.#runs.set(value.run, [entry]);
    else run.push(entry);
    this.#memoryBytes += sizeOf(entry);
    const { memoryBytes } = this.#options;
    const limit = this.#isOnDisk ? Math.min(BATCH_BYTES, memoryBytes) : memoryBytes;
    if (this.#memoryBytes <= limit) return;
    this.#isOnDisk = true;
    await this.#inTurn(() => this.#spill());
  }

  async *drain(run: number, signal?: AbortSignal): AsyncGenerator<StagedValue> {
    this.#check(signal);
    let last: StagedEntry | undefined;
    for await (const entry of this.#sortedEntries(run, signal)) {
      // One that is superseded is checked, too: with a damaged key it may belong somewhere else.
      const value = last && decodeEntry(last, this.#location);
      if (value !== undefined && !isSamePlace(last!, entry)) yield value;
      signal?.throwIfAborted();
      last = entry;
    }
    if (last !== undefined) yield decodeEntry(last, this.#location);
  }

  async checkpoint(notes: StagingNotes, signal?: AbortSignal): Promise<void> {
    this.#check(signal);
    this.#isOnDisk = true;
    await this.#inTurn(async () => {
      const database = await this.#spill(signal);
      // Nothing is awaited between the last batch and this: every value put so far is in the log before it.
      const changed = [...this.#changed];
      this.#changed.clear();
      const record = {
        sequence: this.#sequence,
        discarded: this.#discarded,
        counts: this.#written,
        notes,
      };
      await database.writeNotes(encodeCheckpoint(record, changed));
    });
  }

  async close(): Promise<void> {
    if (await this.#end()) await this.#database?.close();
  }

  async destroy(): Promise<void> {
    if (await this.#end()) await this.#database?.destroy();
  }

  /** False when it had ended before. */
  async #end(): Promise<boolean> {
    if (this.#isClosed) return false;
    this.#isClosed = true;
    await this.#disk;
    this.#runs.clear();
    this.#memoryBytes = 0;
    return true;
  }

  get #location(): string {
    return this.#database?.location ?? 'memory';
  }

  #check(signal: AbortSignal | undefined): void {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new InvalidArgumentError('staging is closed', { path: this.#location });
    if (this.#failure !== undefined) throw this.#failure;
  }

  // A failed write may have lost values, so nothing of this staging is good after it.
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#disk.then(async () => {
      if (this.#failure !== undefined) throw this.#failure;
      try {
        return await work();
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    });
    this.#disk = done.catch(() => undefined);
    return done;
  }

  async #spill(signal?: AbortSignal): Promise<StagingDatabase> {
    const database = this.#database ?? (await StagingDatabase.create(this.#options.directory));
    this.#database = database;
    while (this.#runs.size > 0) {
      signal?.throwIfAborted();
      const batch = this.#takeBatch();
      await database.writeValues(batch.map(({ entry }) => entry));
      for (const { run, entry } of batch) {
        this.#written.set(run, (this.#written.get(run) ?? 0) + 1);
        this.#changed.add(run);
        this.#memoryBytes -= sizeOf(entry);
      }
    }
    return database;
  }

  #takeBatch(): { run: number; entry: StagedEntry }[] {
    const batch: { run: number; entry: StagedEntry }[] = [];
    let bytes = 0;
    for (const [run, entries] of this.#runs) {
      while (entries.length > 0 && bytes < BATCH_BYTES) {
        const entry = entries.pop()!;
        batch.push({ run, entry });
        bytes += sizeOf(entry);
      }
      if (entries.length > 0) break;
      this.#runs.delete(run);
    }
    return batch;
  }

  async *#sortedEntries(run: number, signal: AbortSignal | undefined): AsyncGenerator<StagedEntry> {
    const bounds = runBounds(run);
    if (!this.#isOnDisk) {
      yield* [...(this.#runs.get(run) ?? [])].sort(compareEntries);
      return;
    }
    const { values, expected } = await this.#inTurn(async () => {
      const database = await this.#spill();
      const values = database.openValues(bounds, (key) => !this.#isDiscarded(key));
      return { values, expected: this.#written.get(run) ?? 0 };
    });
    let found = 0;
    for await (const entry of values) {
      found += 1;
      yield entry;
      signal?.throwIfAborted();
    }
    // LevelDB steps over a block it cannot read, and says nothing when the run ends after it.
    if (found !== expected) {
      throw new CorruptionError('staged values are missing', { path: this.#location, run, expected, found });
    }
  }

  #isDiscarded(key: Uint8Array): boolean {
    if (this.#discarded.length === 0) return false;
    const sequence = sequenceOf(key);
    return this.#discarded.some((span) => isWithin(span, sequence));
  }
}

function isWithin([first, end]: SequenceSpan, sequence: number): boolean {
  return sequence >= first && sequence < end;
}

function sizeOf({ key, bytes }: StagedEntry): number {
  return key.length + bytes.length + ENTRY_OVERHEAD_BYTES;
}
