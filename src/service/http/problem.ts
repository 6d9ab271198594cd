import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { describeError, type ErrorCode, type ErrorFields, TilecurveError } from '../../errors/index.js';
import { maxBodyBytes } from './body-limit.js';

/** What an answer says of when to try again. */
export const retryAfterSeconds = '5';

/** Fields that tell where on our side something lies; answers never show them. */
const PRIVATE_FIELDS = new Set(['path', 'store', 'location', 'file', 'directory', 'source']);

/** Of a message, or of one field: a request's own text, up to 64 KiB, is not sent back whole. */
const SHOWN_CHARACTERS = 1000;

/** What was said of an answer that did not come. */
const DATA_HEADERS = ['ETag', 'Content-Crs', 'Content-Disposition', 'Tilecurve-Work', 'Server-Timing'];

/** HTTP statuses of the error codes; an HttpProblem brings its own. */
const statuses: Readonly<Record<ErrorCode, number>> = {
  NOT_FOUND: 404,
  INVALID_ARGUMENT: 400,
  CONFLICT: 409,
  UNSUPPORTED: 400,
  UNAVAILABLE: 503,
  CORRUPTION: 500,
};

/** What the framework says less of than a client needs. */
const frameworkDetails: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: `the body is too large; at most ${maxBodyBytes} bytes are read`,
};

/** An outcome only HTTP has a name for: a status, what to say, and further members and headers of the answer. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly members: ErrorFields;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    {
      members = {},
      headers = {},
    }: { members?: ErrorFields; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.members = members;
    this.headers = headers;
  }
}

/** What a client learns about an error: problem details and EDR's members in one object, nothing of our insides. */
export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer for any error. */
export function describeProblem(error: unknown): ProblemAnswer {
  if (error instanceof HttpProblem) return problemAnswer(error.status, error.message, error);
  if (error instanceof TilecurveError) return describeTilecurveError(error);
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  const isFramework =
    typeof code === 'string' && code.startsWith('FST_ERR') && typeof statusCode === 'number';
  if (isFramework && statusCode >= 400 && statusCode < 500) {
    return problemAnswer(statusCode, frameworkDetails[code] ?? String(message).slice(0, SHOWN_CHARACTERS));
  }
  return problemAnswer(500, 'the service failed; its log says why');
}

/** Sends the answer for an error. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const { body } = beginProblem(reply, error);
  return reply.header('Content-Type', 'application/problem+json').send(Buffer.from(JSON.stringify(body)));
}

/** Sets status and headers of the answer for an error, whatever its form. */
export function beginProblem(reply: FastifyReply, error: unknown): ProblemAnswer {
  const problem = describeProblem(error);
  for (const name of DATA_HEADERS) reply.removeHeader(name);
  reply.code(problem.status).headers({ 'Cache-Control': 'no-store', ...problem.headers });
  return problem;
}

function describeTilecurveError(error: TilecurveError): ProblemAnswer {
  const members = { error: error.code };
  switch (error.code) {
    case 'CORRUPTION':
      return problemAnswer(500, 'stored data is damaged; the log of the service says where', { members });
    case 'UNAVAILABLE':
      return problemAnswer(503, 'the store does not answer at the moment', {
        members,
        headers: { 'Retry-After': retryAfterSeconds },
      });
    case 'NOT_FOUND':
    case 'UNSUPPORTED':
      // A file of ours that is missing, or of a version to come, is not the client's fault.
      if (error.fields.path === undefined) break;
      return problemAnswer(500, 'stored data cannot be read; the log of the service says why', { members });
    case 'INVALID_ARGUMENT':
    case 'CONFLICT':
      break;
    default:
      error.code satisfies never;
  }
  return problemAnswer(statuses[error.code], describePublicly(error), { members });
}

function describePublicly(error: TilecurveError): string {
  const fields = Object.entries(error.fields)
    .filter(([name]) => !PRIVATE_FIELDS.has(name))
    .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, SHOWN_CHARACTERS) : value]);
  const shown = new (class extends TilecurveError {
    readonly code = error.code;
  })(error.message, Object.fromEntries(fields));
  return describeError(shown);
}

function problemAnswer(
  status: number,
  detail: string,
  { members = {}, headers = {} }: { members?: ErrorFields; headers?: Readonly<Record<string, string>> } = {},
): ProblemAnswer {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    status,
    headers,
    body: {
      type: 'about:blank',
      title,
      status,
      detail,
      code: String(status),
      description: detail,
      ...members,
    },
  };
}
