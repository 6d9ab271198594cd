import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/static';
import { baseUrl } from '../http/base-url.js';
import { jsonOffer, negotiate, negotiateJson, type Offer } from '../http/negotiate.js';
import { readQuery } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { describeApi, openApiTypes } from '../open-api.js';
import { metadataFormat, pageFormat } from '../parameter-table.js';
import type { Route, ServiceContext } from '../route.js';

const htmlOffer: Offer = { token: 'html', mediaTypes: ['text/html'] };
const apiOffer: Offer = { token: 'json', mediaTypes: [openApiTypes['3.0'], 'application/json'] };

const edrVersions = [
  'http://www.opengis.net/spec/ogcapi-edr-1/1.0',
  'http://www.opengis.net/spec/ogcapi-edr-1/1.1',
  'https://www.opengis.net/spec/ogcapi-edr-1/1.2',
];
const edrClasses = ['core', 'collections', 'json', 'covjson', 'oas30'];
const commonClasses = ['ogcapi-common-1/1.0/conf/core', 'ogcapi-common-2/1.0/conf/collections'];

/** Landing page, conformance and the description of the API itself; `routes` are all that it describes. */
export function landingRoutes(context: ServiceContext, routes: () => readonly Route[]): Route[] {
  const common = { method: 'GET', tag: 'Capabilities', parameters: [metadataFormat] } as const;
  return [
    {
      ...common,
      path: '/',
      parameters: [context.hasPage ? pageFormat : metadataFormat],
      operationId: 'getLandingPage',
      summary: 'What this service offers',
      produces: context.hasPage ? ['application/json', 'text/html'] : ['application/json'],
      handle: (request, reply) => sendLanding(context, request, reply),
    },
    {
      ...common,
      path: '/conformance',
      operationId: 'getConformance',
      summary: 'Conformance classes of the standards that this service meets',
      produces: ['application/json'],
      handle: async (request, reply) => {
        negotiateJson(request, [metadataFormat]);
        return sendDocument(request, reply, { body: { conformsTo: conformanceClasses() } });
      },
    },
    {
      ...common,
      path: '/api',
      operationId: 'getApi',
      summary: 'This description',
      produces: [openApiTypes['3.0']],
      handle: async (request, reply) => {
        const query = readQuery(request, [metadataFormat]);
        const { mediaType } = negotiate([apiOffer], { f: query.get('f'), accept: request.headers.accept });
        const body = describeApi(routes(), { url: baseUrl(request), version: '3.0' });
        return sendDocument(request, reply, { body, mediaType });
      },
    },
  ];
}

function conformanceClasses(): string[] {
  return [
    ...edrVersions.flatMap((version) => edrClasses.map((name) => `${version}/conf/${name}`)),
    ...['http', 'https'].flatMap((scheme) =>
      commonClasses.map((name) => `${scheme}://www.opengis.net/spec/${name}`),
    ),
  ];
}

async function sendLanding(
  { hasPage }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = readQuery(request, [metadataFormat]);
  const offers = hasPage ? [jsonOffer, htmlOffer] : [jsonOffer];
  const { offer } = negotiate(offers, { f: query.get('f'), accept: request.headers.accept });
  if (offer === htmlOffer) return reply.header('Vary', 'Accept').sendFile('index.html');
  const url = baseUrl(request);
  const page = { href: `${url}/?f=html`, rel: 'alternate', type: 'text/html', title: 'The map' };
  const links = [
    { href: `${url}/`, rel: 'self', type: 'application/json', title: 'This document' },
    ...(hasPage ? [page] : []),
    { href: `${url}/api`, rel: 'service-desc', type: openApiTypes['3.0'], title: 'Description of the API' },
    {
      href: `${url}/conformance`,
      rel: 'conformance',
      type: 'application/json',
      title: 'Conformance classes',
    },
    { href: `${url}/collections`, rel: 'data', type: 'application/json', title: 'Collections' },
  ];
  return sendDocument(request, reply, {
    body: {
      title: 'tilecurve',
      description: 'Gridded data by OGC API - Environmental Data Retrieval, map tiles and stored tiles',
      keywords: ['EDR', 'coverage', 'grid', 'tiles'],
      links,
    },
  });
}
