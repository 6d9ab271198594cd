import type { FastifyReply, FastifyRequest } from 'fastify';
import { InvalidArgumentError } from '../../errors/index.js';
import type { LayerReader } from '../../layer/index.js';
import { baseUrl } from '../http/base-url.js';
import { negotiate } from '../http/negotiate.js';
import { readQuery, shorten } from '../http/query-text.js';
import { hasMaps } from '../maps/layer-map.js';
import { pictureOffers } from '../maps/tile-forms.js';
import { wmtsCapabilities } from '../maps/wmts-capabilities.js';
import type { ParameterSpec } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

const mediaType = 'application/xml';
const xmlOffer = { token: 'xml', mediaTypes: [mediaType, 'text/xml'] };
/** What OWSLib and others put behind any address of capabilities. */
const capabilitiesParameters: readonly ParameterSpec[] = [
  ['service', 'WMTS'],
  ['request', 'GetCapabilities'],
  ['version', '1.0.0'],
].map(([name, value]) => ({
  name: name!,
  aliases: [name!.toUpperCase()],
  description: `${value}, which it is without, too`,
  schema: { type: 'string', enum: [value], default: value },
}));

/** The capabilities of WMTS, of all layers and of each. */
export function wmtsRoutes(context: ServiceContext): Route[] {
  const common = {
    method: 'GET',
    tag: 'Tiles',
    parameters: capabilitiesParameters,
    produces: [mediaType],
  } as const;
  return [
    {
      ...common,
      path: '/wmts/1.0.0/WMTSCapabilities.xml',
      operationId: 'getWmtsCapabilities',
      summary: 'WMTS 1.0.0: every parameter of every layer, with styles, times, levels and tile addresses',
      handle: async (request, reply) =>
        sendCapabilities(context, { request, reply }, await context.layers.openAll()),
    },
    {
      ...common,
      path: '/tiles/:layer/WMTSCapabilities.xml',
      operationId: 'getLayerWmtsCapabilities',
      summary: 'WMTS 1.0.0 of one layer',
      handle: async (request, reply) => {
        const layer = await context.layers.open(pathPart(request, 'layer'));
        return sendCapabilities(context, { request, reply }, [layer]);
      },
    },
  ];
}

async function sendCapabilities(
  { documents }: ServiceContext,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  found: readonly LayerReader[],
): Promise<FastifyReply> {
  checkParameters(request);
  negotiate([xmlOffer], { accept: request.headers.accept });
  const layers = found.filter(hasMaps);
  const url = baseUrl(request);
  const path = request.url.split('?')[0]!;
  const offers = await pictureOffers();
  return documents.send(request, reply, {
    mediaType,
    name: [url, path, ...layers.map(({ manifest, etag }) => `${manifest.layer} ${etag}`)],
    make: () => wmtsCapabilities({ url, path, layers, offers }),
  });
}

function checkParameters(request: FastifyRequest): void {
  const query = readQuery(request, capabilitiesParameters);
  for (const { name, schema } of capabilitiesParameters) {
    const found = query.get(name) ?? schema.default;
    if (found === schema.default) continue;
    throw new InvalidArgumentError('this is the capabilities of WMTS 1.0.0; their templates lead to tiles', {
      parameter: name,
      found: shorten(String(found)),
      allowed: schema.default,
    });
  }
}
