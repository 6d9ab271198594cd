import type { FastifyInstance, FastifyRequest } from 'fastify';
import { InvalidArgumentError } from '../../errors/index.js';
import { HttpProblem } from './problem.js';

/** Media type of bodies in JSON. */
export const jsonBody = 'application/json';
/** Media type of bodies as a browser sends a form. */
export const formBody = 'application/x-www-form-urlencoded';

const SHOWN_CHARACTERS = 60;

/** Makes the framework read forms; JSON it knows. What a route takes is checked by `checkBodyType`. */
export function readForms(app: FastifyInstance): void {
  app.addContentTypeParser(formBody, { parseAs: 'string' }, (_request, text, done) => {
    done(null, new URLSearchParams(String(text)));
  });
}

/** Throws: HttpProblem 415 naming the `allowed` types, before a body of another type is read. */
export function checkBodyType({ headers }: FastifyRequest, allowed: readonly string[]): void {
  const { 'content-type': written = '' } = headers;
  if (written === '' && !announcesBody(headers)) return;
  const type = written.split(';')[0]!.trim().toLowerCase();
  if (allowed.includes(type)) return;
  const found = type === '' ? 'without a media type' : `of type ${type.slice(0, SHOWN_CHARACTERS)}`;
  throw new HttpProblem(415, `a body ${found} is not read here; allowed: ${allowed.join(', ')}`, {
    members: { allowed },
    headers: { Accept: allowed.join(', ') },
  });
}

/**
 * The parameters in the body of a request: of a form as they stand, of a JSON object as texts, a list as its members
 * with commas between them. A request without a body has none.
 *
 * Throws: InvalidArgumentError for a body, or a member, of another kind.
 */
export function bodyParameters({ body }: { readonly body?: unknown }): [string, string][] {
  if (body === undefined) return [];
  if (body instanceof URLSearchParams) return [...body];
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new InvalidArgumentError('the body expects a JSON object of parameters', { found: kindOf(body) });
  }
  return Object.entries(body).map(([name, value]) => [name, textOf(name, value)]);
}

function textOf(name: string, value: unknown): string {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value) && value.every(isScalar)) return value.join(',');
  throw new InvalidArgumentError('a parameter in the body has no usable value', {
    parameter: name.slice(0, SHOWN_CHARACTERS),
    found: Array.isArray(value) ? 'a list of other things' : kindOf(value),
    allowed: 'text, a number, or a list of them',
  });
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : typeof value;
}

function announcesBody(headers: FastifyRequest['headers']): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}
