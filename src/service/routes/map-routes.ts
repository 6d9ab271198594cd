import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../../errors/index.js';
import type { TileAddress, TileFormat } from '../../maps/index.js';
import { DataReply } from '../http/data-reply.js';
import { shorten } from '../http/query-text.js';
import { answerTile } from '../maps/answer-tile.js';
import { askedMap } from '../maps/asked-map.js';
import { mapParameters } from '../maps/map-parameters.js';
import { readMapQuery } from '../maps/map-query.js';
import { readScale } from '../maps/read-scale.js';
import { tileExtensions, tileMediaTypes } from '../maps/tile-forms.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';

/** The last part of a tile's address: its row, its size and its form. */
const TILE = /^(\d{1,9})(?:@(\d{1,9})x)?\.([a-z0-9]{1,8}(?:\.png)?)$/;

/** Map tiles of WebMercatorQuad. */
export function mapRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/tiles/:layer/:z/:x/:tile',
      documentedPath: '/tiles/{layer}/{z}/{x}/{y}.{format}',
      method: 'GET',
      operationId: 'getMapTile',
      summary:
        'A map tile: png, webp or jpg, or its values as f32, f16, q16.png or q24.png; y@2x has twice the pixels on a side',
      tag: 'Maps',
      parameters: mapParameters,
      isData: true,
      hasDimensions: true,
      produces: [...new Set(Object.values(tileExtensions).map((format) => tileMediaTypes[format]))],
      handle: (request, reply) => answerMapTile(context, request, reply),
    },
  ];
}

async function answerMapTile(
  context: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await context.layers.open(pathPart(request, 'layer'));
  const query = readMapQuery(request, layer, { specs: mapParameters });
  const asked = { ...askedMap(query), ...askedTile(request) };
  const mediaType = tileMediaTypes[asked.format];
  return answerTile(context, { request, reply, data }, { layer, query, asked, mediaType });
}

function askedTile(request: FastifyRequest): {
  readonly tile: TileAddress;
  readonly scale: number;
  readonly format: TileFormat;
} {
  const text = pathPart(request, 'tile');
  const [, y, scale = '1', extension = ''] = TILE.exec(text) ?? [];
  const format = Object.hasOwn(tileExtensions, extension) ? tileExtensions[extension] : undefined;
  if (y === undefined || format === undefined) {
    throw new NotFoundError('no such tile', {
      found: shorten(text),
      expected: `y.${Object.keys(tileExtensions).join(', y.')}, or y@2x. and the same`,
    });
  }
  const tile = { zoom: tileIndex(request, 'z'), col: tileIndex(request, 'x'), row: Number(y) };
  return { tile, scale: readScale(scale), format };
}

function tileIndex(request: FastifyRequest, name: string): number {
  const text = pathPart(request, name);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new NotFoundError('no such tile', { [name]: shorten(text) });
}
