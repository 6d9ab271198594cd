import type { RequestListener } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import { maxBodyBytes } from './http/body-limit.js';
import { hasGone } from './http/has-gone.js';
import { refuseMalformed } from './http/malformed.js';
import { asksForPage } from './http/page-offers.js';
import { describeProblem, HttpProblem, sendProblem } from './http/problem.js';
import { type ClosableServer, createHttpServer, type Protocol } from './http/server.js';
import { sendProblemPage } from './pages/problem-page.js';

const MAX_URL_CHARACTERS = 64 * 1024;
const MAX_PATH_PART = 500;

/** Request, response, and the handler of requests that are left to the framework. */
export type FirstHandler = (...args: [...Parameters<RequestListener>, RequestListener]) => void;

/** The framework, set up but without routes, and what ends its server's connections. */
export function createFramework({
  protocol,
  trustProxy,
  log,
  handleFirst,
}: {
  readonly protocol: Protocol;
  readonly trustProxy: boolean;
  readonly log: { write(line: string): unknown };
  /** Goes ahead of the framework. */
  readonly handleFirst: FirstHandler;
}): { readonly app: FastifyInstance; readonly closeConnections: () => void } {
  // One for each address that the host's name has.
  const servers: ClosableServer[] = [];
  const app = Fastify({
    serverFactory: (handle) => {
      const created = createHttpServer(
        (request, response) => handleFirst(request, response, handle),
        protocol,
      );
      servers.push(created);
      return created.server;
    },
    // It makes no server of this, but addresses.
    ...(protocol.tls && { https: {} }),
    trustProxy,
    logger: { level: 'warn', stream: log },
    exposeHeadRoutes: false,
    bodyLimit: maxBodyBytes,
    // An axis may have any name; handlers never merge a body into an object of theirs.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: MAX_PATH_PART,
      // Handlers read the query themselves, by their tables of parameters.
      querystringParser: () => ({}),
    },
    clientErrorHandler: refuseMalformed,
    frameworkErrors: (error, _request, reply) => {
      sendProblem(reply, error);
    },
  });
  const closeConnections = () => {
    for (const server of servers) server.close();
  };
  return { app, closeConnections };
}

/** Makes problems of errors. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    // Nobody is there to be told.
    if (hasGone(reply.raw)) return reply;
    if (describeProblem(error).status >= 500)
      request.log.error({ err: error, url: request.url }, 'request failed');
    return asksForPage(request) ? sendProblemPage(request, reply, error) : sendProblem(reply, error);
  });
}

/** Refuses addresses that are too long. */
export function guardRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, next) => {
    reply.header('X-Content-Type-Options', 'nosniff');
    const isTooLong = (request.raw.url?.length ?? 0) > MAX_URL_CHARACTERS;
    next(
      isTooLong
        ? new HttpProblem(414, `the address has more than ${MAX_URL_CHARACTERS} characters`)
        : undefined,
    );
  });
}
