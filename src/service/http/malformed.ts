import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { describeProblem, HttpProblem } from './problem.js';

const problems: Readonly<Record<string, HttpProblem>> = {
  HPE_HEADER_OVERFLOW: new HttpProblem(431, 'the headers of the request are too long'),
  ERR_HTTP_REQUEST_TIMEOUT: new HttpProblem(408, 'the request did not arrive in time'),
};
const malformed = new HttpProblem(400, 'the request is not valid HTTP');

/** Answers what is not HTTP enough to become a request, in the same form as other problems. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  // In the middle of an answer nothing else can be said; after a whole one it can. Node itself looks here.
  const { _httpMessage: answer } = socket as {
    _httpMessage?: { readonly headersSent: boolean; readonly writableEnded: boolean } | null;
  };
  if (!socket.writable || (answer?.headersSent && !answer.writableEnded)) {
    socket.destroy(error);
    return;
  }
  const { status, body } = describeProblem(problems[error.code ?? ''] ?? malformed);
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Cache-Control: no-store',
    'Access-Control-Allow-Origin: *',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`);
}
