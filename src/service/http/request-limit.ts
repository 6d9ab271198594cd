import type { ServerResponse } from 'node:http';
import { hasGone } from './has-gone.js';
import { HttpProblem, retryAfterSeconds } from './problem.js';

/** Requests for data that a service answers at once unless it is told otherwise. */
export const defaultMaxConcurrent = 64;

/** Requests that wait for each one that is answered. */
const WAITING_PER_RUNNING = 4;

/** Bounds the requests that read data at once; a few more wait for their turn, in order of arrival. */
export class RequestLimit {
  readonly #limit: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when `tryEnter` would let a request in. */
  get hasRoom(): boolean {
    return this.#running < this.#limit;
  }

  /**
   * True when the request may be answered now. Its place is free again when the answer has ended or the client has
   * gone.
   */
  tryEnter(response: ServerResponse): boolean {
    if (!this.hasRoom) return false;
    this.#running++;
    this.#leaveWith(response);
    return true;
  }

  /**
   * Resolves when a request that could not enter at once may be answered.
   *
   * Throws: HttpProblem 429 when too many wait, or when the client went while waiting.
   */
  async enter(response: ServerResponse): Promise<void> {
    if (this.tryEnter(response)) return;
    if (this.#waiting.size >= this.#limit * WAITING_PER_RUNNING) throw tooMany();
    await this.#turn(response);
    this.#leaveWith(response);
  }

  #leaveWith(response: ServerResponse): void {
    if (hasGone(response)) this.#leave();
    else response.on('close', this.#leave);
  }

  #turn(raw: ServerResponse): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        raw.off('close', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(start);
        reject(tooMany());
      };
      this.#waiting.add(start);
      raw.once('close', giveUp);
    });
  }

  /** The place goes to who has waited longest. */
  readonly #leave = (): void => {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  };
}

function tooMany(): HttpProblem {
  return new HttpProblem(429, 'too many requests are being answered; try again', {
    headers: { 'Retry-After': retryAfterSeconds },
  });
}
