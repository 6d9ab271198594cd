import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { matchTag } from './etag.js';

/** Sends a whole document with an entity tag of its bytes, or 304 when the client has them. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, mediaType = 'application/json' }: { readonly body: unknown; readonly mediaType?: string },
): FastifyReply {
  const text = JSON.stringify(body);
  const tag = `"${createHash('sha256').update(mediaType).update(text).digest('base64url').slice(0, 22)}"`;
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept' });
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return reply.code(304).send();
  // As bytes: the framework would add a charset to the type of a text.
  return reply.header('Content-Type', mediaType).send(Buffer.from(text));
}
