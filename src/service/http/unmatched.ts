import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Route } from '../route.js';
import { HttpProblem } from './problem.js';

interface Address {
  readonly pattern: RegExp;
  readonly methods: string[];
}

/** Tells OPTIONS which methods an address serves. Goes before CORS, which ends such requests. */
export function answerOptions(app: FastifyInstance, routes: readonly Route[]): void {
  const addresses = listAddresses(routes);
  app.addHook('onRequest', (request, reply, next) => {
    const allow = request.method === 'OPTIONS' ? allowedMethods(addresses, request) : undefined;
    if (allow !== undefined) reply.header('Allow', allow);
    next();
  });
}

/**
 * Answers requests that no route takes: 405 with Allow where another method is served, 404 elsewhere. It is
 * decided before a body is looked at, so that a wrong method is not taken for a wrong media type. Goes after
 * CORS, so that pages elsewhere can read the refusal.
 */
export function refuseUnmatched(app: FastifyInstance, routes: readonly Route[]): void {
  const addresses = listAddresses(routes);
  app.addHook('onRequest', (request, _reply, next) => {
    next(request.is404 ? unmatched(addresses, request) : undefined);
  });
  app.setNotFoundHandler(async () => {
    throw new HttpProblem(404, 'nothing is at this address');
  });
}

function unmatched(addresses: readonly Address[], request: FastifyRequest): HttpProblem {
  const allow = allowedMethods(addresses, request);
  if (allow === undefined) return new HttpProblem(404, 'nothing is at this address');
  return new HttpProblem(405, `${request.method} is not served here; ${allow} are`, {
    headers: { Allow: allow },
  });
}

function listAddresses(routes: readonly Route[]): Address[] {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) {
    const served = method === 'GET' ? ['GET', 'HEAD'] : [method];
    methods.set(path, [...(methods.get(path) ?? []), ...served]);
  }
  return [...methods].map(([path, served]) => ({
    pattern: patternOf(path),
    methods: [...served, 'OPTIONS'],
  }));
}

function patternOf(path: string): RegExp {
  const text = path.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+');
  return path === '/' ? /^\/$/ : new RegExp(`^${text}/?$`);
}

function allowedMethods(addresses: readonly Address[], { url }: FastifyRequest): string | undefined {
  const path = url.split('?')[0]!;
  return addresses.find(({ pattern }) => pattern.test(path))?.methods.join(', ');
}
