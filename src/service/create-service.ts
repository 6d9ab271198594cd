import cors from '@fastify/cors';
import Fastify, { type FastifyInstance } from 'fastify';
import type { BlobStore } from '../blob/index.js';
import { createSegmentCache } from '../segment/index.js';
import { defaultMaxCells, defaultMaxTiles } from './http/limits.js';
import { refuseMalformed } from './http/malformed.js';
import { describeProblem, HttpProblem, sendProblem } from './http/problem.js';
import { RequestLimit } from './http/request-limit.js';
import { answerOptions, refuseUnmatched } from './http/unmatched.js';
import { LayerDirectory } from './layer-directory.js';
import { watchRequests } from './metrics.js';
import type { Route, ServiceContext } from './route.js';
import { collectionRoutes } from './routes/collection-routes.js';
import { keyRoutes } from './routes/key-routes.js';
import { landingRoutes } from './routes/landing-routes.js';
import { layerRoutes } from './routes/layer-routes.js';
import { mapRoutes } from './routes/map-routes.js';
import { operationRoutes } from './routes/operation-routes.js';
import { pointRoutes } from './routes/point-routes.js';
import { queryRoutes } from './routes/query-routes.js';
import { hasPage, servePage } from './web-page.js';

const DEFAULT_MAX_CONCURRENT = 64;
const MAX_HEADER_BYTES = 96 * 1024;
const MAX_URL_CHARACTERS = 64 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_PATH_PART = 500;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
const CLOSE_GRACE_MS = 10_000;
const PREFLIGHT_SECONDS = 86_400;

const exposedHeaders = [
  'Link',
  'ETag',
  'Content-Crs',
  'Retry-After',
  'Location',
  'Server-Timing',
  'Tilecurve-Work',
  'Tilecurve-Type',
  'Tilecurve-Shape',
  'Tilecurve-Extent',
  'Tilecurve-Scale',
  'Tilecurve-Offset',
  'Tilecurve-No-Data',
];

/** What a service needs and may be told. */
export interface ServiceOptions {
  readonly store: BlobStore;
  /** Largest answer in cells; more is 413 before anything is read. */
  readonly maxCells?: number;
  /** Most tiles one answer may read; more is 413 before anything is read. */
  readonly maxTiles?: number;
  /** Requests for data answered at once; four times as many wait, more are 429. */
  readonly maxConcurrent?: number;
  /** Where the built web page is; `/` is JSON only when there is none. */
  readonly pageDirectory?: string;
  /** Believe X-Forwarded-Host and X-Forwarded-Proto. Off by default: anybody can send them. */
  readonly trustProxy?: boolean;
  /** Where warnings and errors are written, one JSON object a line; stderr when absent. */
  readonly log?: { write(line: string): unknown };
}

/** A server over the layers of a store, read-only, ready to listen. Closing it closes what it has open. */
export async function createService({
  store,
  maxCells = defaultMaxCells,
  maxTiles = defaultMaxTiles,
  maxConcurrent = DEFAULT_MAX_CONCURRENT,
  pageDirectory,
  trustProxy = false,
  log = process.stderr,
}: ServiceOptions): Promise<FastifyInstance> {
  const app = createServer({ trustProxy, log });
  const cache = createSegmentCache();
  const layers = new LayerDirectory({
    store,
    cache,
    onDamage: (layer, error) => app.log.error({ layer, err: error }, 'layer left out of a listing'),
  });
  app.addHook('onClose', () => cache.close());
  // Requests under way may end; connections that only wait would keep the server for minutes.
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
  const registry = watchRequests(app, cache);
  const isPageBuilt = hasPage(pageDirectory);
  const limits = { maxCells, maxTiles };
  const routes = allRoutes({ layers, limits, hasPage: isPageBuilt }, operationRoutes({ registry, layers }));
  answerErrors(app);
  guardRequests(app);
  answerOptions(app, routes);
  await app.register(cors, {
    methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
    exposedHeaders,
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false,
  });
  refuseUnmatched(app, routes);
  if (isPageBuilt) await servePage(app, pageDirectory);
  addRoutes(app, routes, new RequestLimit(maxConcurrent));
  return app;
}

function addRoutes(app: FastifyInstance, routes: readonly Route[], limit: RequestLimit): void {
  for (const route of routes) {
    const method = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    app.route({
      method,
      url: route.path,
      handler: async (request, reply) => {
        if (route.isData) await limit.enter(reply);
        return route.handle(request, reply);
      },
    });
  }
}

function createServer({
  trustProxy,
  log,
}: Required<Pick<ServiceOptions, 'trustProxy' | 'log'>>): FastifyInstance {
  return Fastify({
    trustProxy,
    logger: { level: 'warn', stream: log },
    exposeHeadRoutes: false,
    bodyLimit: MAX_BODY_BYTES,
    // An axis may have any name; handlers never merge a body into an object of theirs.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEADER_BYTES, headersTimeout: HEADERS_TIMEOUT_MS },
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
}

function allRoutes(context: ServiceContext, operations: readonly Route[]): Route[] {
  const routes: Route[] = [
    ...landingRoutes(context, () => routes),
    ...collectionRoutes(context),
    ...queryRoutes(context),
    ...layerRoutes(context),
    ...pointRoutes(context),
    ...keyRoutes(context),
    ...mapRoutes(context),
    ...operations,
  ];
  return routes;
}

function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    // Nobody is there to be told.
    if (request.raw.destroyed && reply.raw.destroyed) return reply;
    if (describeProblem(error).status >= 500)
      request.log.error({ err: error, url: request.url }, 'request failed');
    return sendProblem(reply, error);
  });
}

function guardRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff');
    if ((request.raw.url?.length ?? 0) > MAX_URL_CHARACTERS) {
      throw new HttpProblem(414, `the address has more than ${MAX_URL_CHARACTERS} characters`);
    }
  });
}
