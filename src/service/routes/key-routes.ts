import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeTile } from '../../codec/index.js';
import { NotFoundError } from '../../errors/index.js';
import type { TileKey, TileShape } from '../../grid/index.js';
import { describeTile, type LayerReader, type TileLookup, tileInGrid } from '../../layer/index.js';
import { bytesOfCells, type Parameter } from '../../raster/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { checkCells } from '../http/limits.js';
import { jsonOffer, negotiate, type Offer } from '../http/negotiate.js';
import { HttpProblem } from '../http/problem.js';
import { readQuery } from '../http/query-text.js';
import { jsonBody } from '../http/request-body.js';
import { tileFormat, tileLevel, tileTime } from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';
import { keySchema, maxBatchKeys, parseKey, parseKeys } from './key-text.js';
import { tilesWork } from './tile-work.js';

const binOffer: Offer = { token: 'bin', mediaTypes: ['application/octet-stream'] };
const keyParameters = [tileTime, tileLevel, tileFormat];
const batchSchema = {
  type: 'object',
  required: ['keys'],
  properties: { keys: { type: 'array', minItems: 1, maxItems: maxBatchKeys, items: keySchema } },
};

/** Stored tiles by key, one or many. */
export function keyRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/layers/:layer/tiles/:level/:parameter/:col/:row',
      method: 'GET',
      operationId: 'getStoredTile',
      summary: 'One stored tile; 204 for a hole, 404 outside the layer',
      tag: 'Layers',
      parameters: keyParameters,
      isData: true,
      hasDimensions: true,
      mayBeEmpty: true,
      produces: [...binOffer.mediaTypes, ...jsonOffer.mediaTypes],
      handle: (request, reply) => answerTile(context, request, reply),
    },
    {
      path: '/layers/:layer/tiles',
      method: 'POST',
      operationId: 'getStoredTiles',
      summary: 'Stored tiles of several keys, cells as base64 of little-endian numbers',
      tag: 'Layers',
      parameters: [],
      isData: true,
      produces: ['application/json'],
      body: { mediaTypes: [jsonBody], schema: batchSchema },
      handle: (request, reply) => answerBatch(context, request, reply),
    },
  ];
}

async function answerTile(
  { layers, kept }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const { key, offer } = askedTile(request, layer);
  const match = data.tag([layer.etag, 'tile', JSON.stringify(key), offer.token]);
  reply.header('Vary', 'Accept');
  if (match === 'same') return reply.code(304).send();
  data.plan(tilesWork(layer, [key]));
  const lookup = await layer.get(key, { signal: abortWithClient(reply) });
  data.read();
  if (lookup.kind === 'outside') throw new NotFoundError('no such tile in the layer', { ...key });
  if (lookup.kind === 'hole') return reply.code(204).send();
  if (match === 'any') return reply.code(304).send();
  const parameter = layer.parameter(key.parameter);
  const { manifest } = layer;
  if (offer === jsonOffer) {
    const text = JSON.stringify(await describeTile(key, lookup.tile, { parameter, manifest }));
    return kept.send(request, reply.header('Content-Type', 'application/json'), {
      layer,
      body: Buffer.from(text),
    });
  }
  reply.header('Tilecurve-Extent', shapeText(tileInGrid(key, parameter, manifest)));
  const bytes = bytesOfCells(await decodeTile(lookup.tile, parameter));
  reply.type('application/octet-stream').headers(cellHeaders(lookup, parameter));
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return kept.send(request, reply, { layer, body });
}

/** Throws: NotFoundError for an unknown parameter; InvalidArgumentError for anything else that is wrong. */
function askedTile(request: FastifyRequest, layer: LayerReader): { key: TileKey; offer: Offer } {
  const { grid } = layer.manifest;
  const query = readQuery(request, keyParameters, dimensionsOf(layer));
  const { offer } = negotiate([binOffer, jsonOffer], { f: query.get('f'), accept: request.headers.accept });
  const key = parseKey(grid, {
    level: pathPart(request, 'level'),
    parameter: pathPart(request, 'parameter'),
    col: pathPart(request, 'col'),
    row: pathPart(request, 'row'),
    t: query.get('t'),
    z: query.get('z'),
    custom: query.dimensions,
  });
  layer.parameter(key.parameter);
  return { key, offer };
}

type FoundTile = TileLookup & { readonly kind: 'found' };

function cellHeaders({ tile }: FoundTile, { scale, offset, noData }: Parameter): Record<string, string> {
  return {
    'Tilecurve-Type': tile.type,
    'Tilecurve-Shape': shapeText(tile.shape),
    'Tilecurve-Scale': String(scale),
    'Tilecurve-Offset': String(offset),
    ...(noData !== undefined && { 'Tilecurve-No-Data': String(noData) }),
  };
}

function shapeText(shape: TileShape): string {
  return Object.entries(shape)
    .map(([axis, length]) => `${axis}=${length}`)
    .join(',');
}

function describeCells({ tile }: FoundTile, parameter: Parameter): Record<string, unknown> {
  const { scale, offset, noData } = parameter;
  const known = noData !== undefined && Number.isFinite(noData) ? { noData } : {};
  return { type: tile.type, shape: tile.shape, scale, offset, ...known };
}

async function answerBatch(
  { layers, limits }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  // Its body is one of keys, not of parameters.
  readQuery({ raw: request.raw, body: undefined }, []);
  const layer = await layers.open(pathPart(request, 'layer'));
  const keys = parseKeys(layer.manifest.grid, request.body);
  for (const key of keys) layer.parameter(key.parameter);
  const { t, z, row, col } = layer.manifest.tileShape;
  checkCells(keys.length * t * z * row * col, limits);
  if (data.tag([layer.etag, 'tiles', JSON.stringify(keys)]) !== 'none') {
    throw new HttpProblem(412, 'the tiles are those that If-None-Match names');
  }
  data.plan(tilesWork(layer, keys));
  const signal = abortWithClient(reply);
  const first = await tileText(layer, keys[0]!, signal);
  data.read();
  data.addTrailer();
  return reply
    .type('application/json')
    .send(Readable.from(batchText(layer, { keys, first, signal }), { objectMode: false }));
}

async function* batchText(
  layer: LayerReader,
  { keys, first, signal }: { keys: readonly TileKey[]; first: string; signal: AbortSignal },
): AsyncGenerator<string> {
  yield `{"tiles":[${first}`;
  for (const key of keys.slice(1)) yield `,${await tileText(layer, key, signal)}`;
  yield ']}';
}

async function tileText(layer: LayerReader, key: TileKey, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const lookup = await layer.get(key, { signal });
  if (lookup.kind !== 'found') return JSON.stringify({ key, kind: lookup.kind });
  const parameter = layer.parameter(key.parameter);
  const bytes = bytesOfCells(await decodeTile(lookup.tile, parameter));
  const cells = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return JSON.stringify({ key, kind: 'found', ...describeCells(lookup, parameter), cells });
}
