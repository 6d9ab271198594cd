import { Worker } from 'node:worker_threads';
import { describeError, UnavailableError } from '../../errors/index.js';
import { workerScript } from '../../threads/index.js';
import type { TileAddress } from '../tile-matrix-set.js';
import type { DrawingReply, DrawingRequest, DrawingSetup } from './drawing-protocol.js';
import type { DrawnTile } from './tile-drawer.js';

/** Draws tiles in threads that read the layer by themselves. */
export class DrawingThreads {
  readonly #threads: readonly DrawingThread[];

  constructor(count: number, setup: DrawingSetup) {
    this.#threads = Array.from({ length: count }, () => new DrawingThread(setup));
  }

  /** How many there are. */
  get count(): number {
    return this.#threads.length;
  }

  /** The tiles, drawn by the thread that has least to do; undefined when it could not draw one of them. Throws: UnavailableError once a thread has ended. */
  draw(tiles: readonly TileAddress[]): Promise<readonly DrawnTile[] | undefined> {
    const [idlest] = [...this.#threads].sort((a, b) => a.waiting - b.waiting);
    return idlest!.draw(tiles);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

interface Waiting {
  readonly resolve: (tiles: readonly DrawnTile[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}

class DrawingThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #failure: unknown;
  #nextId = 0;

  constructor(setup: DrawingSetup) {
    const { script, isCode } = workerScript(import.meta.url, 'drawing-worker');
    this.#worker = new Worker(script, { workerData: setup, eval: isCode, execArgv: [] });
    this.#worker.on('message', (reply: DrawingReply) => this.#take(reply));
    const fail = (cause: unknown) =>
      this.#fail(
        new UnavailableError('a thread that draws tiles failed', { cause: describeError(cause) }, { cause }),
      );
    this.#worker.on('error', fail);
    this.#worker.on('messageerror', fail);
    this.#worker.on('exit', () => this.#fail(new UnavailableError('a thread that draws tiles ended')));
    // Only what waits for it keeps the process alive.
    this.#worker.unref();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  draw(tiles: readonly TileAddress[]): Promise<readonly DrawnTile[] | undefined> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ id, tiles } satisfies DrawingRequest);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(reply: DrawingReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.resolve(reply.kind === 'done' ? reply.tiles : undefined);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
