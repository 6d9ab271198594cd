import { createServer, type RequestListener, type Server } from 'node:http';
import cors from '@fastify/cors';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { BlobStore } from '../blob/index.js';
import { createSegmentCache } from '../segment/index.js';
import { AnswerCache, defaultAnswerCacheBytes } from './http/answer-cache.js';
import { maxBodyBytes } from './http/body-limit.js';
import { exposedHeaders } from './http/common-headers.js';
import { KeptAnswers } from './http/kept-answers.js';
import { defaultMaxCells, defaultMaxTiles } from './http/limits.js';
import { refuseMalformed } from './http/malformed.js';
import { asksForPage } from './http/page-offers.js';
import { describeProblem, HttpProblem, sendProblem } from './http/problem.js';
import { checkBodyType, readForms } from './http/request-body.js';
import { defaultMaxConcurrent, RequestLimit } from './http/request-limit.js';
import { SharedAnswers } from './http/shared-answers.js';
import { answerOptions, refuseUnmatched } from './http/unmatched.js';
import { InstanceDirectory } from './instance-directory.js';
import { LayerDirectory } from './layer-directory.js';
import { LocationDirectory } from './location-directory.js';
import { createMetrics } from './metrics.js';
import { sendProblemPage } from './pages/problem-page.js';
import { RequestTally } from './request-tally.js';
import type { Route, ServiceContext } from './route.js';
import { apiRoutes } from './routes/api-routes.js';
import { collectionRoutes } from './routes/collection-routes.js';
import { itemRoutes } from './routes/item-routes.js';
import { keyRoutes } from './routes/key-routes.js';
import { landingRoutes } from './routes/landing-routes.js';
import { layerRoutes } from './routes/layer-routes.js';
import { locationRoutes } from './routes/location-routes.js';
import { mapRoutes } from './routes/map-routes.js';
import { operationRoutes } from './routes/operation-routes.js';
import { pointRoutes } from './routes/point-routes.js';
import { queryRoutes } from './routes/query-routes.js';
import { rangeTileRoutes } from './routes/range-tile-routes.js';
import { tileAtOnce } from './routes/stored-tile.js';
import { hasPage, servePage } from './web-page.js';
import { shareMetrics } from './worker-metrics.js';

const MAX_HEADER_BYTES = 96 * 1024;
const MAX_URL_CHARACTERS = 64 * 1024;
const MAX_PATH_PART = 500;
const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_MS = 72_000;
const CLOSE_GRACE_MS = 10_000;
const PREFLIGHT_SECONDS = 86_400;
/** Of the memory for answers: those of queries are small. */
const SHARED_SHARE = 1 / 8;

/** What a service needs and may be told. */
export interface ServiceOptions {
  readonly store: BlobStore;
  /** Largest answer in cells; more is 413 before anything is read. */
  readonly maxCells?: number;
  /** Most tiles one answer may read; more is 413 before anything is read. */
  readonly maxTiles?: number;
  /** Requests for data answered at once; four times as many wait, more are 429. */
  readonly maxConcurrent?: number;
  /** Memory for whole answers that are sent again; 0 keeps none. */
  readonly answerCacheBytes?: number;
  /** Where the built web page is; `/` is JSON only when there is none. */
  readonly pageDirectory?: string;
  /** Believe X-Forwarded-Host and X-Forwarded-Proto. Off by default: anybody can send them. */
  readonly trustProxy?: boolean;
  /** One of several processes with one address: /metrics is of all of them, by `sumMetrics` in the process above. */
  readonly isWorker?: boolean;
  /** Where warnings and errors are written, one JSON object a line; stderr when absent. */
  readonly log?: { write(line: string): unknown };
}

/** A server over the layers of a store, read-only, ready to listen. Closing it closes what it has open. */
export async function createService({
  store,
  maxCells = defaultMaxCells,
  maxTiles = defaultMaxTiles,
  maxConcurrent = defaultMaxConcurrent,
  answerCacheBytes = defaultAnswerCacheBytes(),
  pageDirectory,
  trustProxy = false,
  isWorker = false,
  log = process.stderr,
}: ServiceOptions): Promise<FastifyInstance> {
  const cache = createSegmentCache();
  const layers = new LayerDirectory({
    store,
    cache,
    onDamage: (layer, error) => app.log.error({ layer, err: error }, 'layer left out of a listing'),
  });
  const sharedBytes = answerCacheBytes * SHARED_SHARE;
  const answers = new AnswerCache(answerCacheBytes - sharedBytes);
  const shared = new SharedAnswers(sharedBytes);
  const tally = new RequestTally();
  const limit = new RequestLimit(maxConcurrent);
  const kept = new KeptAnswers({
    cache: answers,
    layers,
    limit,
    tally,
    keepAliveMs: KEEP_ALIVE_MS,
    answerAtOnce: (request) => tileAtOnce(layers, request),
  });
  const app = createFramework({ trustProxy, log, kept });
  app.addHook('onClose', () => cache.close());
  // Requests under way may end; connections that only wait would keep the server for minutes.
  app.addHook('preClose', async () => {
    kept.stop();
    setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS).unref();
  });
  watchRequests(app, tally);
  const isPageBuilt = hasPage(pageDirectory);
  const limits = { maxCells, maxTiles };
  const registry = createMetrics({ tally, segments: cache, answers });
  const instances = new InstanceDirectory({ store, cache, layers });
  const locations = new LocationDirectory(store);
  const context = { layers, instances, locations, limits, kept, shared, hasPage: isPageBuilt };
  const printMetrics = isWorker ? shareMetrics(registry) : () => registry.metrics();
  const routes = allRoutes(context, operationRoutes({ registry, printMetrics, layers }));
  answerErrors(app);
  readForms(app);
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
  addRoutes(app, routes, limit);
  return app;
}

function addRoutes(app: FastifyInstance, routes: readonly Route[], limit: RequestLimit): void {
  for (const route of routes) {
    const { body } = route;
    const method = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    app.route({
      method,
      url: route.path,
      ...(body && { onRequest: async (request: FastifyRequest) => checkBodyType(request, body.mediaTypes) }),
      handler: async (request, reply) => {
        if (route.isData && !limit.tryEnter(reply.raw)) await limit.enter(reply.raw);
        return route.handle(request, reply);
      },
    });
  }
}

function createFramework({
  trustProxy,
  log,
  kept,
}: Required<Pick<ServiceOptions, 'trustProxy' | 'log'>> & { readonly kept: KeptAnswers }): FastifyInstance {
  return Fastify({
    serverFactory: (handle) =>
      createHttpServer((request, response) => {
        if (!kept.answer(request, response)) handle(request, response);
      }),
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
}

function createHttpServer(handle: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    handle,
  );
  return server.setTimeout(IDLE_TIMEOUT_MS);
}

function allRoutes(context: ServiceContext, operations: readonly Route[]): Route[] {
  const routes: Route[] = [
    ...landingRoutes(context),
    ...apiRoutes(() => routes),
    ...collectionRoutes(context),
    ...queryRoutes(context),
    ...rangeTileRoutes(context),
    ...locationRoutes(context),
    ...itemRoutes(context),
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
    return asksForPage(request) ? sendProblemPage(request, reply, error) : sendProblem(reply, error);
  });
}

function guardRequests(app: FastifyInstance): void {
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

/** Goes first, so that what another hook refuses is counted too. */
function watchRequests(app: FastifyInstance, tally: RequestTally): void {
  app.addHook('onRequest', (request, reply, next) => {
    tally.watch(request.method, reply.raw, () => request.routeOptions.url ?? 'none');
    next();
  });
}
