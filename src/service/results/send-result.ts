import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../../errors/index.js';
import { matchTag } from '../http/etag.js';
import { HttpProblem } from '../http/problem.js';
import { sendUnchanged } from '../http/send-unchanged.js';
import { readRange } from './byte-range.js';
import type { ResultData, ResultFailure } from './result-state.js';
import type { Results } from './results.js';

const MAX_WAIT_SECONDS = 30;

/**
 * Sends what there is of a result: 202 while it is made, its bytes when it is done, the problem when its job has failed.
 *
 * Throws: NotFoundError when there is none, any more or at all.
 */
export async function sendResult(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, results }: { readonly name: string; readonly results: Results },
): Promise<FastifyReply> {
  const state = await results.state(name);
  if (state.kind === 'missing') throw missing();
  if (state.kind === 'pending') return sendPending(reply, state.startedMs);
  if (state.head.kind === 'failed') return sendFailure(reply, state.head);
  return sendData(request, reply, { name, results, head: state.head });
}

/** Whoever has waited long is asked to come less often. */
function sendPending(reply: FastifyReply, startedMs: number): FastifyReply {
  const waitSeconds = Math.ceil((Date.now() - startedMs) / 1000 / 4);
  return reply
    .code(202)
    .header('Retry-After', String(Math.min(Math.max(waitSeconds, 1), MAX_WAIT_SECONDS)))
    .header('Cache-Control', 'no-store')
    .send({ status: 'pending', description: 'the answer is being made; ask again, or DELETE to cancel it' });
}

function sendFailure(reply: FastifyReply, { status, headers, body }: ResultFailure): FastifyReply {
  return reply
    .code(status)
    .headers({ 'Cache-Control': 'no-store', ...headers, 'Content-Type': 'application/problem+json' })
    .send(Buffer.from(JSON.stringify(body)));
}

async function sendData(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, results, head }: { name: string; results: Results; head: ResultData },
): Promise<FastifyReply> {
  const tag = head.headers.ETag ?? '';
  const seconds = Math.max(0, Math.floor((head.expiresMs - Date.now()) / 1000));
  reply.headers({
    ...head.headers,
    'Accept-Ranges': 'bytes',
    // What is at an address like this never changes, it only goes.
    'Cache-Control': `public, max-age=${seconds}, immutable`,
  });
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return sendUnchanged(request, reply);
  const range = askedRange(request, tag, head.bytes);
  if (range === 'unsatisfiable') {
    throw new HttpProblem(416, `the result has ${head.bytes} bytes`, {
      headers: { 'Content-Range': `bytes */${head.bytes}` },
    });
  }
  const { start, end } = range === 'whole' ? { start: 0, end: head.bytes } : range;
  if (range !== 'whole') {
    reply.code(206).header('Content-Range', `bytes ${start}-${end - 1}/${head.bytes}`);
  }
  reply.header('Content-Length', String(end - start));
  if (request.method === 'HEAD') return reply.send();
  const file = await results.openData(name, head);
  if (file === undefined) throw missing();
  return reply.send(file.createReadStream({ start, end: end - 1 }));
}

/** A range is of GET only, and only of the bytes that If-Range means. */
function askedRange({ method, headers }: FastifyRequest, tag: string, length: number) {
  const ifRange = headers['if-range'];
  const isMeant = method === 'GET' && (ifRange === undefined || ifRange === tag);
  return isMeant ? readRange(headers.range, length) : 'whole';
}

function missing(): NotFoundError {
  return new NotFoundError('no such result: it was never made, was cancelled, or has expired');
}
