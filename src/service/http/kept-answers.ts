import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LayerReader } from '../../layer/index.js';
import type { LayerDirectory } from '../layer-directory.js';
import type { RequestTally } from '../request-tally.js';
import type { AnswerCache, KeptAnswer } from './answer-cache.js';
import { commonHeaders } from './common-headers.js';
import type { RequestLimit } from './request-limit.js';
import { FixedPart, headerLines, sendFirst, sendFixed, takesFixed, wasTaken } from './send-kept.js';

/** Headers of requests that answers depend on beside Accept, or that announce a body. */
const OTHER_HEADERS = new Set(['if-none-match', 'content-length', 'transfer-encoding']);
const commonLines = headerLines(commonHeaders);
const OTHER_LENGTHS = new Set([...OTHER_HEADERS].map(({ length }) => length));

/** What is needed to answer again without the framework. */
export interface KeptAnswersParts {
  readonly cache: AnswerCache;
  readonly layers: LayerDirectory;
  readonly limit: RequestLimit;
  readonly tally: RequestTally;
  readonly keepAliveMs: number;
  /** Answers a request that is not kept without waiting for anything, or leaves it to its route. */
  readonly answerAtOnce: (request: PlainRequest) => AnswerAtOnce | undefined;
}

/** A GET that asks for nothing beside its address and Accept. */
export interface PlainRequest {
  readonly url: string;
  readonly accept: string | undefined;
}

/** What a route answers with, and the reader that it was read with. */
export interface WholeAnswer {
  readonly layer: LayerReader;
  readonly body: Buffer;
}

/** A whole answer that no route was needed for. */
export interface AnswerAtOnce extends WholeAnswer {
  /** The route that would have made it, as metrics name it. */
  readonly route: string;
  /** Lines of those that not every answer has. */
  readonly headers: string;
  /** As Server-Timing says them. */
  readonly times: string;
}

/**
 * Sends whole answers again, ahead of the framework: the route decides once what an answer is, and as long as its
 * layer's snapshot is the newest, the same request has the same bytes, but for the date and the times. So it sends
 * first answers that need no waiting. Requests of any other kind, and all while the service closes, are left to the framework.
 */
export class KeptAnswers {
  readonly #parts: KeptAnswersParts;
  #isClosing = false;

  constructor(parts: KeptAnswersParts) {
    this.#parts = parts;
  }

  /** True when the request has been answered. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== 'GET' || this.#isClosing || !takesFixed(response)) return false;
    const name = nameOf(request);
    if (name === undefined) return false;
    const kept = this.#parts.cache.get(name);
    return kept === undefined
      ? this.#sendFirst(request, response, name)
      : this.#sendAgain(response, kept, name);
  }

  /** Sends a whole answer of status 200 that the snapshot, the address and Accept decide, and keeps it. */
  send(request: FastifyRequest, reply: FastifyReply, { layer, body }: WholeAnswer): FastifyReply {
    const { cache } = this.#parts;
    const name = request.method === 'GET' ? nameOf(request.raw) : undefined;
    if (name === undefined || !cache.takes(body.length)) return reply.send(body);
    const headers = reply.getHeaders();
    delete headers['server-timing'];
    const fixed = new FixedPart(headerLines(headers), body);
    const route = request.routeOptions.url!;
    cache.set(name, { layer: layer.manifest.layer, snapshot: layer.etag, route, fixed }, fixed.length);
    return reply.send(body);
  }

  /** From now on every request goes to the framework, which tells clients that the service closes. */
  stop(): void {
    this.#isClosing = true;
  }

  #sendAgain(response: ServerResponse, kept: KeptAnswer, name: string): boolean {
    const { cache, layers, limit, tally, keepAliveMs } = this.#parts;
    const snapshot = layers.fresh(kept.layer)?.etag;
    if (snapshot !== undefined && snapshot !== kept.snapshot) cache.delete(name);
    if (snapshot !== kept.snapshot || !limit.hasRoom) return false;
    const startedMs = performance.now();
    cache.countHit();
    sendFixed(response, kept.fixed, keepAliveMs);
    if (wasTaken(response)) {
      tally.count('GET', response, { route: kept.route, startedMs });
      return true;
    }
    limit.tryEnter(response);
    tally.watch('GET', response, () => kept.route);
    return true;
  }

  #sendFirst(request: IncomingMessage, response: ServerResponse, name: string): boolean {
    const { cache, limit, tally, keepAliveMs, answerAtOnce } = this.#parts;
    if (!limit.hasRoom) return false;
    const answer = answerAtOnce({ url: request.url!, accept: request.headers.accept });
    if (answer === undefined || !limit.tryEnter(response)) return false;
    const { layer, route, headers, body, times } = answer;
    tally.watch('GET', response, () => route);
    const fixed = new FixedPart(commonLines + headers, body);
    cache.set(name, { layer: layer.manifest.layer, snapshot: layer.etag, route, fixed }, fixed.length);
    sendFirst(response, fixed, { keepAliveMs, times });
    return true;
  }
}

/** What a request asks, for requests that ask plainly: its address, and Accept where it has one. */
function nameOf({ url, rawHeaders }: IncomingMessage): string | undefined {
  let accept: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i]!;
    if (length !== 6 && !OTHER_LENGTHS.has(length)) continue;
    const header = rawHeaders[i]!.toLowerCase();
    if (OTHER_HEADERS.has(header) || (header === 'accept' && accept !== undefined)) return undefined;
    if (header === 'accept') accept = rawHeaders[i + 1];
  }
  return accept === undefined ? url : `${accept}\n${url}`;
}
