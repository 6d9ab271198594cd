import type { FastifyReply, FastifyRequest } from 'fastify';
import { collectionDocument } from '../collection-document.js';
import { baseUrl } from '../http/base-url.js';
import { negotiatePage } from '../http/page-offers.js';
import { sendMetadata } from '../http/send-metadata.js';
import { collectionPage } from '../pages/collection-page.js';
import { collectionsPage } from '../pages/document-pages.js';
import { pageFormat } from '../parameter-table.js';
import type { Route, ServiceContext } from '../route.js';
import { askedLayer } from './asked-layer.js';
import { byPost } from './by-post.js';
import { dataQueries } from './query-routes.js';

/** The list of collections and each of them. */
export function collectionRoutes(context: ServiceContext): Route[] {
  const common = {
    method: 'GET',
    tag: 'Collections',
    parameters: [pageFormat],
    produces: ['application/json', 'text/html'],
  } as const;
  const routes: Route[] = [
    {
      ...common,
      path: '/collections',
      operationId: 'getCollections',
      summary: 'All collections',
      handle: (request, reply) => sendCollections(context, request, reply),
    },
    {
      ...common,
      path: '/collections/:collectionId',
      operationId: 'getCollection',
      summary: 'One collection: its extent, parameters and queries',
      handle: (request, reply) => sendCollection(context, request, reply),
    },
  ];
  // QGIS, told to use POST, does so everywhere.
  return routes.flatMap((route) => [
    route,
    byPost(route, { operationId: route.operationId.replace(/^get/, 'post') }),
  ]);
}

async function sendCollections(
  { layers }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const offer = negotiatePage(request, [pageFormat]);
  const url = `${baseUrl(request)}/collections`;
  const readers = await layers.openAll();
  const collections = readers.map(({ manifest }) =>
    collectionDocument(manifest, { url: `${url}/${manifest.layer}` }),
  );
  return sendMetadata(request, reply, {
    offer,
    body: { links: listLinks(url, 'Collections'), collections },
    title: 'Collections',
    page: () => collectionsPage(collections),
  });
}

async function sendCollection(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const offer = negotiatePage(request, [pageFormat]);
  const { layer, url } = await askedLayer(context, request);
  const body = collectionDocument(layer.manifest, { url });
  return sendMetadata(request, reply, {
    offer,
    body,
    title: body.title,
    page: () => collectionPage(body, dataQueries),
  });
}

function listLinks(url: string, title: string) {
  return [
    { href: url, rel: 'self', type: 'application/json', title },
    { href: `${url}?f=html`, rel: 'alternate', type: 'text/html', title: `${title}, for people` },
  ];
}
