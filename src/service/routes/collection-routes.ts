import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CollectionDocument } from '../../edr/index.js';
import type { LayerReader } from '../../layer/index.js';
import { collectionDocument } from '../collection-document.js';
import { dataQueries } from '../data-queries.js';
import { baseUrl } from '../http/base-url.js';
import { negotiatePage } from '../http/page-offers.js';
import { sendMetadata } from '../http/send-metadata.js';
import { collectionPage } from '../pages/collection-page.js';
import { collectionsPage } from '../pages/document-pages.js';
import { pageFormat } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { askedLayer } from './asked-layer.js';
import { withPost } from './by-post.js';

/** The list of collections and each of them, and the same of instances. */
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
    {
      ...common,
      path: '/collections/:collectionId/instances',
      operationId: 'getInstances',
      summary: 'The instances of a collection: its snapshots that have a name, and the latest',
      handle: (request, reply) => sendInstances(context, request, reply),
    },
    {
      ...common,
      path: '/collections/:collectionId/instances/:instanceId',
      operationId: 'getInstance',
      summary: 'One instance of a collection',
      handle: (request, reply) => sendCollection(context, request, reply),
    },
  ];
  // QGIS, told to use POST, does so everywhere.
  return routes.flatMap(withPost);
}

async function sendCollections(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { layers, locations } = context;
  const offer = negotiatePage(request, [pageFormat]);
  const url = `${baseUrl(request)}/collections`;
  const readers = await layers.openAll();
  const haveLocations = await locations.haveEach(readers.map(({ manifest }) => manifest.layer));
  const describe = () => {
    const collections = readers.map(({ manifest }, i) =>
      collectionDocument(manifest, { url: `${url}/${manifest.layer}`, hasLocations: haveLocations[i]! }),
    );
    return {
      body: { links: listLinks(url, 'Collections'), collections },
      title: 'Collections',
      page: () => collectionsPage(collections),
    };
  };
  const decidedBy = readers.map((reader, i) => stateOf(reader, haveLocations[i]!));
  return sendMetadata(context, { request, reply }, { offer, decidedBy, describe });
}

async function sendInstances(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const offer = negotiatePage(request, [pageFormat]);
  const name = pathPart(request, 'collectionId');
  const listed = await context.instances.list(name);
  const url = `${baseUrl(request)}/collections/${name}/instances`;
  const hasLocations = await context.locations.has(name);
  const describe = () => {
    const documents: CollectionDocument[] = listed.map(({ id, reader }) =>
      collectionDocument(reader.manifest, { url: `${url}/${id}`, instance: id, hasLocations }),
    );
    const title = `Instances of ${name}`;
    return {
      body: { links: listLinks(url, title), instances: documents },
      title,
      page: () => collectionsPage(documents),
    };
  };
  const decidedBy = listed.flatMap(({ id, reader }) => [id, stateOf(reader, hasLocations)]);
  return sendMetadata(context, { request, reply }, { offer, decidedBy, describe });
}

async function sendCollection(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const offer = negotiatePage(request, [pageFormat]);
  const { layer, url, instance } = await askedLayer(context, request);
  const hasLocations = await context.locations.has(layer.manifest.layer);
  const describe = () => {
    const body = collectionDocument(layer.manifest, { url, instance, hasLocations });
    // The viewer shows what is newest.
    const layerName = instance === undefined && context.hasPage ? layer.manifest.layer : undefined;
    return { body, title: body.title, page: () => collectionPage(body, dataQueries, { layerName }) };
  };
  const decidedBy = [stateOf(layer, hasLocations)];
  return sendMetadata(context, { request, reply }, { offer, decidedBy, describe });
}

/** What a collection is described by: its snapshot, and whether it has places. */
function stateOf({ manifest, etag }: LayerReader, hasLocations: boolean): string {
  return `${manifest.layer} ${etag} ${hasLocations}`;
}

function listLinks(url: string, title: string) {
  return [
    { href: url, rel: 'self', type: 'application/json', title },
    { href: `${url}?f=html`, rel: 'alternate', type: 'text/html', title: `${title}, for people` },
  ];
}
