import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { ServerProcess } from './server-process.js';

const CLIENT = resolve(import.meta.dirname, 'load-client.ts');

/** Requests to be made by so many connections, each asking again as soon as it is answered. */
export interface Load {
  readonly address: string;
  /** Asked in turn from number `firstPath` on, and from the first again after the last. */
  readonly paths: readonly string[];
  readonly firstPath: number;
  readonly connections: number;
  /** No request begins later; those under way are waited for. */
  readonly seconds: number;
  readonly maxRequests: number;
  /** Of one request. */
  readonly timeoutMs: number;
}

/** What the clients of a load saw; times and means are of the answers that were 200. */
export interface LoadResult {
  readonly connections: number;
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Mean bytes of an answer. */
  readonly bytes: number;
  /** Mean tiles and bytes read for an answer, where the server says so. */
  readonly tiles: number;
  readonly bytesRead: number;
  /** Statuses that are not 200, and names of errors. */
  readonly failures: readonly string[];
}

/** What the clients saw, and what the server took meanwhile. */
export interface MeasuredLoad extends LoadResult {
  /** CPU time of the server for an answer. */
  readonly cpuMs: number;
}

/** Clients in a process of their own, so that what they take does not hold up whoever measures. */
export class LoadClient {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(CLIENT, { execArgv: process.execArgv });
  }

  /** One load at a time. Throws when an answer is not 200. */
  async measure(server: ServerProcess, load: Omit<Load, 'address'>): Promise<MeasuredLoad> {
    const before = server.cpuMs();
    const result = await this.#run({ ...load, address: server.address });
    if (result.failures.length > 0) {
      throw new Error(`${result.failures.join(', ')} from ${server.address}${load.paths[0]!.slice(0, 200)}`);
    }
    return { ...result, cpuMs: (server.cpuMs() - before) / result.requests };
  }

  #run(load: Load): Promise<LoadResult> {
    return new Promise((done, fail) => {
      const ended = () => fail(new Error('the clients ended'));
      this.#child.once('exit', ended);
      this.#child.once('message', (result: LoadResult) => {
        this.#child.off('exit', ended);
        done(result);
      });
      this.#child.send(load);
    });
  }

  stop(): void {
    this.#child.kill();
  }
}
