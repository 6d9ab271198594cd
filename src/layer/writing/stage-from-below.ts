import type { Manifest } from '../../catalog/index.js';
import { createKeyIndex } from '../../curve/index.js';
import type { TileKey } from '../../grid/index.js';
import { levelKeys, stageLevel } from '../levels/stage-level.js';
import { LayerReader } from '../reading/layer-reader.js';
import { isStopped, startOf, type WriteJob } from './write-job.js';

/** Makes every tile of the level above the highest of `pending`. */
export async function stageFromBelow(
  job: WriteJob,
  pending: Manifest,
  onTiles: (count: number) => void,
): Promise<void> {
  const { store, plan, staging, checkpoints } = job;
  const { grid, tileShape, levels: level } = pending;
  const keyIndex = createKeyIndex(plan.keyIndex, { grid, tileShape });
  const reader = new LayerReader(store, pending);
  try {
    for (const [number, parameter] of pending.parameters.entries()) {
      const start = startOf(job, level, number);
      const keys = new KeyCursor(levelKeys(parameter, { grid, tileShape, level }, plan.runs), onTiles);
      keys.skip(start?.steps ?? Number.POSITIVE_INFINITY);
      while (!keys.isDone) {
        const some = keys.until(() => isStopped(job) || checkpoints.isDue());
        const { runs } = plan;
        await stageLevel(parameter, some, { reader, runs, keyIndex, staging, signal: checkpoints.signal });
        checkpoints.advance({ level, parameter: number, steps: keys.taken, values: 0 });
        await saveWhenDue(job);
      }
      if (start) checkpoints.advance({ level, parameter: number + 1, steps: 0, values: 0 });
    }
  } finally {
    await reader.close();
  }
}

/** Keys of tiles, taken in portions. */
class KeyCursor {
  readonly #keys: Iterator<TileKey>;
  readonly #onTaken: (count: number) => void;
  taken = 0;
  isDone = false;

  constructor(keys: Iterable<TileKey>, onTaken: (count: number) => void) {
    this.#keys = keys[Symbol.iterator]();
    this.#onTaken = onTaken;
  }

  skip(count: number): void {
    while (!this.isDone && this.taken < count) this.#next();
  }

  /** At least one key, while there are any; `isEnough` is asked after each. */
  *until(isEnough: () => boolean): Generator<TileKey> {
    do {
      const key = this.#next();
      if (key) yield key;
    } while (!this.isDone && !isEnough());
  }

  #next(): TileKey | undefined {
    const next = this.#keys.next();
    if (next.done) {
      this.isDone = true;
      return undefined;
    }
    this.taken += 1;
    this.#onTaken(1);
    return next.value;
  }
}

async function saveWhenDue({ options, checkpoints }: WriteJob): Promise<void> {
  if (options.signal?.aborted) await checkpoints.saveAtStop();
  options.signal?.throwIfAborted();
  if (checkpoints.isDue()) await checkpoints.save();
}
