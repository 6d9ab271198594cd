import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeTile } from '../../codec/index.js';
import { InvalidArgumentError, NotFoundError } from '../../errors/index.js';
import type { TileKey, TileShape } from '../../grid/index.js';
import { describeTile, type LayerReader, type TileLookup, tileInGrid } from '../../layer/index.js';
import { bytesOfCells, type Cells, type Parameter } from '../../raster/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { entityTag, matchTag } from '../http/etag.js';
import { negotiate, type Offer } from '../http/negotiate.js';
import { HttpProblem } from '../http/problem.js';
import { readQuery } from '../http/query-text.js';
import { tileFormat, tileLevel, tileTime } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { type KeyText, maxBatchKeys, parseKey, parseKeys } from './key-text.js';

const binOffer: Offer = { token: 'bin', mediaTypes: ['application/octet-stream'] };
const jsonOffer: Offer = { token: 'json', mediaTypes: ['application/json'] };
const keyParameters = [tileTime, tileLevel, tileFormat];
const batchSchema = {
  type: 'object',
  required: ['keys'],
  properties: {
    keys: {
      type: 'array',
      maxItems: maxBatchKeys,
      items: {
        type: 'object',
        required: ['parameter', 'col', 'row'],
        properties: {
          level: { type: 'integer' },
          parameter: { type: 'string' },
          col: { type: 'integer' },
          row: { type: 'integer' },
          t: { type: 'integer' },
          z: { type: 'integer' },
        },
        additionalProperties: { type: 'integer' },
      },
    },
  },
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
      hasDimensions: true,
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
      produces: ['application/json'],
      body: batchSchema,
      handle: (request, reply) => answerBatch(context, request, reply),
    },
  ];
}

async function answerTile(
  { layers }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const startedMs = performance.now();
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readQuery(
    request,
    keyParameters,
    layer.manifest.grid.custom.map(({ name }) => name),
  );
  const { offer } = negotiate([binOffer, jsonOffer], { f: query.get('f'), accept: request.headers.accept });
  const text: KeyText = {
    ...query.dimensions,
    level: pathPart(request, 'level'),
    parameter: pathPart(request, 'parameter'),
    col: pathPart(request, 'col'),
    row: pathPart(request, 'row'),
    t: query.get('t'),
    z: query.get('z'),
  };
  const key = parseKey(layer.manifest.grid, text);
  const parameter = layer.parameter(key.parameter);
  const tag = entityTag([layer.etag, 'tile', JSON.stringify(key), offer.token]);
  reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept' });
  const match = matchTag(request.headers['if-none-match'], tag);
  if (match === 'same') return reply.code(304).send();
  const lookup = await layer.get(key, { signal: abortWithClient(reply) });
  reply.header('Server-Timing', `read;dur=${(performance.now() - startedMs).toFixed(1)}`);
  if (lookup.kind === 'outside') throw new NotFoundError('no such tile in the layer', { ...key });
  if (lookup.kind === 'hole') return reply.code(204).send();
  if (match === 'any') return reply.code(304).send();
  reply.header(
    'Tilecurve-Work',
    `segments=1;tiles=1;bytes=${lookup.tile.kind === 'coded' ? lookup.tile.bytes.length : 0}`,
  );
  if (offer === binOffer) {
    reply.header('Tilecurve-Extent', shapeText(tileInGrid(key, parameter, layer.manifest)));
    return sendCells(reply, { lookup, parameter, cells: await decodeTile(lookup.tile, parameter) });
  }
  const body = await describeTile(key, lookup.tile, { parameter, manifest: layer.manifest });
  return reply.header('Content-Type', 'application/json').send(Buffer.from(JSON.stringify(body)));
}

interface FoundTile {
  readonly lookup: TileLookup & { readonly kind: 'found' };
  readonly parameter: Parameter;
  readonly cells: Cells;
}

function sendCells(reply: FastifyReply, { lookup, parameter, cells }: FoundTile): FastifyReply {
  const { shape, type } = lookup.tile;
  const bytes = bytesOfCells(cells);
  return reply
    .type('application/octet-stream')
    .headers({
      'Tilecurve-Type': type,
      'Tilecurve-Shape': shapeText(shape),
      'Tilecurve-Scale': String(parameter.scale),
      'Tilecurve-Offset': String(parameter.offset),
      ...(parameter.noData !== undefined && { 'Tilecurve-No-Data': String(parameter.noData) }),
    })
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function shapeText(shape: TileShape): string {
  return Object.entries(shape)
    .map(([axis, length]) => `${axis}=${length}`)
    .join(',');
}

function describeCells({ tile }: FoundTile['lookup'], parameter: Parameter): Record<string, unknown> {
  const { scale, offset, noData } = parameter;
  const known = noData !== undefined && Number.isFinite(noData) ? { noData } : {};
  return { type: tile.type, shape: tile.shape, scale, offset, ...known };
}

async function answerBatch(
  { layers, maxCells }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  readQuery(request, []);
  const layer = await layers.open(pathPart(request, 'layer'));
  const keys = parseKeys(layer.manifest.grid, request.body);
  if (keys.length === 0) throw new InvalidArgumentError('keys is empty', { parameter: 'keys' });
  for (const key of keys) layer.parameter(key.parameter);
  const { t, z, row, col } = layer.manifest.tileShape;
  const cells = keys.length * t * z * row * col;
  if (cells > maxCells) {
    const detail = `the tiles would have ${cells} cells, at most ${maxCells} are answered at once`;
    throw new HttpProblem(413, detail, { members: { cells, maxCells } });
  }
  const signal = abortWithClient(reply);
  const first = await tileText(layer, keys[0]!, signal);
  return reply
    .headers({ 'Cache-Control': 'no-cache' })
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
