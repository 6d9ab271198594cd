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
import { entityTag } from './etag.js';
import { readFirstBlock } from './first-block.js';
import type { SharedAnswers } from './shared-answers.js';

/** Values of an answer that is made whole, once for all who ask for it at once; larger ones are streamed to each. */
const MAX_SHARED_CELLS = 20_000;

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
  readonly shared: SharedAnswers;
}

type PlannedAnswer = EdrPlan & { readonly kind: 'answer' };

/**
 * Sends the answer of a plan: 304 before anything is read, 204 for no data. A small answer is whole or an error; a
 * large one is a stream, and an error as long as the first block of values is not there; a failure after that breaks
 * the connection, so that it cannot pass for an end.
 */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  { plan, work = noWork, format, mediaType, tagParts, data, shared }: AnswerToSend,
): Promise<FastifyReply> {
  const encoding = encodingOf(request, { plan, format });
  // Other bytes, another tag.
  const parts = encoding === undefined ? tagParts : [...tagParts, encoding];
  const match = data.tag(parts);
  reply.header('Vary', 'Accept, Accept-Encoding');
  if (plan.kind === 'answer' && match === 'same') return reply.code(304).send();
  data.plan(work);
  if (plan.kind === 'no-data') return reply.code(204).send();
  const signal = abortWithClient(reply);
  const form = { format, encoding };
  const isShared = plan.cells <= MAX_SHARED_CELLS && match === 'none' && request.method !== 'HEAD';
  const body = isShared
    ? await shared.get(entityTag(parts), signal, (stop) => makeWhole(plan, form, stop))
    : await openStream(plan, form, signal);
  if (body === undefined) return reply.code(204).send();
  if (match === 'any') return reply.code(304).send();
  reply.headers(crsHeaders(plan.crs)).type(mediaType);
  if (encoding !== undefined) reply.header('Content-Encoding', encoding);
  if (request.method === 'HEAD') return reply.send();
  if (Buffer.isBuffer(body)) {
    data.read();
    return reply.send(body);
  }
  const bytes = await body();
  data.read();
  data.addTrailer();
  return reply.send(bytes);
}

interface AnswerForm {
  readonly format: CoverageFormat;
  readonly encoding: ContentEncoding | undefined;
}

async function makeWhole(
  plan: PlannedAnswer,
  form: AnswerForm,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const stream = await openStream(plan, form, signal);
  return stream && Buffer.concat(await (await stream()).toArray());
}

/** A stream of the answer, to be begun; undefined when it has no data. */
async function openStream(
  plan: PlannedAnswer,
  { format, encoding }: AnswerForm,
  signal: AbortSignal,
): Promise<(() => Promise<Readable>) | undefined> {
  const answer = await plan.open({ signal, stats: newStats() });
  if (answer === undefined) return undefined;
  const refusal = format.refuse?.(answer);
  if (refusal !== undefined) throw new InvalidArgumentError(refusal, { parameter: 'f', found: format.token });
  return async () => {
    const primed = await readFirstBlock(answer);
    const bytes = Readable.from(format.encode(primed, { signal }), { objectMode: false });
    return encoding === undefined ? bytes : packed(bytes, encoding);
  };
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
