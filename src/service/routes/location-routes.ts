import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Location } from '../../catalog/index.js';
import { type AskedLocations, filterLocations, planLocations, type planPosition } from '../../edr/index.js';
import { InvalidArgumentError, NotFoundError } from '../../errors/index.js';
import { collectionDocument } from '../collection-document.js';
import { commonParameters } from '../data-queries.js';
import { baseUrl } from '../http/base-url.js';
import { negotiate } from '../http/negotiate.js';
import { featureOffer, htmlOffer, programsAccept, readFeatureLimit } from '../http/page-offers.js';
import { readQuery, shorten } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { locationsPage } from '../pages/locations-page.js';
import { sendPage } from '../pages/page.js';
import * as table from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { type AskedLayer, askedLayer, collectionPaths } from './asked-layer.js';
import { withPost } from './by-post.js';
import { answerQuery, dataRoute } from './query-routes.js';

/** Locations of one data query. */
const MAX_ASKED = 100;

const listParameters = [table.bboxFilter, table.datetime, table.listLimit, table.featureFormat];
const dataParameters = [table.aggregation, ...commonParameters, ...table.dataPage];

/** The named places of collections and of their instances: a list of them, and the data of each. */
export function locationRoutes(context: ServiceContext): Route[] {
  return collectionPaths.flatMap(({ path, name }) => {
    const list: Route = {
      path: `${path}/locations`,
      method: 'GET',
      operationId: `get${name}Locations`,
      summary: 'Named places as GeoJSON',
      tag: 'Locations',
      parameters: listParameters,
      produces: ['application/geo+json', 'application/json', 'text/html'],
      handle: (request, reply) => sendList(context, request, reply),
    };
    const data: Route = {
      ...dataRoute(context),
      path: `${path}/locations/:locationId`,
      operationId: `get${name}LocationData`,
      summary: 'Data of one place, or of several whose ids have commas between them',
      tag: 'Locations',
      parameters: dataParameters,
      handle: (request, reply) => sendData(context, request, reply),
    };
    return [list, data].flatMap(withPost);
  });
}

async function sendList(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = readQuery(request, listParameters);
  const accept = programsAccept(request.headers.accept);
  const { offer, mediaType } = negotiate([featureOffer, htmlOffer], { f: query.get('f'), accept });
  const limit = readFeatureLimit(query);
  const asked = await askedLayer(context, request);
  const { layer, url } = asked;
  const all = await context.locations.of(layer.manifest.layer);
  const filter = { bbox: query.get('bbox'), datetime: query.get('datetime') };
  const matching = filterLocations(layer, all, filter);
  const shown = matching.slice(0, limit);
  if (offer === htmlOffer) {
    const title = `Locations of ${layer.manifest.layer}`;
    return sendPage(request, reply, { title, body: locationsPage(shown, url), home: baseUrl(request) });
  }
  const body = {
    type: 'FeatureCollection',
    features: describeLocations(shown, asked),
    links: [
      { href: `${url}/locations`, rel: 'self', type: 'application/geo+json' },
      { href: `${url}/locations?f=html`, rel: 'alternate', type: 'text/html' },
    ],
    numberMatched: matching.length,
    numberReturned: shown.length,
  };
  return sendDocument(request, reply, { body, mediaType });
}

/** Features with the properties that EDR asks of each. */
function describeLocations(
  locations: readonly Location[],
  { layer, url, instance }: AskedLayer,
): Record<string, unknown>[] {
  const { extent, parameter_names } = collectionDocument(layer.manifest, {
    url,
    instance,
    hasLocations: true,
  });
  return locations.map(({ id, title, geometry }) => ({
    type: 'Feature',
    id,
    geometry,
    properties: {
      label: title,
      datetime: extent.temporal.interval[0]!.join('/'),
      'parameter-name': Object.keys(parameter_names),
      edrqueryendpoint: `${url}/locations/${encodeURIComponent(id)}`,
    },
  }));
}

async function sendData(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { layer } = await askedLayer(context, request);
  const chosen = chooseLocations(
    pathPart(request, 'locationId'),
    await context.locations.of(layer.manifest.layer),
  );
  // Another import may give the same ids other places.
  const name = JSON.stringify(['locations', chosen]);
  const plan: typeof planPosition = (asked, texts) => planLocations(asked, chosen, texts);
  return answerQuery(
    context,
    { name, title: 'locations', parameters: dataParameters, plan },
    { request, reply },
  );
}

/**
 * The locations that a list of ids names, in its order; ids that nothing has are skipped.
 *
 * Throws: NotFoundError for a single id that nothing has; InvalidArgumentError for too many.
 */
function chooseLocations(text: string, all: readonly Location[]): AskedLocations {
  const ids = [...new Set(text.split(','))];
  if (ids.length > MAX_ASKED) {
    throw new InvalidArgumentError('too many locations', { found: ids.length, allowed: MAX_ASKED });
  }
  const locations = ids.flatMap((id) => all.find((location) => location.id === id) ?? []);
  if (text.includes(',')) return { kind: 'several', locations };
  if (locations.length > 0) return { kind: 'one', locations };
  throw new NotFoundError('no such location', { location: shorten(text) });
}
