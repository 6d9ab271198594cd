import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlannedWork } from '../../edr/index.js';
import { newestCaching } from './caching.js';
import { entityTag, matchTag, type TagMatch } from './etag.js';

/** How long the phases of an answer took, as Server-Timing says it. The first starts now, each other as one ends. */
export class PhaseTimes {
  readonly #startedMs = performance.now();
  #phaseMs = this.#startedMs;
  #text = '';

  end(name: string): void {
    this.#text += `${this.#text === '' ? '' : ', '}${duration(name, this.#phaseMs)}`;
    this.#phaseMs = performance.now();
  }

  get text(): string {
    return this.#text;
  }

  /** All time since the start. */
  total(): string {
    return duration('total', this.#startedMs);
  }
}

/** The headers of a tag, and of how long a copy may be used. */
export function tagHeaders(
  tag: string,
  caching: string = newestCaching,
): { readonly etag: string; readonly 'cache-control': string } {
  return { etag: tag, 'cache-control': caching };
}

/** Planned work, as Tilecurve-Work says it. */
export function workText({ segments, tiles, bytes }: PlannedWork): string {
  return `segments=${segments};tiles=${tiles};bytes=${bytes}`;
}

/** What an answer from data says of itself in its headers, the same on every route: tag, caching, times and work. */
export class DataReply {
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #times = new PhaseTimes();

  /** The time of planning starts now. */
  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#reply = reply;
  }

  /** Tags the answer with what decides its bytes, and says whether the client has it. */
  tag(parts: readonly string[], caching?: string): TagMatch {
    const tag = entityTag(parts);
    this.#reply.headers(tagHeaders(tag, caching));
    return matchTag(this.#request.headers['if-none-match'], tag);
  }

  /** Planning has ended. */
  plan(work: PlannedWork): void {
    this.#reply.header('Tilecurve-Work', workText(work));
    this.#endPhase('plan');
  }

  /** Reading has ended, or has come as far as the headers can tell. */
  read(): void {
    this.#endPhase('read');
  }

  /** The whole time, after the last byte of a stream. */
  addTrailer(): void {
    this.#reply.trailer('server-timing', async () => this.#times.total());
  }

  #endPhase(name: string): void {
    this.#times.end(name);
    this.#reply.header('Server-Timing', this.#times.text);
  }
}

function duration(name: string, sinceMs: number): string {
  return `${name};dur=${(performance.now() - sinceMs).toFixed(1)}`;
}
