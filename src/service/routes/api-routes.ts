import { baseUrl } from '../http/base-url.js';
import { negotiate, type Offer } from '../http/negotiate.js';
import { htmlOffer } from '../http/page-offers.js';
import { readQuery } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { describeApi, type OpenApiVersion, openApiTypes } from '../open-api.js';
import { apiPage } from '../pages/api-page.js';
import { sendPage } from '../pages/page.js';
import { metadataFormat } from '../parameter-table.js';
import type { Route } from '../route.js';

/** The description of the API itself, for programs and for people; `routes` are all that it describes. */
export function apiRoutes(routes: () => readonly Route[]): Route[] {
  return [
    descriptionRoute(routes, { path: '/api', version: '3.0', operationId: 'getApi' }),
    descriptionRoute(routes, { path: '/api/3.1', version: '3.1', operationId: 'getApi31' }),
    {
      path: '/api.html',
      method: 'GET',
      tag: 'Capabilities',
      operationId: 'getApiPage',
      summary: 'This description for people',
      parameters: [],
      produces: ['text/html'],
      handle: async (request, reply) => {
        readQuery(request, []);
        negotiate([htmlOffer], { accept: request.headers.accept });
        return sendPage(request, reply, { title: 'API', body: apiPage(routes()), home: baseUrl(request) });
      },
    },
  ];
}

function descriptionRoute(
  routes: () => readonly Route[],
  { path, version, operationId }: { path: string; version: OpenApiVersion; operationId: string },
): Route {
  const offer: Offer = { token: 'json', mediaTypes: [openApiTypes[version], 'application/json'] };
  return {
    path,
    method: 'GET',
    tag: 'Capabilities',
    operationId,
    summary: `This description, as OpenAPI ${version}`,
    parameters: [metadataFormat],
    produces: [openApiTypes[version]],
    handle: async (request, reply) => {
      const f = readQuery(request, [metadataFormat]).get('f');
      const { mediaType } = negotiate([offer], { f, accept: request.headers.accept });
      const body = describeApi(routes(), { url: baseUrl(request), version });
      return sendDocument(request, reply, { body, mediaType });
    },
  };
}
