import { baseUrl } from '../http/base-url.js';
import { negotiate, type Offer } from '../http/negotiate.js';
import { htmlOffer } from '../http/page-offers.js';
import { readQuery } from '../http/query-text.js';
import { describeApi, type OpenApiVersion, openApiTypes } from '../open-api.js';
import { apiPage, operationAddress, operationField } from '../pages/api-page.js';
import { sendPage } from '../pages/page.js';
import { metadataFormat } from '../parameter-table.js';
import type { Route, ServiceContext } from '../route.js';

/** The description of the API itself, for programs and for people; `routes` are all that it describes. */
export function apiRoutes(context: ServiceContext, routes: () => readonly Route[]): Route[] {
  return [
    descriptionRoute(context, routes, { path: '/api', version: '3.0', operationId: 'getApi' }),
    descriptionRoute(context, routes, { path: '/api/3.1', version: '3.1', operationId: 'getApi31' }),
    {
      path: '/api.html',
      method: 'GET',
      tag: 'Capabilities',
      operationId: 'getApiPage',
      summary: 'This description for people',
      parameters: [],
      produces: ['text/html'],
      handle: async (request, reply) => {
        const home = baseUrl(request);
        const { searchParams } = new URL(request.url, home);
        if (searchParams.has(operationField)) {
          return reply.redirect(home + operationAddress(routes(), searchParams), 303);
        }
        readQuery(request, []);
        negotiate([htmlOffer], { accept: request.headers.accept });
        const body = apiPage(routes(), { action: `${home}/api.html` });
        return sendPage(request, reply, { title: 'API', body, home });
      },
    },
  ];
}

function descriptionRoute(
  { documents }: ServiceContext,
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
      const url = baseUrl(request);
      const make = () => describeApi(routes(), { url, version });
      return documents.send(request, reply, { mediaType, name: [path, url], make });
    },
  };
}
