import { createServer, type RequestListener, type Server } from 'node:http';
import * as http2 from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { InvalidArgumentError } from '../../errors/index.js';

const MAX_HEADER_BYTES = 96 * 1024;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
const HANDSHAKE_TIMEOUT_MS = 15_000;
const CLOSE_GRACE_MS = 10_000;
/** Streams of one connection at once; a browser asks for as many tiles. */
const MAX_STREAMS = 100;
const MAX_SESSION_MIB = 10;
const MAX_HEADER_PAIRS = 200;

/** How long a connection that nothing is asked on is kept. */
export const keepAliveMs = 72_000;

const http1Options = {
  maxHeaderSize: MAX_HEADER_BYTES,
  headersTimeout: HEADERS_TIMEOUT_MS,
  requestTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: keepAliveMs,
  handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
};

/** What a service speaks. */
export interface Protocol {
  /** HTTP/2; with `tls` HTTP/1.1 as well, without it nothing else: a port cannot tell cleartext clients apart. */
  readonly http2?: boolean;
  /** Certificate and key as PEM. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer };
}

/** A server that can be told to end. */
export interface ClosableServer {
  readonly server: Server;
  /** Ends what only waits now, and what is still under way after a while. */
  readonly close: () => void;
}

/** A server of one protocol. Throws: InvalidArgumentError for a certificate or key that is none. */
export function createHttpServer(handle: RequestListener, { http2: isHttp2, tls }: Protocol): ClosableServer {
  if (isHttp2) return createHttp2Server(handle, tls);
  const server =
    tls === undefined
      ? createServer(http1Options, handle)
      : withTls(() => createTlsServer({ ...http1Options, ...tls }, handle));
  server.setTimeout(IDLE_TIMEOUT_MS);
  return { server, close: () => afterGrace(() => server.closeAllConnections()) };
}

/** Connections that send nonsense, or reset one stream after the other, are ended by Node itself. */
function createHttp2Server(handle: RequestListener, tls: Protocol['tls']): ClosableServer {
  const options = {
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES, enablePush: false },
    maxSessionMemory: MAX_SESSION_MIB,
    maxHeaderListPairs: MAX_HEADER_PAIRS,
  };
  const server =
    tls === undefined
      ? http2.createServer(options)
      : withTls(() => http2.createSecureServer({ ...options, ...tls, ...http1Options, allowHTTP1: true }));
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    // Node ends the session; unheard, the error would end the process.
    session.on('error', () => {});
  });
  server.on('stream', limitTime);
  server.setTimeout(IDLE_TIMEOUT_MS);
  // Requests and responses of both protocols have the members that are used of them.
  const http1 = server as unknown as Server;
  http1.on('request', handle);
  const close = () => {
    for (const session of sessions) session.close();
    afterGrace(() => {
      for (const session of sessions) session.destroy();
      http1.closeAllConnections?.();
    });
    http1.closeIdleConnections?.();
  };
  return { server: http1, close };
}

function withTls<T>(create: () => T): T {
  try {
    return create();
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_OSSL') && !code.startsWith('ERR_SSL')) throw error;
    throw new InvalidArgumentError('certificate and key cannot be used', { cause: code }, { cause: error });
  }
}

/** A stream whose request does not arrive, or whose client has stopped to read, is ended. */
function limitTime(stream: http2.ServerHttp2Stream): void {
  const cancel = () => stream.close(http2.constants.NGHTTP2_CANCEL);
  const arrival = setTimeout(cancel, REQUEST_TIMEOUT_MS).unref();
  stream.once('end', () => clearTimeout(arrival));
  stream.once('close', () => clearTimeout(arrival));
  stream.setTimeout(IDLE_TIMEOUT_MS, cancel);
  stream.on('error', () => {});
}

function afterGrace(end: () => void): void {
  setTimeout(end, CLOSE_GRACE_MS).unref();
}
