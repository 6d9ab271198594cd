import type { FastifyReply, FastifyRequest } from 'fastify';
import { mapColours } from '../../maps/index.js';
import { describeLegend, encodeLegend, type LegendFormat, listStyles } from '../../render/index.js';
import { baseUrl } from '../http/base-url.js';
import { DataReply } from '../http/data-reply.js';
import { jsonOffer, negotiate, negotiateJson } from '../http/negotiate.js';
import { readCount } from '../http/query-text.js';
import { sendDocument } from '../http/send-json.js';
import { askedMap } from '../maps/asked-map.js';
import { mapParameters, scaleParameter } from '../maps/map-parameters.js';
import { readMapQuery } from '../maps/map-query.js';
import { readScale } from '../maps/read-scale.js';
import { pictureOffers, valueOffers } from '../maps/tile-forms.js';
import { tileJson } from '../maps/tile-json.js';
import type { ParameterSpec } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

const legendTypes: Readonly<Record<LegendFormat, string>> = {
  png: 'image/png',
  svg: 'image/svg+xml',
  json: 'application/json',
};
const legendParameters: readonly ParameterSpec[] = [
  ...mapParameters,
  ...['width', 'height'].map((name) => ({
    name,
    description: `Pixels of the legend, its ${name}; a list of classes or categories is as high as it needs`,
    schema: { type: 'integer', minimum: 40, maximum: 2048 },
  })),
];
const tileJsonParameters: readonly ParameterSpec[] = [
  ...mapParameters,
  scaleParameter,
  {
    name: 'f',
    description: 'Form of the tiles',
    schema: { type: 'string', enum: ['png', 'webp', 'jpg', 'f32', 'f16', 'q16', 'q24'], default: 'png' },
  },
];

/** What goes with the tiles of a layer: the styles, TileJSON and legends. */
export function mapDocumentRoutes(context: ServiceContext): Route[] {
  const common = { method: 'GET', tag: 'Maps' } as const;
  const legends = (Object.keys(legendTypes) as LegendFormat[]).map(
    (format): Route => ({
      ...common,
      path: `/tiles/:layer/legend.${format}`,
      operationId: `getLegend${format.charAt(0).toUpperCase()}${format.slice(1)}`,
      summary: `The legend of a layer's tiles as ${format.toUpperCase()}; it takes the query of a tile`,
      parameters: legendParameters,
      hasDimensions: true,
      produces: [legendTypes[format]],
      handle: (request, reply) => sendLegend(context, { request, reply }, format),
    }),
  );
  return [
    {
      ...common,
      path: '/styles',
      operationId: 'listStyles',
      summary: 'Styles that have a name',
      parameters: [],
      produces: ['application/json'],
      handle: async (request, reply) => {
        negotiateJson(request, []);
        return sendDocument(request, reply, { body: { styles: listStyles() } });
      },
    },
    {
      ...common,
      path: '/tiles/:layer/tilejson.json',
      operationId: 'getTileJson',
      summary: "TileJSON 3.0.0 of a layer's tiles; it takes the query of a tile",
      parameters: tileJsonParameters,
      hasDimensions: true,
      produces: ['application/json'],
      handle: (request, reply) => sendTileJson(context, request, reply),
    },
    ...legends,
  ];
}

async function sendTileJson(
  { layers, documents }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  negotiate([jsonOffer], { accept: request.headers.accept });
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readMapQuery(request, layer, { specs: tileJsonParameters });
  const offers = [...(await pictureOffers()), ...valueOffers];
  const { token: format } = negotiate(offers, { f: query.get('f') ?? 'png' }).offer;
  const scale = readScale(query.get('scale'));
  const url = baseUrl(request);
  return documents.send(request, reply, {
    mediaType: 'application/json',
    name: [url, 'tilejson', layer.manifest.layer, layer.etag, format, query.canonical],
    make: () => tileJson(layer, { url, query, format, scale }),
  });
}

async function sendLegend(
  { layers }: ServiceContext,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  format: LegendFormat,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readMapQuery(request, layer, { specs: legendParameters });
  const { parameter, style, range } = mapColours(layer, askedMap(query));
  const { title, unit } = parameter;
  const legend = describeLegend(style, range, { title, ...(unit !== undefined && { unit }) });
  if (data.tag([layer.etag, 'legend', format, query.canonical]) !== 'none') return reply.code(304).send();
  const [width, height] = ['width', 'height'].map((name) => readSide(query.get(name), name));
  const bytes = await encodeLegend(legend, format, { width, height });
  return reply.type(legendTypes[format]).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function readSide(text: string | undefined, name: string): number | undefined {
  return text === undefined ? undefined : readCount(text, name, 1);
}
