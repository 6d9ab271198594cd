import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityTag, matchTag } from './etag.js';
import { sendUnchanged } from './send-unchanged.js';

/** Sends a whole document with an entity tag of its bytes, or 304 when the client has them. */
export function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { body, mediaType = 'application/json' }: { readonly body: unknown; readonly mediaType?: string },
): FastifyReply {
  const text = JSON.stringify(body);
  const tag = entityTag([mediaType, text]);
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept' });
  if (matchTag(request.headers['if-none-match'], tag) !== 'none') return sendUnchanged(request, reply);
  return sendText(reply, text, mediaType);
}

/** Sends a text of a media type as bytes: the framework would add a charset to the type of a text. */
export function sendText(reply: FastifyReply, text: string, mediaType = 'application/json'): FastifyReply {
  return reply.header('Content-Type', mediaType).send(Buffer.from(text));
}
