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

/**
 * Everything of an answer that stays the same: headers, their end, body. They become one buffer when they are sent again,
 * since one is quicker to send than two; first, since most answers are sent once, they are left as they are.
 */
export class FixedPart {
  readonly length: number;
  #lines: string;
  #rest: Buffer;

  constructor(headers: string, body: Buffer) {
    this.#lines = `${headers}content-length: ${body.length}\r\n\r\n`;
    this.#rest = body;
    this.length = this.#lines.length + body.length;
  }

  /** As text of latin1 and what comes behind it. */
  get parts(): readonly [string, Buffer] {
    return [this.#lines, this.#rest];
  }

  /** As one buffer. */
  get whole(): Buffer {
    if (this.#lines !== '') {
      this.#rest = Buffer.concat([Buffer.from(this.#lines, 'latin1'), this.#rest]);
      this.#lines = '';
    }
    return this.#rest;
  }
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
export function sendFixed(response: ServerResponse, fixed: FixedPart, keepAliveMs: number): void {
  send(response, beginnings(keepAliveMs).ofKept, fixed.whole);
}

/** Sends it for the first time, with the times that making it took. */
export function sendFirst(
  response: ServerResponse,
  fixed: FixedPart,
  { keepAliveMs, times }: { readonly keepAliveMs: number; readonly times: string },
): void {
  const [lines, rest] = fixed.parts;
  send(response, beginnings(keepAliveMs).ofAll + timesLine(times) + lines, rest);
}

function send(response: ServerResponse & HeadText, head: string, rest: Buffer): void {
  response._header = head;
  response.end(rest);
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
  const lines = [
    'HTTP/1.1 200 OK',
    `Date: ${new Date(now * 1000).toUTCString()}`,
    'Connection: keep-alive',
    `Keep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}`,
    '',
  ];
  // Finding a kept answer takes no time that would show.
  const withTimes = [...lines.slice(0, -1), timesLine('plan;dur=0.0, read;dur=0.0')];
  texts = { ofAll: lines.join('\r\n'), ofKept: withTimes.join('\r\n') };
  return texts;
}

function timesLine(times: string): string {
  return `server-timing: ${times}\r\n`;
}
