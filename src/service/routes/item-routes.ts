import type { FastifyReply, FastifyRequest } from 'fastify';
import { listItems, planItem, requireItem } from '../../edr/index.js';
import { coverageFormats } from '../../formats/index.js';
import { collectionDocument } from '../collection-document.js';
import { baseUrl } from '../http/base-url.js';
import { negotiate } from '../http/negotiate.js';
import { featureOffer, htmlOffer, programsAccept, readFeatureLimit } from '../http/page-offers.js';
import { readCount, readQuery } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { itemsPage } from '../pages/items-page.js';
import { sendPage } from '../pages/page.js';
import * as table from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';
import { type AskedLayer, askedLayer, collectionPaths } from './asked-layer.js';
import { withPost } from './by-post.js';
import { answerQuery, dataRoute } from './query-routes.js';

const DEFAULT_FEATURES = 10;

const dataFormats = coverageFormats.filter(({ token }) => token !== featureOffer.token);
const listParameters = [
  table.bboxFilter,
  table.datetime,
  table.pageLimit,
  table.pageOffset,
  table.featureFormat,
];
const itemParameters = [table.z, table.parameterName, table.itemFormat];

/** The items of collections and of their instances: whole fields, one for each instant. */
export function itemRoutes(context: ServiceContext): Route[] {
  return collectionPaths.flatMap(({ path, name }) => {
    const list: Route = {
      path: `${path}/items`,
      method: 'GET',
      operationId: `get${name}Items`,
      summary: 'Whole fields as features, one for each instant',
      tag: 'Items',
      parameters: listParameters,
      produces: ['application/geo+json', 'application/json', 'text/html'],
      handle: (request, reply) => sendItems(context, request, reply),
    };
    const item: Route = {
      ...dataRoute(context),
      path: `${path}/items/:itemId`,
      operationId: `get${name}Item`,
      summary: 'One field: its feature, or its data',
      tag: 'Items',
      parameters: itemParameters,
      produces: [...featureOffer.mediaTypes, ...dataFormats.flatMap(({ mediaTypes }) => mediaTypes)],
      handle: (request, reply) => sendItem(context, request, reply),
    };
    return [list, item].flatMap(withPost);
  });
}

async function sendItems(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = readQuery(request, listParameters);
  const accept = programsAccept(request.headers.accept);
  const { offer, mediaType } = negotiate([featureOffer, htmlOffer], { f: query.get('f'), accept });
  const limit = readFeatureLimit(query, DEFAULT_FEATURES);
  const offset = readCount(query.get('offset'), 'offset');
  const asked = await askedLayer(context, request);
  const filter = { bbox: query.get('bbox'), datetime: query.get('datetime') };
  const { ids, matched } = listItems(asked.layer, filter, { offset, limit });
  const describe = itemDescriber(asked);
  const url = `${asked.url}/items`;
  const address = (changes: Readonly<Record<string, string>>) =>
    `${url}?${new URLSearchParams([...(Object.entries(filter).filter(([, text]) => text !== undefined) as [string, string][]), ...Object.entries(changes)])}`;
  const next = { limit: String(limit), offset: String(offset + limit) };
  const hasNext = offset + limit < matched;
  if (offer === htmlOffer) {
    const body = itemsPage(ids, { url, matched, ...(hasNext && { next: address({ ...next, f: 'html' }) }) });
    const title = `Items of ${asked.layer.manifest.layer}`;
    return sendPage(request, reply, { title, body, home: baseUrl(request) });
  }
  const body = {
    type: 'FeatureCollection',
    features: ids.map(describe),
    links: [
      { href: baseUrl(request) + request.url, rel: 'self', type: 'application/geo+json' },
      { href: `${url}?f=html`, rel: 'alternate', type: 'text/html' },
      ...(hasNext ? [{ href: address(next), rel: 'next', type: 'application/geo+json' }] : []),
    ],
    numberMatched: matched,
    numberReturned: ids.length,
  };
  return sendDocument(request, reply, { body, mediaType });
}

async function sendItem(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const asked = await askedLayer(context, request);
  const id = pathPart(request, 'itemId');
  requireItem(asked.layer, id);
  const query = readQuery(request, itemParameters, dimensionsOf(asked.layer));
  const accept = request.headers.accept;
  const { offer, mediaType } = negotiate([featureOffer, ...dataFormats], { f: query.get('f'), accept });
  if (offer === featureOffer) {
    return sendDocument(request, reply, { body: itemDescriber(asked)(id), mediaType });
  }
  const plan: Parameters<typeof answerQuery>[1]['plan'] = (layer, texts) => planItem(layer, id, texts);
  return answerQuery(
    context,
    { name: JSON.stringify(['items', id]), title: 'items', parameters: itemParameters, plan },
    { request, reply },
  );
}

/** Features with the properties that EDR asks of each, and links to the data in every form. */
function itemDescriber({ layer, url, instance }: AskedLayer): (id: string) => Record<string, unknown> {
  const place = { url, instance, hasLocations: true };
  const { extent, parameter_names, title } = collectionDocument(layer.manifest, place);
  const geometry = footprint(extent.spatial.bbox[0]!);
  return (id) => {
    const href = `${url}/items/${encodeURIComponent(id)}`;
    return {
      type: 'Feature',
      id,
      geometry,
      properties: {
        label: `${title}, ${id}`,
        datetime: id,
        'parameter-name': Object.keys(parameter_names),
        edrqueryendpoint: href,
      },
      links: [
        { href, rel: 'self', type: 'application/geo+json' },
        ...dataFormats.map(({ token, mediaTypes }) => ({
          href: `${href}?f=${token}`,
          rel: 'data',
          type: mediaTypes[0]!,
          title: token,
        })),
      ],
    };
  };
}

/** A box as a polygon; across the antimeridian as two, as RFC 7946 wants it. */
function footprint([west, south, east, north]: readonly number[]): Record<string, unknown> {
  const ring = (w: number, e: number) => [
    [
      [w, south],
      [e, south],
      [e, north],
      [w, north],
      [w, south],
    ],
  ];
  if (west! <= east!) return { type: 'Polygon', coordinates: ring(west!, east!) };
  return { type: 'MultiPolygon', coordinates: [ring(west!, 180), ring(-180, east!)] };
}
