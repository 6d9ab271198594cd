import cors from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BlobStore } from '../blob/index.js';
import { UnpackedTiles } from '../layer/index.js';
import { createSegmentCache } from '../segment/index.js';
import { answerErrors, createFramework, guardRequests } from './framework.js';
import { defaultAnswerCacheBytes, type KeptAnswer } from './http/answer-cache.js';
import { ByteCache } from './http/byte-cache.js';
import { exposedHeaders } from './http/common-headers.js';
import { KeptAnswers } from './http/kept-answers.js';
import { defaultMaxCells, defaultMaxTiles } from './http/limits.js';
import { MadeDocuments } from './http/made-documents.js';
import { checkBodyType, readForms } from './http/request-body.js';
import { defaultMaxConcurrent, RequestLimit } from './http/request-limit.js';
import { keepAliveMs, type Protocol } from './http/server.js';
import { SharedAnswers } from './http/shared-answers.js';
import { answerOptions, refuseUnmatched } from './http/unmatched.js';
import { InstanceDirectory } from './instance-directory.js';
import { LayerDirectory } from './layer-directory.js';
import { LocationDirectory } from './location-directory.js';
import { createMetrics } from './metrics.js';
import { RequestTally } from './request-tally.js';
import { type ResultOptions, Results } from './results/results.js';
import type { Route, ServiceContext } from './route.js';
import { apiRoutes } from './routes/api-routes.js';
import { collectionRoutes } from './routes/collection-routes.js';
import { itemRoutes } from './routes/item-routes.js';
import { keyRoutes } from './routes/key-routes.js';
import { landingRoutes } from './routes/landing-routes.js';
import { layerRoutes } from './routes/layer-routes.js';
import { locationRoutes } from './routes/location-routes.js';
import { mapDocumentRoutes } from './routes/map-document-routes.js';
import { mapRoutes } from './routes/map-routes.js';
import { operationRoutes } from './routes/operation-routes.js';
import { planRoutes } from './routes/plan-routes.js';
import { pointRoutes } from './routes/point-routes.js';
import { queryRoutes } from './routes/query-routes.js';
import { rangeTileRoutes } from './routes/range-tile-routes.js';
import { resultRoutes } from './routes/result-routes.js';
import { statisticsRoutes } from './routes/statistics-routes.js';
import { tileAtOnce } from './routes/stored-tile.js';
import { tilesetRoutes } from './routes/tileset-routes.js';
import { viewerRoutes } from './routes/viewer-routes.js';
import { wmtsRoutes } from './routes/wmts-routes.js';
import { hasPage, servePage } from './web-page.js';
import { shareMetrics } from './worker-metrics.js';

/** Unpacked tiles kept unless the service is told otherwise. */
export const defaultTileCacheBytes = 64 * 1024 * 1024;
const PREFLIGHT_SECONDS = 86_400;
/** Of the memory for answers: those of queries are small. */
const SHARED_SHARE = 1 / 16;
/** Of the memory for answers: those about data. */
const DOCUMENTS_SHARE = 1 / 16;

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
  /** Memory for tiles that were unpacked last; 0 keeps none. */
  readonly tileCacheBytes?: number;
  /** Where the built web page is; `/` is JSON only when there is none. */
  readonly pageDirectory?: string;
  /** Believe X-Forwarded-Host and X-Forwarded-Proto. Off by default: anybody can send them. */
  readonly trustProxy?: boolean;
  /** HTTP/1.1 without TLS unless told otherwise. */
  readonly protocol?: Protocol;
  /** Keeps answers too large to be waited for; without it they are 413. */
  readonly results?: ResultOptions | undefined;
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
  tileCacheBytes = defaultTileCacheBytes,
  pageDirectory,
  trustProxy = false,
  protocol = {},
  results: resultOptions,
  isWorker = false,
  log = process.stderr,
}: ServiceOptions): Promise<FastifyInstance> {
  // First, while nothing is open yet that would have to be closed.
  const results =
    resultOptions &&
    (await Results.open(resultOptions, (error) => app.log.error({ err: error }, 'result failed')));
  const cache = createSegmentCache();
  const unpacked = new UnpackedTiles(tileCacheBytes);
  const caches = { cache, unpacked };
  const layers = new LayerDirectory({
    store,
    caches,
    onDamage: (layer, error) => app.log.error({ layer, err: error }, 'layer left out of a listing'),
  });
  const sharedBytes = answerCacheBytes * SHARED_SHARE;
  const documentBytes = answerCacheBytes * DOCUMENTS_SHARE;
  const documents = new MadeDocuments(documentBytes);
  const answers = new ByteCache<KeptAnswer>(answerCacheBytes - sharedBytes - documentBytes);
  const shared = new SharedAnswers(sharedBytes);
  const tally = new RequestTally();
  const limit = new RequestLimit(maxConcurrent);
  const kept = new KeptAnswers({
    cache: answers,
    layers,
    limit,
    tally,
    keepAliveMs,
    answerAtOnce: (request) => tileAtOnce(layers, request),
  });
  const { app, closeConnections } = createFramework({
    protocol,
    trustProxy,
    log,
    handleFirst: (request, response, handle) => {
      if (!kept.answer(request, response)) handle(request, response);
    },
  });
  app.addHook('onClose', () => cache.close());
  // Requests under way may end; connections that only wait would keep the server for minutes.
  app.addHook('preClose', async () => {
    kept.stop();
    closeConnections();
    await results?.close();
  });
  watchRequests(app, tally);
  const isPageBuilt = hasPage(pageDirectory);
  const limits = { maxCells, maxTiles };
  const registry = createMetrics({ tally, segments: cache, unpacked, answers, shared, documents, results });
  const instances = new InstanceDirectory({ store, caches, layers });
  const locations = new LocationDirectory(store);
  const context = {
    layers,
    instances,
    locations,
    limits,
    kept,
    shared,
    documents,
    results,
    hasPage: isPageBuilt,
  };
  const printMetrics = isWorker ? shareMetrics(registry) : () => registry.metrics();
  const routes = allRoutes(context, operationRoutes({ registry, printMetrics, layers }));
  answerErrors(app);
  readForms(app);
  guardRequests(app);
  answerOptions(app, routes);
  await app.register(cors, {
    methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
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

function allRoutes(context: ServiceContext, operations: readonly Route[]): Route[] {
  const routes: Route[] = [
    ...landingRoutes(context),
    ...apiRoutes(context, () => routes),
    ...collectionRoutes(context),
    ...queryRoutes(context),
    ...rangeTileRoutes(context),
    ...locationRoutes(context),
    ...itemRoutes(context),
    ...resultRoutes(context),
    ...layerRoutes(context),
    ...pointRoutes(context),
    ...planRoutes(context),
    ...statisticsRoutes(context),
    ...keyRoutes(context),
    ...mapRoutes(context),
    ...viewerRoutes(context),
    ...mapDocumentRoutes(context),
    ...tilesetRoutes(context),
    ...wmtsRoutes(context),
    ...operations,
  ];
  return routes;
}

/** Goes first, so that what another hook refuses is counted too. */
function watchRequests(app: FastifyInstance, tally: RequestTally): void {
  app.addHook('onRequest', (request, reply, next) => {
    tally.watch(request.method, reply.raw, () => request.routeOptions.url ?? 'none');
    next();
  });
}
