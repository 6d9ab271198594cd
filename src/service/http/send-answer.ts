import { pipeline, Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, noWork, type PlannedWork } from '../../edr/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { CoverageFormat } from '../../formats/index.js';
import { type Crs, crsUri } from '../../grid/index.js';
import { newStats } from '../../layer/index.js';
import { abortWithClient } from './abort-with-client.js';
import { type ContentEncoding, chooseEncoding, packerOf } from './content-encoding.js';
import type { DataReply } from './data-reply.js';
import { readFirstBlock } from './first-block.js';

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
  const encoding = encodingOf(request, { plan, format });
  // Other bytes, another tag.
  const match = data.tag(encoding === undefined ? tagParts : [...tagParts, encoding]);
  reply.header('Vary', 'Accept, Accept-Encoding');
  if (plan.kind === 'answer' && match === 'same') return reply.code(304).send();
  data.plan(work);
  if (plan.kind === 'no-data') return reply.code(204).send();
  const signal = abortWithClient(reply);
  const answer = await plan.open({ signal, stats: newStats() });
  if (answer === undefined) return reply.code(204).send();
  const refusal = format.refuse?.(answer);
  if (refusal !== undefined) throw new InvalidArgumentError(refusal, { parameter: 'f', found: format.token });
  if (match === 'any') return reply.code(304).send();
  reply.headers(crsHeaders(plan.crs)).type(mediaType);
  if (encoding !== undefined) reply.header('Content-Encoding', encoding);
  if (request.method === 'HEAD') return reply.send();
  const primed = await readFirstBlock(answer);
  data.read();
  data.addTrailer();
  const bytes = Readable.from(format.encode(primed, { signal }), { objectMode: false });
  return reply.send(encoding === undefined ? bytes : packed(bytes, encoding));
}

/** A few values are not worth it; a single packet takes them as they are. */
const MIN_PACKED_CELLS = 100;

function encodingOf(
  { headers }: FastifyRequest,
  { plan, format }: Pick<AnswerToSend, 'plan' | 'format'>,
): ContentEncoding | undefined {
  const isWorthwhile = plan.kind === 'answer' && plan.cells >= MIN_PACKED_CELLS && format.isText;
  return isWorthwhile ? chooseEncoding(headers['accept-encoding']) : undefined;
}

function packed(bytes: Readable, encoding: ContentEncoding): Readable {
  // A failure of either end breaks the other; the connection shows it.
  return pipeline(bytes, packerOf(encoding), () => undefined);
}

/** A CRS known only by its definition has no URI to name. */
function crsHeaders(crs: Crs): Record<string, string> {
  return crs.id.startsWith('local:') ? {} : { 'Content-Crs': `<${crsUri(crs)}>` };
}
