import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/**
 * Where the client sees this service: scheme and host, no trailing slash. X-Forwarded-* count only behind a
 * trusted proxy. Throws HttpProblem 400 for a Host header that is none.
 */
export function baseUrl(request: FastifyRequest): string {
  const host = request.host || localHost(request);
  if (!HOST.test(host)) throw new HttpProblem(400, 'the Host header is not a host');
  return `${request.protocol}://${host}`;
}

/** HTTP/1.0 clients may leave the host out. */
function localHost({ socket }: FastifyRequest): string {
  const address = socket.localAddress ?? 'localhost';
  return `${address.includes(':') ? `[${address}]` : address}:${socket.localPort ?? 80}`;
}
