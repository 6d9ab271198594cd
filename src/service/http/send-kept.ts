import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** The member of Node's response that holds the text of its head once that is made. */
interface HeadText {
  _header?: string | null;
}

const canSetHead = headMakesHeadersSent();

/** Headers as lines. */
export function headerLines(headers: Readonly<Record<string, unknown>>): string {
  let lines = '';
  for (const name of Object.keys(headers)) lines += `${name}: ${headers[name]}\r\n`;
  return lines;
}

/** Everything of an answer that stays the same. The body is kept as it was read: a copy takes as long as reading did. */
export interface FixedPart {
  /** Headers with the length, and the empty line. */
  readonly lines: string;
  readonly body: Buffer;
}

/** The fixed part of an answer with these lines of headers. */
export function fixedPart(headers: string, body: Buffer): FixedPart {
  return { lines: `${headers}content-length: ${body.length}\r\n\r\n`, body };
}

/** True when `sendFixed` may be called: the client keeps its connection, and Node works as it is known to. */
export function takesFixed(response: ServerResponse): boolean {
  return canSetHead && response.shouldKeepAlive && !response.headersSent;
}

/**
 * Sends a fixed part with status 200, as `writeHead` and `end` would, but for the order of headers. They check and join
 * the headers at every answer, which takes longer for 17 of them than all else that we do; Node sends a head that is
 * there as it is. What changes with time is a text of its own, made once a second.
 */
export function sendFixed(
  response: ServerResponse & HeadText,
  { lines, body }: FixedPart,
  { keepAliveMs, times }: { readonly keepAliveMs: number; readonly times?: string },
): void {
  const { ofAll, ofKept } = beginnings(keepAliveMs);
  response._header = (times === undefined ? ofKept : ofAll + timesLine(times)) + lines;
  response.end(body);
}

/** Asks this Node once whether a head that is set is one that is sent. */
function headMakesHeadersSent(): boolean {
  const response: ServerResponse & HeadText = new ServerResponse(new IncomingMessage(new Socket()));
  if (response._header !== null || response.headersSent) return false;
  response._header = 'HTTP/1.1 200 OK\r\n\r\n';
  return response.headersSent;
}

let second = 0;
let texts = { ofAll: '', ofKept: '' };

/** What comes before a fixed part, without the times of any answer, and with those of one that is kept. */
function beginnings(keepAliveMs: number): typeof texts {
  const now = Math.floor(Date.now() / 1000);
  if (now === second) return texts;
  second = now;
  const ofAll = [
    'HTTP/1.1 200 OK',
    `Date: ${new Date(now * 1000).toUTCString()}`,
    'Connection: keep-alive',
    `Keep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}`,
    '',
  ].join('\r\n');
  // Finding a kept answer takes no time that would show.
  texts = { ofAll, ofKept: ofAll + timesLine('plan;dur=0.0, read;dur=0.0') };
  return texts;
}

function timesLine(times: string): string {
  return `server-timing: ${times}\r\n`;
}
