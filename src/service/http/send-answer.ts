import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, noWork, type PlannedWork } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageFormat } from '../../formats/index.js';
import { type Crs, crsUri } from '../../grid/index.js';
import { newStats } from '../../layer/index.js';
import { pathPart } from '../route.js';
import { abortWithClient } from './abort-with-client.js';
import { baseUrl } from './base-url.js';
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
  reply.headers({ ...crsHeaders(plan.crs), ...fileHeaders(request, format) }).type(mediaType);
  if (request.method === 'HEAD') return reply.send();
  const primed = await readFirstBlock(answer);
  data.read();
  data.addTrailer();
  const address = baseUrl(request) + request.url;
  return reply.send(Readable.from(format.encode(primed, { signal, address }), { objectMode: false }));
}

/** Forms that are saved rather than shown come with a name for the file: the collection's and the query's. */
function fileHeaders(request: FastifyRequest, { extension }: CoverageFormat): Record<string, string> {
  if (extension === undefined) return {};
  const route = request.routeOptions.url ?? '';
  const query = route.split('/').findLast((part) => !part.startsWith(':'));
  const name = `${pathPart(request, 'collectionId')}-${query}.${extension}`;
  return { 'Content-Disposition': `attachment; filename="${name}"` };
}

/** A CRS known only by its definition has no URI to name. */
function crsHeaders(crs: Crs): Record<string, string> {
  return crs.id.startsWith('local:') ? {} : { 'Content-Crs': `<${crsUri(crs)}>` };
}
