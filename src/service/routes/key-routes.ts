import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeTile, type StoredTile } from '../../codec/index.js';
import { addWork, noWork, workOf } from '../../edr/index.js';
import type { TileKey } from '../../grid/index.js';
import type { LayerReader } from '../../layer/index.js';
import { bytesOfCells, type Parameter } from '../../raster/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { checkCells } from '../http/limits.js';
import { HttpProblem } from '../http/problem.js';
import { readQuery } from '../http/query-text.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { keySchema, maxBatchKeys, parseKeys } from './key-text.js';
import { storedTileRoute } from './stored-tile.js';

const batchSchema = {
  type: 'object',
  required: ['keys'],
  properties: { keys: { type: 'array', minItems: 1, maxItems: maxBatchKeys, items: keySchema } },
};

/** Stored tiles by key, one or many. */
export function keyRoutes(context: ServiceContext): Route[] {
  return [
    storedTileRoute(context),
    {
      path: '/layers/:layer/tiles',
      method: 'POST',
      operationId: 'getStoredTiles',
      summary: 'Stored tiles of several keys, cells as base64 of little-endian numbers',
      tag: 'Layers',
      parameters: [],
      isData: true,
      produces: ['application/json'],
      body: batchSchema,
      handle: (request, reply) => answerBatch(context, request, reply),
    },
  ];
}

function describeCells(tile: StoredTile, parameter: Parameter): Record<string, unknown> {
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
  readQuery(request, []);
  const layer = await layers.open(pathPart(request, 'layer'));
  const keys = parseKeys(layer.manifest.grid, request.body);
  for (const key of keys) layer.parameter(key.parameter);
  const { t, z, row, col } = layer.manifest.tileShape;
  checkCells(keys.length * t * z * row * col, limits);
  if (data.tag([layer.etag, 'tiles', JSON.stringify(keys)]) !== 'none') {
    throw new HttpProblem(412, 'the tiles are those that If-None-Match names');
  }
  data.plan(keys.map((key) => workOf(layer.planTile(key))).reduce(addWork, noWork));
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
  return JSON.stringify({ key, kind: 'found', ...describeCells(lookup.tile, parameter), cells });
}
