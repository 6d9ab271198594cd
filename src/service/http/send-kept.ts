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
 * Everything of an answer that stays the same: its headers, its length, the empty line, its body. It is made one buffer
 * when it is sent again: most first answers are not, and a copy takes as long as reading did.
 */
export class FixedPart {
  readonly length: number;
  #parts: { readonly lines: string; readonly body: Buffer } | Buffer;

  constructor(headers: string, body: Buffer) {
    const lines = `${headers}content-length: ${body.length}\r\n\r\n`;
    this.#parts = { lines, body };
    this.length = lines.length + body.length;
  }

  /** In two parts, the first of them text of latin1. */
  get parts(): readonly [string, Buffer] {
    return Buffer.isBuffer(this.#parts) ? ['', this.#parts] : [this.#parts.lines, this.#parts.body];
  }

  /** In one. */
  whole(): Buffer {
    if (!Buffer.isBuffer(this.#parts)) {
      const { lines, body } = this.#parts;
      this.#parts = Buffer.concat([Buffer.from(lines, 'latin1'), body]);
    }
    return this.#parts;
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
  send(response, beginnings(keepAliveMs).ofKept, fixed.whole());
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
