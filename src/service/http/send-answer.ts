import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, noWork, type PlannedWork } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageFormat } from '../../formats/index.js';
import { type Crs, crsUri } from '../../grid/index.js';
import { newStats } from '../../layer/index.js';
import { abortWithClient } from './abort-with-client.js';
import type { DataReply } from './data-reply.js';
import { readFirstBlock } from './first-block.js';
import { sendUnchanged } from './send-unchanged.js';

/** An answer to be sent: its plan, and what decides its bytes. */
export interface AnswerToSend {
  readonly plan: EdrPlan;
  /** Of the plan; absent when it has no data. */
  readonly work?: PlannedWork | undefined;
  readonly format: CoverageFormat;
  /** One of the format's. */
  readonly mediaType: string;
  readonly tagParts: readonly string[];
  readonly data: DataReply;
}

/**
 * Sends the answer of a plan as a stream: 304 before anything is read, 204 for no data, an error as long as the
 * first block of values is not there; a failure after that breaks the connection, so that it cannot pass for an end.
 */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { plan, work = noWork, format, mediaType, tagParts, data }: AnswerToSend,
): Promise<FastifyReply> {
  const match = data.tag(tagParts);
  reply.header('Vary', 'Accept');
  if (plan.kind === 'answer' && match === 'same') return sendUnchanged(request, reply);
  data.plan(work);
  if (plan.kind === 'no-data') return reply.code(204).send();
  const signal = abortWithClient(reply);
  const answer = await plan.open({ signal, stats: newStats() });
  if (answer === undefined) return reply.code(204).send();
  const refusal = format.refuse?.(answer);
  if (refusal !== undefined) throw new InvalidArgumentError(refusal, { parameter: 'f', found: format.token });
  if (match === 'any') return sendUnchanged(request, reply);
  reply.headers(crsHeaders(plan.crs)).type(mediaType);
  if (request.method === 'HEAD') return reply.send();
  const primed = await readFirstBlock(answer);
  data.read();
  data.addTrailer();
  return reply.send(Readable.from(format.encode(primed, { signal }), { objectMode: false }));
}

/** A CRS known only by its definition has no URI to name. */
function crsHeaders(crs: Crs): Record<string, string> {
  return crs.id.startsWith('local:') ? {} : { 'Content-Crs': `<${crsUri(crs)}>` };
}
