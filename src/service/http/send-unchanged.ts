import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

/**
 * Tells a client that it has the answer already: 304.
 *
 * Throws: HttpProblem 412 for a POST, where HTTP knows no 304.
 */
export function sendUnchanged({ method }: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (method === 'GET' || method === 'HEAD') return reply.code(304).send();
  throw new HttpProblem(412, 'the answer is the one that If-None-Match names');
}
