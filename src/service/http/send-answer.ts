import type { FastifyReply, FastifyRequest } from 'fastify';
import { type EdrPlan, noWork, type PlannedWork } from '../../edr/index.js';
import type { CoverageFormat, EncodeOptions, FeaturePage } from '../../formats/index.js';
import { type Crs, crsUri } from '../../grid/index.js';
import { pathPart } from '../route.js';
import { abortWithClient } from './abort-with-client.js';
import { encodingFor, makeWhole, openStream, type PlannedAnswer } from './answer-body.js';
import { baseUrl } from './base-url.js';
import type { DataReply } from './data-reply.js';
import { entityTag } from './etag.js';
import { sendUnchanged } from './send-unchanged.js';
import type { SharedAnswers } from './shared-answers.js';

/** Values of an answer that is made whole, once for all who ask for it at once; larger ones are streamed to each. */
const MAX_SHARED_CELLS = 20_000;

const usualVary = 'Accept, Accept-Encoding';

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
  /** How long copies may be used; that of the newest snapshot when absent. */
  readonly caching?: string | undefined;
  /** Headers of requests that decide the answer, where that is not what it usually is. */
  readonly vary?: string;
  /** Of formats that leave the values where they are. */
  readonly tileAddress?: EncodeOptions['tileAddress'] | undefined;
  /** Of features; the plan is that of the page. */
  readonly page?: FeaturePage | undefined;
  /** Of its form. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent instead of 204, for forms that have words for it. */
  readonly sendNoData?: () => FastifyReply;
}

/**
 * Sends the answer of a plan: 304 before anything is read, 204 for no data. A small answer is whole or an error; a
 * large one is a stream, and an error as long as the first block of values is not there; a failure after that breaks
 * the connection, so that it cannot pass for an end.
 */
export async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: AnswerToSend,
): Promise<FastifyReply> {
  const { plan, work = noWork, format, mediaType, tagParts, data, shared, caching } = answer;
  const {
    tileAddress,
    page,
    headers = {},
    vary = usualVary,
    sendNoData = () => reply.code(204).send(),
  } = answer;
  const encoding = encodingFor(plan, format, request.headers['accept-encoding']);
  const address = answerAddress(request, format);
  // Other bytes, another tag.
  const parts = [...tagParts, encoding ?? '', address ?? ''];
  const match = data.tag(parts, caching);
  reply.header('Vary', vary);
  if (plan.kind === 'answer' && match === 'same') return sendUnchanged(request, reply);
  data.plan(work);
  if (plan.kind === 'no-data') return sendNoData();
  const signal = abortWithClient(reply);
  const form = { format, encoding, address, tileAddress, page };
  const isWhole = format.isWhole === true || plan.cells <= MAX_SHARED_CELLS;
  const isShared = isWhole && match === 'none' && request.method !== 'HEAD';
  const body = isShared
    ? await shared.get(entityTag(parts), signal, (stop) => makeWhole(plan, form, stop))
    : await openStream(plan, form, signal);
  if (body === undefined) return sendNoData();
  if (match === 'any') return sendUnchanged(request, reply);
  reply.headers({ ...headers, ...answerHeaders(request, { plan, format }) }).type(mediaType);
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

/** The address that an answer states, where its form states one. */
export function answerAddress(
  request: FastifyRequest,
  { statesAddress }: CoverageFormat,
): string | undefined {
  return statesAddress ? baseUrl(request) + request.url : undefined;
}

/** What an answer says of itself beside its media type: the CRS of its coordinates, a name for its file. */
export function answerHeaders(
  request: FastifyRequest,
  { plan, format }: { readonly plan: PlannedAnswer; readonly format: CoverageFormat },
): Record<string, string> {
  return { ...crsHeaders(plan.crs), ...fileHeaders(request, format) };
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
