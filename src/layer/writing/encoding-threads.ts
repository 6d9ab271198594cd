import type { TileKey } from '../../grid/index.js';
import type { Cells } from '../../raster/index.js';
import { leastBusy, WorkerCalls, workerScript } from '../../threads/index.js';
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
    return leastBusy(this.#threads).work(key, cells, work);
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** A thread that encodes, and what of the works it knows. */
class EncodingThread {
  readonly #calls: WorkerCalls<EncodingRequest, EncodingReply>;
  readonly #buffers: CellBuffers;
  readonly #works = new Map<TileWork, number>();

  constructor(buffers: CellBuffers) {
    this.#buffers = buffers;
    const code = workerScript(import.meta.url, 'encoding-worker');
    this.#calls = new WorkerCalls({ code, task: 'encodes tiles' });
  }

  get waiting(): number {
    return this.#calls.waiting;
  }

  async work(key: TileKey, cells: Cells, work: TileWork): Promise<WorkedTile> {
    const number = this.#numberOf(work);
    const own = ownsMemory(cells) ? cells : (cells.slice() as Cells);
    const transfer = [own.buffer as ArrayBuffer];
    const reply = await this.#calls.call((id) => ({ kind: 'tile', id, number, key, cells: own }), transfer);
    if (reply.kind === 'failed') return workOnTile(key, reply.cells, work);
    this.#buffers.give(reply.cells);
    return reply.tile;
  }

  async close(): Promise<void> {
    await this.#calls.close();
  }

  #numberOf(work: TileWork): number {
    const known = this.#works.get(work);
    if (known !== undefined) return known;
    const number = this.#works.size;
    this.#works.set(work, number);
    this.#calls.tell({ kind: 'work', number, work });
    return number;
  }
}

function ownsMemory({ buffer, byteLength }: Cells): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
}
