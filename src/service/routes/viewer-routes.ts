import '@fastify/static';
import { negotiate } from '../http/negotiate.js';
import { htmlOffer } from '../http/page-offers.js';
import { readQuery } from '../http/query-text.js';
import type { Route, ServiceContext } from '../route.js';

/** The page that shows layers on a map, where it has been built. */
export function viewerRoutes({ hasPage }: ServiceContext): Route[] {
  if (!hasPage) return [];
  return [
    {
      path: '/viewer',
      method: 'GET',
      operationId: 'getViewer',
      summary: 'The layers on a map, for people',
      tag: 'Maps',
      parameters: [],
      produces: ['text/html'],
      handle: async (request, reply) => {
        readQuery(request, []);
        negotiate([htmlOffer], { accept: request.headers.accept });
        // The page's addresses are relative, which below `/viewer/` would be others.
        if (request.url.split('?')[0]!.endsWith('/')) return reply.redirect('../viewer', 308);
        return reply.sendFile('index.html');
      },
    },
  ];
}
