import type { FastifyReply, FastifyRequest } from 'fastify';
import { addWork, noWork, workOf } from '../../edr/index.js';
import { InvalidArgumentError, NotFoundError } from '../../errors/index.js';
import {
  drawMapTile,
  planMapTile,
  type Resampling,
  resamplings,
  type TileFormat,
  type TileRequest,
} from '../../maps/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply } from '../http/data-reply.js';
import { entityTag } from '../http/etag.js';
import { checkTiles } from '../http/limits.js';
import { type QueryText, readNumber, readQuery, shorten } from '../http/query-text.js';
import * as table from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';

const mediaTypes: Readonly<Record<TileFormat, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  f32: 'application/octet-stream',
  f16: 'application/octet-stream',
  q16: 'image/png',
  q24: 'image/png',
};
const formats = Object.keys(mediaTypes) as readonly TileFormat[];

const mapParameters: readonly table.ParameterSpec[] = [
  {
    name: 'parameter',
    description: 'Which parameter; the first when absent. Two with a comma between for styles of winds',
    schema: { type: 'string' },
  },
  table.datetime,
  table.z,
  { name: 'style', description: 'Colour ramp', schema: { type: 'string', default: 'viridis' } },
  {
    name: 'range',
    description: "lowest,highest value of the colours; the parameter's own when absent",
    schema: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  },
  {
    name: 'level',
    description: 'Pyramid level to read; the one that fits when absent',
    schema: { type: 'integer', minimum: 0 },
  },
  {
    name: 'resampling',
    description: 'How pixels take cells: the one at their centre, or what lies between four',
    schema: { type: 'string', enum: resamplings },
  },
];

/** Map tiles of WebMercatorQuad. */
export function mapRoutes(context: ServiceContext): Route[] {
  return [
    {
      path: '/tiles/:layer/:z/:x/:tile',
      documentedPath: '/tiles/{layer}/{z}/{x}/{y}.{format}',
      method: 'GET',
      operationId: 'getMapTile',
      summary: 'A map tile: png, or f32 (256 x 256 little-endian float32, NaN for no data)',
      tag: 'Maps',
      parameters: mapParameters,
      isData: true,
      hasDimensions: true,
      produces: Object.values(mediaTypes),
      handle: (request, reply) => answerMapTile(context, request, reply),
    },
  ];
}

async function answerMapTile(
  { layers, limits, kept, shared }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const query = readQuery(request, mapParameters, dimensionsOf(layer));
  const asked = tileRequest(request, query);
  const plan = planMapTile(layer, asked);
  const plans = plan.source === undefined ? [] : [plan.source.plan, ...plan.source.otherPlans];
  const work = plans.map(workOf).reduce(addWork, noWork);
  checkTiles(work, limits);
  const { zoom, col, row } = asked.tile;
  const tagParts = [layer.etag, 'map', asked.format, `${zoom}/${col}/${row}`, query.canonical];
  const match = data.tag(tagParts);
  if (match !== 'none') return reply.code(304).send();
  data.plan(work);
  reply.type(mediaTypes[asked.format]);
  if (request.method === 'HEAD') return reply.send();
  const draw = async (signal: AbortSignal) => {
    const bytes = await drawMapTile(layer, plan, { signal });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const body = await shared.get(entityTag(tagParts), abortWithClient(reply), draw);
  data.read();
  return kept.send(request, reply, { layer, body: body! });
}

function tileRequest(request: FastifyRequest, query: QueryText): TileRequest {
  const [, y, extension] = /^(\d{1,9})\.(\w{1,8})$/.exec(pathPart(request, 'tile')) ?? [];
  const format = formats.find((name) => name === extension);
  if (y === undefined || format === undefined) {
    throw new NotFoundError('no such tile', {
      found: shorten(pathPart(request, 'tile')),
      expected: `y.${formats.join(', y.')}`,
    });
  }
  const texts = {
    parameter: query.get('parameter'),
    datetime: query.get('datetime'),
    z: query.get('z'),
    style: query.get('style'),
  };
  const range = query.get('range');
  const level = query.get('level');
  const resampling = query.get('resampling');
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    tile: { zoom: tileIndex(request, 'z'), col: tileIndex(request, 'x'), row: Number(y) },
    custom: query.dimensions,
    ...(range !== undefined && { range: parseRange(range) }),
    ...(level !== undefined && { level: parseLevel(level) }),
    ...(resampling !== undefined && { resampling: parseResampling(resampling) }),
    format,
  };
}

function parseLevel(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('level expects a whole number', {
    parameter: 'level',
    found: shorten(text),
  });
}

function parseResampling(text: string): Resampling {
  const resampling = resamplings.find((name) => name === text);
  if (resampling !== undefined) return resampling;
  throw new InvalidArgumentError('no such resampling', {
    parameter: 'resampling',
    found: shorten(text),
    known: resamplings,
  });
}

function tileIndex(request: FastifyRequest, name: string): number {
  const text = pathPart(request, name);
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new NotFoundError('no such tile', { [name]: shorten(text) });
}

function parseRange(text: string): { low: number; high: number } {
  const [low, high, ...others] = text.split(',');
  if (low === undefined || high === undefined || others.length > 0) {
    throw new InvalidArgumentError('range expects two numbers', { parameter: 'range', found: shorten(text) });
  }
  return { low: readNumber(low, 'range'), high: readNumber(high, 'range') };
}
