import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlannedWork } from '../../edr/index.js';
import { entityTag, matchTag, type TagMatch } from './etag.js';

/** What an answer from data says of itself in its headers, the same on every route: tag, caching, times and work. */
export class DataReply {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #startedMs = performance.now();
  readonly #durations: string[] = [];
  #phaseMs = this.#startedMs;

  /** The time of planning starts now. */
  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#reply = reply;
  }

  /** Tags the answer with what decides its bytes, and says whether the client has it. */
  tag(parts: readonly string[]): TagMatch {
    const tag = entityTag(parts);
    this.#reply.headers({ ETag: tag, 'Cache-Control': 'no-cache' });
    return matchTag(this.#request.headers['if-none-match'], tag);
  }

  /** Planning has ended. */
  plan({ segments, tiles, bytes }: PlannedWork): void {
    this.#reply.header('Tilecurve-Work', `segments=${segments};tiles=${tiles};bytes=${bytes}`);
    this.#endPhase('plan');
  }

  /** Reading has ended, or has come as far as the headers can tell. */
  read(): void {
    this.#endPhase('read');
  }

  /** The whole time, after the last byte of a stream. */
  addTrailer(): void {
    this.#reply.trailer('server-timing', async () => duration('total', this.#startedMs));
  }

  #endPhase(name: string): void {
    this.#durations.push(duration(name, this.#phaseMs));
    this.#phaseMs = performance.now();
    this.#reply.header('Server-Timing', this.#durations.join(', '));
  }
}

function duration(name: string, sinceMs: number): string {
  return `${name};dur=${(performance.now() - sinceMs).toFixed(1)}`;
}
