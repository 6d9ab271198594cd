import { describeCollection } from '../../edr/index.js';
import { baseUrl } from '../http/base-url.js';
import { negotiateJson } from '../http/negotiate.js';
import { dimensionParameter } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { metadataFormat } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { byPost } from './by-post.js';
import { queryParameters } from './query-routes.js';

const nameInQueries = (axis: string) => dimensionParameter(axis, queryParameters);

/** The list of collections and each of them. */
export function collectionRoutes({ layers }: ServiceContext): Route[] {
  const common = {
    method: 'GET',
    tag: 'Collections',
    parameters: [metadataFormat],
    produces: ['application/json'],
  } as const;
  const routes: Route[] = [
    {
      ...common,
      path: '/collections',
      operationId: 'getCollections',
      summary: 'All collections',
      handle: async (request, reply) => {
        negotiateJson(request, [metadataFormat]);
        const url = `${baseUrl(request)}/collections`;
        const readers = await layers.openAll();
        const collections = readers.map(({ manifest }) =>
          describeCollection(manifest, `${url}/${manifest.layer}`, nameInQueries),
        );
        const links = [{ href: url, rel: 'self', type: 'application/json', title: 'Collections' }];
        return sendDocument(request, reply, { body: { links, collections } });
      },
    },
    {
      ...common,
      path: '/collections/:collectionId',
      operationId: 'getCollection',
      summary: 'One collection: its extent, parameters and queries',
      handle: async (request, reply) => {
        negotiateJson(request, [metadataFormat]);
        const { manifest } = await layers.open(pathPart(request, 'collectionId'));
        const url = `${baseUrl(request)}/collections/${manifest.layer}`;
        return sendDocument(request, reply, { body: describeCollection(manifest, url, nameInQueries) });
      },
    },
  ];
  // QGIS, told to use POST, does so everywhere.
  return routes.flatMap((route) => [
    route,
    byPost(route, { operationId: route.operationId.replace(/^get/, 'post') }),
  ]);
}
