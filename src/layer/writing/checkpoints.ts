import type { SegmentEntry } from '../../catalog/index.js';
import type { Staging } from '../../staging/index.js';
import { graceSignal } from './grace-signal.js';
import { encodeNotes, type SavedRun, type SavedWrite, type StagePosition } from './saved-write.js';

/** What the last checkpoint of a write that is stopped may take. */
const GRACE_MS = 600;
/** A checkpoint that took long is not followed by another one soon. */
const PAUSE_FACTOR = 10;

/** What a write is continued from, and how often it notes how far it is. */
export interface CheckpointOptions {
  readonly staging: Staging;
  /** Between checkpoints; 0 after every step, undefined when nothing is ever to be continued. */
  readonly intervalMs: number | undefined;
  readonly write: SavedWrite;
  readonly runs: ReadonlyMap<number, SavedRun>;
  /** True when `write` and `runs` come from a checkpoint. */
  readonly isSaved: boolean;
  readonly signal: AbortSignal | undefined;
}

/** How far a write is, noted from time to time where a later process finds it. */
export class Checkpoints {
  /** Of the work that a checkpoint needs to be consistent: it outlives the stop of the write for a moment. */
  readonly signal: AbortSignal | undefined;
  readonly #staging: Staging;
  readonly #intervalMs: number | undefined;
  readonly #runs: Map<number, SavedRun>;
  readonly #changed = new Set<number>();
  #write: SavedWrite;
  #isSaved: boolean;
  #dueMs: number;

  constructor({ staging, intervalMs, write, runs, isSaved, signal }: CheckpointOptions) {
    this.signal = intervalMs === undefined ? signal : graceSignal(signal, GRACE_MS);
    this.#staging = staging;
    this.#intervalMs = intervalMs;
    this.#write = write;
    this.#runs = new Map(runs);
    this.#isSaved = isSaved;
    this.#dueMs = performance.now() + (intervalMs ?? Number.POSITIVE_INFINITY);
  }

  /** True when a later process can continue from what is on disk. */
  get isSaved(): boolean {
    return this.#isSaved;
  }

  get position(): StagePosition {
    return this.#write.position;
  }

  /** Cells of the source that are staged. */
  get cells(): number {
    return this.#write.cells;
  }

  /** The segments of a run so far. */
  run(number: number): SavedRun | undefined {
    return this.#runs.get(number);
  }

  /** One that is cheap is due when half the time has passed. */
  isDue(isCheap = false): boolean {
    const earlyMs = isCheap ? (this.#intervalMs ?? 0) / 2 : 0;
    return performance.now() >= this.#dueMs - earlyMs;
  }

  /** Everything up to `position` is in staging, and nothing beyond it. */
  advance(position: StagePosition, cells = this.#write.cells): void {
    this.#write = { ...this.#write, position, cells };
  }

  /** Another segment of a run is in the store. */
  addSegment(run: { number: number; folder: string }, segment: SegmentEntry, tiles: number): void {
    const known = this.#runs.get(run.number);
    this.#setRun(run.number, {
      folder: run.folder,
      segments: [...(known?.segments ?? []), segment],
      tiles: [...(known?.tiles ?? []), tiles],
      isWhole: false,
    });
  }

  /** No more segments of a run will come. */
  finishRun({ number, folder }: { number: number; folder: string }): void {
    const known = this.#runs.get(number) ?? { folder, segments: [], tiles: [] };
    this.#setRun(number, { ...known, isWhole: true });
  }

  /** Puts how far the write is where a later process finds it. Nothing may be put into staging meanwhile. */
  async save(): Promise<void> {
    const startMs = performance.now();
    const runs = [...this.#changed].map((number) => [number, this.#runs.get(number)!] as const);
    await this.#staging.checkpoint(encodeNotes(this.#write, runs), this.signal);
    this.#changed.clear();
    this.#isSaved = true;
    const endMs = performance.now();
    const intervalMs = this.#intervalMs ?? Number.POSITIVE_INFINITY;
    const pauseMs = Math.max(intervalMs, PAUSE_FACTOR * (endMs - startMs));
    this.#dueMs = intervalMs === 0 ? endMs : endMs + pauseMs;
  }

  /** A last checkpoint when the write is stopped; where it does not succeed in time the one before it stands. */
  async saveAtStop(): Promise<void> {
    if (this.#intervalMs !== undefined) await this.save().catch(() => undefined);
  }

  /** Before the manifest is created: from then on the segments may be a layer's. */
  async saveCommitting(): Promise<void> {
    this.#write = { ...this.#write, isCommitting: true };
    if (this.#isSaved) await this.save();
  }

  #setRun(number: number, run: SavedRun): void {
    this.#runs.set(number, run);
    this.#changed.add(number);
  }
}
