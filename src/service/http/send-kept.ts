import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Members of Node's response: the text of its head once that is made, and whether it is on its way. */
interface HeadState {
  _header?: string | null;
  _headerSent?: boolean;
}

const canSetHead = headMakesHeadersSent();
const STATUS_LINE = 'HTTP/1.1 200 OK\r\n';
const DATE_NAME = 'Date: ';
const DATE_AT = STATUS_LINE.length + DATE_NAME.length;

/** Headers as lines. */
export function headerLines(headers: Readonly<Record<string, unknown>>): string {
  let lines = '';
  for (const name of Object.keys(headers)) lines += `${name}: ${headers[name]}\r\n`;
  return lines;
}

/**
 * A whole answer: headers, their end, body. It becomes one buffer when it is sent again, since one is quicker to send than two;
 * first, since most answers are sent once, they are left as they are.
 */
export class FixedPart {
  readonly length: number;
  #lines: string;
  #rest: Buffer;
  #second = 0;

  constructor(headers: string, body: Buffer) {
    this.#lines = `${headers}content-length: ${body.length}\r\n\r\n`;
    this.#rest = body;
    this.length = this.#lines.length + body.length;
  }

  /** As text of latin1 and what comes behind it; not after `whole`. */
  get parts(): readonly [string, Buffer] {
    return [this.#lines, this.#rest];
  }

  /** As one buffer, which begins with the status and has the date of now. */
  whole(keepAliveMs: number): Buffer {
    const { ofKept, date } = beginnings(keepAliveMs);
    if (this.#lines !== '') {
      this.#rest = Buffer.concat([Buffer.from(ofKept + this.#lines, 'latin1'), this.#rest]);
      this.#lines = '';
    } else if (this.#second !== second) {
      // In place: what the system has not taken yet of an answer sent before gets the new date, too, which is as long.
      this.#rest.write(date, DATE_AT, 'latin1');
    }
    this.#second = second;
    return this.#rest;
  }
}

/** True when `sendFixed` may be called: the client keeps its connection, and Node works as it is known to. */
export function takesFixed(response: ServerResponse): boolean {
  return canSetHead && response.shouldKeepAlive && !response.headersSent;
}

/**
 * Sends an answer again, as `writeHead` and `end` would, but for the order of headers. They check and join the headers at
 * every answer and send head and body as two pieces, which takes longer than all else that we do. Node sends no head
 * where one is on its way, so the whole goes to the connection as it is; only the date changes.
 */
export function sendFixed(response: ServerResponse & HeadState, fixed: FixedPart, keepAliveMs: number): void {
  const whole = fixed.whole(keepAliveMs);
  response._header = STATUS_LINE;
  response._headerSent = true;
  if (response.socket === null) {
    // It waits for the answers to earlier requests of its connection.
    response.end(whole);
    return;
  }
  // Ahead of `end`, which would make two pieces of it again.
  response.socket.write(whole);
  response.end();
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

/** True when the system has taken all of an answer that was just sent, so that nothing of it is left to watch. */
export function wasTaken({ socket }: ServerResponse): boolean {
  return socket !== null && !socket.destroyed && socket.writableLength === 0;
}

function send(response: ServerResponse & HeadState, head: string, rest: Buffer): void {
  response._header = head;
  response.end(rest);
}

/** Asks this Node once whether a head that is set is one that is sent, and whether it knows one that is on its way. */
function headMakesHeadersSent(): boolean {
  const response: ServerResponse & HeadState = new ServerResponse(new IncomingMessage(new Socket()));
  if (response._header !== null || response._headerSent !== false || response.headersSent) return false;
  response._header = 'HTTP/1.1 200 OK\r\n\r\n';
  return response.headersSent;
}

let second = 0;
let texts = { ofAll: '', ofKept: '', date: '' };

/** What comes before a fixed part, without the times of any answer, and with those of one that is kept. */
function beginnings(keepAliveMs: number): typeof texts {
  const now = Math.floor(Date.now() / 1000);
  if (now === second) return texts;
  second = now;
  const date = new Date(now * 1000).toUTCString();
  const keepAlive = `Keep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}`;
  const ofAll = `${STATUS_LINE}${DATE_NAME}${date}\r\nConnection: keep-alive\r\n${keepAlive}\r\n`;
  // Finding a kept answer takes no time that would show.
  texts = { ofAll, ofKept: ofAll + timesLine('plan;dur=0.0, read;dur=0.0'), date };
  return texts;
}

function timesLine(times: string): string {
  return `server-timing: ${times}\r\n`;
}
