import { leastBusy, WorkerCalls, workerScript } from '../../threads/index.js';
import type { TileAddress } from '../tile-matrix-set.js';
import type { DrawingReply, DrawingRequest, DrawingSetup } from './drawing-protocol.js';
import type { DrawnTile } from './tile-drawer.js';

/** Draws tiles in threads that read the layer by themselves. */
export class DrawingThreads {
  readonly #threads: readonly WorkerCalls<DrawingRequest, DrawingReply>[];

  constructor(count: number, setup: DrawingSetup) {
    const code = workerScript(import.meta.url, 'drawing-worker');
    this.#threads = Array.from(
      { length: count },
      () => new WorkerCalls<DrawingRequest, DrawingReply>({ code, data: setup, task: 'draws tiles' }),
    );
  }

  /** How many there are. */
  get count(): number {
    return this.#threads.length;
  }

  /**
   * The tiles, drawn by the thread that has least to do; undefined when it could not draw one of them.
   *
   * Throws: UnavailableError once that thread has ended.
   */
  async draw(tiles: readonly TileAddress[]): Promise<readonly DrawnTile[] | undefined> {
    const reply = await leastBusy(this.#threads).call((id) => ({ id, tiles }));
    return reply.kind === 'done' ? reply.tiles : undefined;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}
