import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerForm, openStream, type PlannedAnswer } from '../http/answer-body.js';
import { baseUrl } from '../http/base-url.js';
import { entityTag } from '../http/etag.js';
import { type AnswerToSend, answerAddress, answerHeaders } from '../http/send-answer.js';
import { sendUnchanged } from '../http/send-unchanged.js';
import { prefersLater } from './prefer.js';
import type { Results } from './results.js';

/** An answer that is made into a result. */
export interface LaterAnswer extends AnswerToSend {
  readonly plan: PlannedAnswer;
  readonly results: Results;
}

/**
 * Sends the client to the result of an answer: 308, after its job has begun where there was none. All that can be
 * refused is refused here.
 *
 * Throws: HttpProblem 503 when too many jobs are under way; InvalidArgumentError when the form cannot hold the answer.
 */
export async function sendLater(
  request: FastifyRequest,
  reply: FastifyReply,
  { plan, work, format, mediaType, tagParts, data, caching, vary, tileAddress, page, results }: LaterAnswer,
): Promise<FastifyReply> {
  const address = answerAddress(request, format);
  const form: AnswerForm = { format, encoding: undefined, address, tileAddress, page };
  const parts = [...tagParts, '', address ?? ''];
  if (vary !== undefined) reply.header('Vary', vary);
  if (data.tag(parts, caching) === 'same') return sendUnchanged(request, reply);
  if (work !== undefined) data.plan(work);
  const name = results.nameOf(parts);
  if (!(await results.isUnderWay(name))) {
    results.requireRoom();
    const stop = new AbortController();
    const open = await openStream(plan, form, stop.signal);
    if (open === undefined) return reply.code(204).send();
    const headers = {
      ...answerHeaders(request, { plan, format }),
      'Content-Type': mediaType,
      ETag: entityTag(parts),
    };
    await results.begin(name, { stop, open, headers });
  }
  if (prefersLater(request.headers.prefer)) reply.header('Preference-Applied', 'respond-async');
  // The tag is of what is there, and a redirection that is kept would outlive its aim.
  return reply
    .removeHeader('ETag')
    .header('Cache-Control', 'no-store')
    .header('Location', `${baseUrl(request)}/results/${name}`)
    .code(308)
    .send();
}
