import { availableParallelism } from 'node:os';
import type { CellBuffers } from './cell-buffers.js';
import { EncodingThreads } from './encoding-threads.js';
import { type TileEncoder, workOnTile } from './tile-work.js';

/** Below this many bytes of cells a thread takes longer to start than it saves. */
const MIN_BYTES_FOR_THREADS = 48 * 2 ** 20;
/** Tiles at once without threads: enough to keep the compression threads busy. */
const LANES = 4;
/** A thread takes some fifty megabytes for itself: too much beside less memory than this for what it works on. */
const MIN_QUEUE_BYTES = 32 * 2 ** 20;
/** More threads than these wait for the one that reads. */
const MAX_THREADS = 4;

/**
 * Threads where there is enough to do for them, else this thread and its compression threads. What comes out is the
 * same. The memory of tiles that are done goes to `buffers`.
 */
export function openTileEncoder({
  sourceBytes,
  queueBytes,
  buffers,
}: {
  readonly sourceBytes: number;
  /** For tiles that wait for a thread: the last map of a time tile completes a great many at once. */
  readonly queueBytes: number;
  readonly buffers: CellBuffers;
}): TileEncoder {
  const threads = Math.min(MAX_THREADS, availableParallelism());
  const isWorthwhile = sourceBytes >= MIN_BYTES_FOR_THREADS && queueBytes >= MIN_QUEUE_BYTES;
  if (isWorthwhile) {
    return new EncodingThreads(threads, { queueBytes, buffers });
  }
  return {
    lanes: () => LANES,
    work: async (key, cells, work) => {
      const worked = await workOnTile(key, cells, work);
      buffers.give(cells);
      return worked;
    },
    close: async () => undefined,
  };
}
