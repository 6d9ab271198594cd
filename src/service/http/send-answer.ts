import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EdrPlan } from '../../edr/index.js';
import { encodeCoverageJson } from '../../formats/index.js';
import { crsUri } from '../../grid/index.js';
import { newStats } from '../../layer/index.js';
import { abortWithClient } from './abort-with-client.js';
import { entityTag, matchTag } from './etag.js';
import { readFirstBlock } from './first-block.js';

/** An answer to be sent: its plan, and what decides its bytes. */
export interface AnswerToSend {
  readonly plan: EdrPlan;
  readonly mediaType: string;
  readonly tagParts: readonly string[];
  readonly startedMs: number;
}

/**
 * Sends the answer of a plan as a stream: 304 before anything is read, 204 for no data, an error as long as the
 * first block of values is not there; a failure after that breaks the connection, so that it cannot pass for an end.
 */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { plan, mediaType, tagParts, startedMs }: AnswerToSend,
): Promise<FastifyReply> {
  const tag = entityTag(tagParts);
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept' });
  if (plan.kind === 'no-data') return reply.code(204).send();
  const match = matchTag(request.headers['if-none-match'], tag);
  if (match === 'same') return reply.code(304).send();
  const signal = abortWithClient(reply);
  const planMs = performance.now() - startedMs;
  const answer = await plan.open({ signal, stats: newStats() });
  if (answer === undefined) return reply.code(204).send();
  if (match === 'any') return reply.code(304).send();
  const { segments, tiles, bytes } = plan.work();
  reply.headers({
    // A CRS known only by its definition has no URI to name.
    ...(!plan.crs.id.startsWith('local:') && { 'Content-Crs': `<${crsUri(plan.crs)}>` }),
    'Tilecurve-Work': `segments=${segments};tiles=${tiles};bytes=${bytes}`,
  });
  if (request.method === 'HEAD')
    return reply
      .header('Server-Timing', timing({ plan: planMs }))
      .type(mediaType)
      .send();
  const readStartedMs = performance.now();
  const primed = await readFirstBlock(answer);
  const readMs = performance.now() - readStartedMs;
  reply.header('Server-Timing', timing({ plan: planMs, read: readMs }));
  reply.trailer('server-timing', async () => timing({ total: performance.now() - startedMs }));
  return reply
    .type(mediaType)
    .send(Readable.from(encodeCoverageJson(primed, { signal }), { objectMode: false }));
}

function timing(durations: Readonly<Record<string, number>>): string {
  return Object.entries(durations)
    .map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`)
    .join(', ');
}
