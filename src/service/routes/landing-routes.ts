import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/static';
import { coverageFormats } from '../../formats/index.js';
import { hasSharp } from '../../render/index.js';
import { dataQueries } from '../data-queries.js';
import { baseUrl } from '../http/base-url.js';
import { htmlOffer, negotiatePage } from '../http/page-offers.js';
import { sendMetadata } from '../http/send-metadata.js';
import { landingTileLinks } from '../maps/tileset-document.js';
import { openApiTypes } from '../open-api.js';
import { conformancePage, landingPage } from '../pages/document-pages.js';
import { pageFormat } from '../parameter-table.js';
import type { Route, ServiceContext } from '../route.js';

const edrVersions = [
  'http://www.opengis.net/spec/ogcapi-edr-1/1.0',
  'http://www.opengis.net/spec/ogcapi-edr-1/1.1',
  'https://www.opengis.net/spec/ogcapi-edr-1/1.2',
];
const edrClasses = ['core', 'collections', 'json', 'covjson', 'oas30'];
const tileClasses = [
  'ogcapi-tiles-1/1.0/conf/core',
  'ogcapi-tiles-1/1.0/conf/tileset',
  'ogcapi-tiles-1/1.0/conf/tilesets-list',
  'ogcapi-tiles-1/1.0/conf/geodata-tilesets',
  'ogcapi-tiles-1/1.0/conf/oas30',
  'ogcapi-tiles-1/1.0/conf/png',
  'ogcapi-tiles-1/1.0/conf/tiff',
  'ogcapi-tiles-1/1.0/conf/netcdf',
  'tms/2.0/conf/tilematrixset',
  'tms/2.0/conf/json-tilematrixset',
];
const jpegClass = 'ogcapi-tiles-1/1.0/conf/jpeg';
const commonClasses = ['ogcapi-common-1/1.0/conf/core', 'ogcapi-common-2/1.0/conf/collections'];
/** The class of queries is met when all of these are answered. */
const allQueries = ['position', 'radius', 'area', 'cube', 'trajectory', 'corridor'];

/** Landing page and conformance. */
export function landingRoutes(context: ServiceContext): Route[] {
  const common = {
    method: 'GET',
    tag: 'Capabilities',
    parameters: [pageFormat],
    produces: ['application/json', 'text/html'],
  } as const;
  return [
    {
      ...common,
      path: '/',
      operationId: 'getLandingPage',
      summary: 'What this service offers',
      handle: (request, reply) => sendLanding(context, request, reply),
    },
    {
      ...common,
      path: '/conformance',
      operationId: 'getConformance',
      summary: 'Conformance classes of the standards that this service meets',
      handle: async (request, reply) => {
        const offer = negotiatePage(request, [pageFormat]);
        const canJpeg = await hasSharp();
        const describe = () => {
          const body = { conformsTo: conformanceClasses({ canJpeg }) };
          return { body, title: 'Conformance', page: () => conformancePage(body) };
        };
        return sendMetadata(context, { request, reply }, { offer, decidedBy: [], describe });
      },
    },
  ];
}

/** Only what is met as a whole. */
function conformanceClasses({ canJpeg }: { readonly canJpeg: boolean }): string[] {
  const hasAllQueries = allQueries.every((query) => dataQueries.some(({ name }) => name === query));
  const hasGeoJson = coverageFormats.some(({ token }) => token === 'GeoJSON');
  const classes = [...edrClasses, ...(hasAllQueries ? ['queries'] : []), ...(hasGeoJson ? ['geojson'] : [])];
  return [
    ...edrVersions.flatMap((version) => classes.map((name) => `${version}/conf/${name}`)),
    // Version 1.2 is the first to know it.
    `${edrVersions.at(-1)}/conf/oas31`,
    ...['http', 'https'].flatMap((scheme) =>
      commonClasses.map((name) => `${scheme}://www.opengis.net/spec/${name}`),
    ),
    ...[...tileClasses, ...(canJpeg ? [jpegClass] : [])].map((name) => `http://www.opengis.net/spec/${name}`),
  ];
}

async function sendLanding(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { hasPage } = context;
  const offer = negotiatePage(request, [pageFormat]);
  if (hasPage && offer === htmlOffer) return reply.header('Vary', 'Accept').sendFile('index.html');
  const describe = () => {
    const body = landingDocument(baseUrl(request), { hasPage });
    return { body, title: body.title, page: () => landingPage(body) };
  };
  return sendMetadata(context, { request, reply }, { offer, decidedBy: [], describe });
}

function landingDocument(url: string, { hasPage }: { readonly hasPage: boolean }) {
  const json = 'application/json';
  return {
    title: 'tilecurve',
    description: 'Gridded data by OGC API - Environmental Data Retrieval, map tiles and stored tiles',
    keywords: ['EDR', 'coverage', 'grid', 'tiles'],
    links: [
      { href: `${url}/`, rel: 'self', type: json, title: 'This document' },
      {
        href: `${url}/?f=html`,
        rel: 'alternate',
        type: 'text/html',
        title: hasPage ? 'The map' : 'This document as a page',
      },
      // Test suites and clients take the first description: it has to be of version 3.0.
      {
        href: `${url}/api`,
        rel: 'service-desc',
        type: openApiTypes['3.0'],
        title: 'Description of the API',
      },
      {
        href: `${url}/api/3.1`,
        rel: 'service-desc',
        type: openApiTypes['3.1'],
        title: 'Description of the API, OpenAPI 3.1',
      },
      {
        href: `${url}/api.html`,
        rel: 'service-doc',
        type: 'text/html',
        title: 'Description of the API, for people',
      },
      { href: `${url}/conformance`, rel: 'conformance', type: json, title: 'Conformance classes' },
      { href: `${url}/collections`, rel: 'data', type: json, title: 'Collections' },
      ...landingTileLinks(url),
    ],
  };
}
