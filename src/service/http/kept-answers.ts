import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LayerReader } from '../../layer/index.js';
import type { LayerDirectory } from '../layer-directory.js';
import type { RequestTally } from '../request-tally.js';
import type { AnswerCache } from './answer-cache.js';
import type { RequestLimit } from './request-limit.js';
import { fixedPart, sendFixed, takesFixed } from './send-kept.js';

/** Headers of requests that answers depend on beside Accept, or that announce a body. */
const OTHER_HEADERS = new Set(['if-none-match', 'content-length', 'transfer-encoding']);
const OTHER_LENGTHS = new Set([...OTHER_HEADERS].map(({ length }) => length));
/** Finding a kept answer takes no time that would show. */
const NO_TIME = 'plan;dur=0.0, read;dur=0.0';

/** What is needed to answer again without the framework. */
export interface KeptAnswersParts {
  readonly cache: AnswerCache;
  readonly layers: LayerDirectory;
  readonly limit: RequestLimit;
  readonly tally: RequestTally;
  readonly keepAliveMs: number;
}

/** What a route answers with, and the reader that it was read with. */
export interface WholeAnswer {
  readonly layer: LayerReader;
  readonly body: Buffer;
}

/**
 * Sends whole answers again, ahead of the framework: the route decides once what an answer is, and as long as its
 * layer's snapshot is the newest, the same request has the same bytes, but for the date and the times. Requests of
 * any other kind, and all while the service closes, are left to the framework.
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
    const { cache, layers, limit, tally, keepAliveMs } = this.#parts;
    const name = nameOf(request);
    const kept = name === undefined ? undefined : cache.get(name);
    if (kept === undefined) return false;
    const snapshot = layers.freshSnapshot(kept.layer);
    if (snapshot !== undefined && snapshot !== kept.snapshot) cache.delete(name!);
    if (snapshot !== kept.snapshot || !limit.tryEnter(response)) return false;
    tally.watch('GET', response, () => kept.route);
    cache.countHit();
    sendFixed(response, kept.fixed, keepAliveMs);
    return true;
  }

  /** Sends a whole answer of status 200 that the snapshot, the address and Accept decide, and keeps it. */
  send(request: FastifyRequest, reply: FastifyReply, { layer, body }: WholeAnswer): FastifyReply {
    const { cache } = this.#parts;
    const name = request.method === 'GET' ? nameOf(request.raw) : undefined;
    if (name === undefined || !cache.takes(body.length)) return reply.send(body);
    const headers = { ...reply.getHeaders(), 'server-timing': NO_TIME, 'content-length': body.length };
    cache.set(name, {
      layer: layer.manifest.layer,
      snapshot: layer.etag,
      route: request.routeOptions.url!,
      fixed: fixedPart(headers, body),
    });
    return reply.send(body);
  }

  /** From now on every request goes to the framework, which tells clients that the service closes. */
  stop(): void {
    this.#isClosing = true;
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
