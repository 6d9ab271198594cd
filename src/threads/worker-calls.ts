import { type Transferable, Worker } from 'node:worker_threads';
import { describeError, UnavailableError } from '../errors/index.js';
import type { WorkerScript } from './worker-script.js';

/** What a thread is started with. */
export interface WorkerSetup {
  readonly code: WorkerScript;
  readonly data?: unknown;
  /** What it does, for errors: `draws tiles`. */
  readonly task: string;
}

/** What a thread answers with: the number of the request. */
export interface NumberedReply {
  readonly id: number;
}

interface Waiting<Reply> {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** A thread that answers requests, in any order; only what waits for it keeps the process alive. */
export class WorkerCalls<Request, Reply extends NumberedReply> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting<Reply>>();
  #failure: unknown;
  #nextId = 0;

  constructor({ code: { script, isCode }, data, task }: WorkerSetup) {
    this.#worker = new Worker(script, { workerData: data, eval: isCode, execArgv: [] });
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    const fail = (cause: unknown) =>
      this.#fail(
        new UnavailableError(`a thread that ${task} failed`, { cause: describeError(cause) }, { cause }),
      );
    this.#worker.on('error', fail);
    this.#worker.on('messageerror', fail);
    this.#worker.on('exit', () => this.#fail(new UnavailableError(`a thread that ${task} ended`)));
    this.#worker.unref();
  }

  /** How many requests wait for their answers. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Sends a request that has the number it is given. Throws: UnavailableError once the thread has failed or ended. */
  call(request: (id: number) => Request, transfer: readonly Transferable[] = []): Promise<Reply> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.tell(request(id), transfer);
    });
  }

  /** Sends what has no answer. */
  tell(message: Request, transfer: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  /** Ends the thread; what waits for it fails. */
  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    waiting?.resolve(reply);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}

/** The one that has least to do, of one at least. */
export function leastBusy<Thread extends { readonly waiting: number }>(threads: readonly Thread[]): Thread {
  return threads.reduce((least, one) => (one.waiting < least.waiting ? one : least));
}
