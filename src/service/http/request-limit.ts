import type { FastifyReply } from 'fastify';
import { HttpProblem, retryAfterSeconds } from './problem.js';

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

  /**
   * Resolves when the request may be answered. Its place is free again when the answer has ended or the client has
   * gone.
   *
   * Throws: HttpProblem 429 when too many wait, or when the client went while waiting.
   */
  async enter({ raw }: FastifyReply): Promise<void> {
    if (this.#running < this.#limit) this.#running++;
    else if (this.#waiting.size < this.#limit * WAITING_PER_RUNNING) await this.#turn(raw);
    else throw tooMany();
    if (raw.destroyed) this.#leave();
    else raw.once('close', () => this.#leave());
  }

  #turn(raw: FastifyReply['raw']): Promise<void> {
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
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function tooMany(): HttpProblem {
  return new HttpProblem(429, 'too many requests are being answered; try again', {
    headers: { 'Retry-After': retryAfterSeconds },
  });
}
