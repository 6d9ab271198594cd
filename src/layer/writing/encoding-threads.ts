import { Worker } from 'node:worker_threads';
import { UnavailableError } from '../../errors/index.js';
import type { TileKey } from '../../grid/index.js';
import type { Cells } from '../../raster/index.js';
import { workerScript } from '../../threads/index.js';
import type { CellBuffers } from './cell-buffers.js';
import type { EncodingReply, EncodingRequest } from './encoding-protocol.js';
import { type TileEncoder, type TileWork, type WorkedTile, workOnTile } from './tile-work.js';

/** Tiles a thread has at the least: the one it works on, and the next. */
const TILES_PER_THREAD = 2;

/** Encodes tiles in threads of its own, each with a small heap that is cheap to collect. */
export class EncodingThreads implements TileEncoder {
  readonly #queueBytes: number;
  readonly #threads: EncodingThread[];

  constructor(
    count: number,
    { queueBytes, buffers }: { readonly queueBytes: number; readonly buffers: CellBuffers },
  ) {
    this.#queueBytes = queueBytes;
    this.#threads = Array.from({ length: count }, () => new EncodingThread(buffers));
  }

  lanes(tileBytes: number): number {
    return Math.max(this.#threads.length * TILES_PER_THREAD, Math.floor(this.#queueBytes / tileBytes));
  }

  work(key: TileKey, cells: Cells, work: TileWork): Promise<WorkedTile> {
    const [idlest] = [...this.#threads].sort((a, b) => a.waiting - b.waiting);
    return idlest!.work(key, cells, work);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

interface Waiting {
  readonly key: TileKey;
  readonly work: TileWork;
  readonly resolve: (tile: WorkedTile) => void;
  readonly reject: (error: unknown) => void;
}

class EncodingThread {
  readonly #worker: Worker;
  readonly #buffers: CellBuffers;
  readonly #works = new Map<TileWork, number>();
  readonly #waiting = new Map<number, Waiting>();
  #failure: unknown;
  #nextId = 0;

  constructor(buffers: CellBuffers) {
    this.#buffers = buffers;
    const { script, isCode } = workerScript(import.meta.url, 'encoding-worker');
    this.#worker = new Worker(script, { eval: isCode, execArgv: [] });
    this.#worker.on('message', (reply: EncodingReply) => this.#take(reply));
    this.#worker.on('error', (cause) =>
      this.#fail(new UnavailableError('a thread that encodes tiles failed', {}, { cause })),
    );
    this.#worker.on('messageerror', (cause) =>
      this.#fail(new UnavailableError('a thread that encodes tiles cannot be understood', {}, { cause })),
    );
    this.#worker.on('exit', () => this.#fail(new UnavailableError('a thread that encodes tiles ended')));
    // Only what waits for it keeps the process alive.
    this.#worker.unref();
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  work(key: TileKey, cells: Cells, work: TileWork): Promise<WorkedTile> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const number = this.#numberOf(work);
    const id = this.#nextId++;
    const own = ownsMemory(cells) ? cells : (cells.slice() as Cells);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { key, work, resolve, reject });
      this.#worker.ref();
      this.#post({ kind: 'tile', id, number, key, cells: own }, [own.buffer as ArrayBuffer]);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #numberOf(work: TileWork): number {
    const known = this.#works.get(work);
    if (known !== undefined) return known;
    const number = this.#works.size;
    this.#works.set(work, number);
    this.#post({ kind: 'work', number, work }, []);
    return number;
  }

  #post(request: EncodingRequest, transfer: readonly ArrayBuffer[]): void {
    this.#worker.postMessage(request, transfer);
  }

  #take(reply: EncodingReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.kind === 'failed') {
      if (waiting) workOnTile(waiting.key, reply.cells, waiting.work).then(waiting.resolve, waiting.reject);
      return;
    }
    this.#buffers.give(reply.cells);
    waiting?.resolve(reply.tile);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

function ownsMemory({ buffer, byteLength }: Cells): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
}
