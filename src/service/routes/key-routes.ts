import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeTile, type StoredTile } from '../../codec/index.js';
import { addWork, noWork, workOf } from '../../edr/index.js';
import type { TileKey } from '../../grid/index.js';
import { type LayerReader, type TileLookup, tileCells } from '../../layer/index.js';
import { bytesOfCells, type Parameter } from '../../raster/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { checkCells } from '../http/limits.js';
import { HttpProblem } from '../http/problem.js';
import { readQuery } from '../http/query-text.js';
import { jsonBody } from '../http/request-body.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { keySchema, maxBatchKeys, parseKeys } from './key-text.js';
import { storedTileRoute } from './stored-tile.js';

/** Tiles of a batch read together, and their cells: bounds memory, keeps the threads that unpack busy. */
const MAX_TOGETHER = 64;
const CELLS_TOGETHER = 2 ** 21;

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
      body: { mediaTypes: [jsonBody], schema: batchSchema },
      handle: (request, reply) => answerBatch(context, request, reply),
    },
  ];
}

async function answerBatch(
  { layers, limits }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  // Its body is one of keys, not of parameters.
  readQuery({ url: request.url }, []);
  const layer = await layers.open(pathPart(request, 'layer'));
  const keys = parseKeys(layer.manifest.grid, request.body);
  for (const key of keys) layer.parameter(key.parameter);
  checkCells(keys.length * tileCells(layer.manifest.tileShape), limits);
  if (data.tag([layer.etag, 'tiles', JSON.stringify(keys)]) !== 'none') {
    throw new HttpProblem(412, 'the tiles are those that If-None-Match names');
  }
  data.plan(keys.map((key) => workOf(layer.planTile(key))).reduce(addWork, noWork));
  const texts = tileTexts(layer, keys, abortWithClient(reply));
  // What is damaged there fails while the client can still be told.
  const first = await texts.next();
  data.read();
  data.addTrailer();
  return reply
    .type('application/json')
    .send(Readable.from(batchText(first.value ?? '', texts), { objectMode: false }));
}

async function* batchText(first: string, others: AsyncIterable<string>): AsyncGenerator<string> {
  yield `{"tiles":[${first}`;
  for await (const text of others) yield `,${text}`;
  yield ']}';
}

/** Texts of several tiles at a time, whose records are read together. */
async function* tileTexts(
  layer: LayerReader,
  keys: readonly TileKey[],
  signal: AbortSignal,
): AsyncGenerator<string, undefined> {
  const count = Math.max(
    1,
    Math.min(MAX_TOGETHER, Math.floor(CELLS_TOGETHER / tileCells(layer.manifest.tileShape))),
  );
  for (let start = 0; start < keys.length; start += count) {
    signal.throwIfAborted();
    const some = keys.slice(start, start + count);
    const lookups = await layer.getMany(some, { signal });
    const texts = await Promise.all(some.map((key, i) => tileText(layer, key, lookups[i]!)));
    yield texts.join(',');
  }
}

async function tileText(layer: LayerReader, key: TileKey, lookup: TileLookup): Promise<string> {
  if (lookup.kind !== 'found') return JSON.stringify({ key, kind: lookup.kind });
  const parameter = layer.parameter(key.parameter);
  const bytes = bytesOfCells(await decodeTile(lookup.tile, parameter));
  const cells = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  return JSON.stringify({ key, kind: 'found', ...describeCells(lookup.tile, parameter), cells });
}

function describeCells(tile: StoredTile, parameter: Parameter): Record<string, unknown> {
  const { scale, offset, noData } = parameter;
  const known = noData !== undefined && Number.isFinite(noData) ? { noData } : {};
  return { type: tile.type, shape: tile.shape, scale, offset, ...known };
}
