import { Worker } from 'node:worker_threads';
import {
  CorruptionError,
  type TilecurveError,
  UnavailableError,
  UnsupportedError,
} from '../../errors/index.js';
import { workerScript } from '../../threads/index.js';
import type { Hdf5Answers, Hdf5Reply, Hdf5Request, Hdf5Setup } from './hdf5-protocol.js';

// The most one answer takes is the time to read and inflate one chunk, or four megabytes of smaller ones.
const answerTimeoutMs = 30_000;
const maxScriptHeapMb = 256;

/**
 * A worker thread that reads one HDF5 file. One request at a time; a library that crashes or does not answer
 * ends with its thread, and every later request fails as that one did. Idle, it does not keep the process alive.
 */
export class Hdf5Client {
  private readonly path: string;
  private readonly worker: Worker;
  private failure: TilecurveError | undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(setup: Hdf5Setup) {
    this.path = setup.path;
    const { script, isCode } = workerScript(import.meta.url, 'hdf5-worker', 'h5wasm/node');
    this.worker = new Worker(script, {
      workerData: setup,
      eval: isCode,
      execArgv: [],
      // Never read, for reading them would keep the process alive; nothing is written there either.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: maxScriptHeapMb },
    });
    this.worker.on('error', (cause) => {
      this.failure ??= new CorruptionError(
        'HDF5 library failed on the file',
        { path: this.path, reason: cause.message.slice(0, 120) },
        { cause },
      );
    });
    this.worker.unref();
  }

  /** Throws: CorruptionError or UnsupportedError as the library says, UnavailableError when it does not answer. */
  async ask<K extends Hdf5Request['kind']>(
    request: Extract<Hdf5Request, { kind: K }>,
    signal?: AbortSignal,
  ): Promise<Hdf5Answers[K]> {
    signal?.throwIfAborted();
    const turn = this.last.then(() => this.exchange(request, signal));
    this.last = turn.catch(() => {});
    return (await turn) as Hdf5Answers[K];
  }

  async close(): Promise<void> {
    this.failure ??= new UnavailableError('source is closed', { path: this.path });
    await this.worker.terminate();
  }

  private async exchange(request: Hdf5Request, signal?: AbortSignal): Promise<unknown> {
    signal?.throwIfAborted();
    if (this.failure !== undefined) throw this.failure;
    const reply = await this.post(request);
    signal?.throwIfAborted();
    if (reply.kind === 'answer') return reply.answer;
    const Kind = reply.isDamage ? CorruptionError : UnsupportedError;
    const name = 'name' in request ? { array: request.name } : {};
    throw new Kind('HDF5 file cannot be read', { path: this.path, ...name, reason: reply.reason });
  }

  private post(request: Hdf5Request): Promise<Hdf5Reply> {
    const { worker } = this;
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('exit', onExit).unref();
      };
      const onMessage = (reply: Hdf5Reply) => {
        end();
        resolve(reply);
      };
      const onExit = () => {
        end();
        this.failure ??= new CorruptionError('HDF5 library failed on the file', { path: this.path });
        reject(this.failure);
      };
      const timer = setTimeout(() => {
        const fields = { path: this.path, timeoutMs: answerTimeoutMs };
        this.failure ??= new UnavailableError('HDF5 library does not answer', fields);
        void worker.terminate();
      }, answerTimeoutMs);
      worker.on('message', onMessage).on('exit', onExit).ref();
      worker.postMessage(request);
    });
  }
}
