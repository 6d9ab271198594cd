import type { FastifyReply, FastifyRequest } from 'fastify';
import { addWork, noWork, workOf } from '../../edr/index.js';
import type { LayerReader } from '../../layer/index.js';
import {
  drawMapTile,
  type MapTilePlan,
  planMapTile,
  type TileRequest,
  tileHint,
  webMercatorQuad,
} from '../../maps/index.js';
import { quantisation } from '../../render/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import type { DataReply } from '../http/data-reply.js';
import { entityTag } from '../http/etag.js';
import { checkTiles } from '../http/limits.js';
import type { QueryText } from '../http/query-text.js';
import type { ServiceContext } from '../route.js';

/** A tile as a request asks for it. */
export interface AskedTile {
  readonly layer: LayerReader;
  /** What decides the tile beside its place and its form. */
  readonly query: QueryText;
  readonly asked: TileRequest;
  readonly mediaType: string;
}

/** Draws a tile and sends it, or 304 when the client has it. */
export async function answerTile(
  { limits, kept, shared }: ServiceContext,
  {
    request,
    reply,
    data,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly data: DataReply },
  { layer, query, asked, mediaType }: AskedTile,
): Promise<FastifyReply> {
  const plan = planMapTile(layer, asked);
  const plans = plan.source === undefined ? [] : [plan.source.plan, ...plan.source.otherPlans];
  const work = plans.map(workOf).reduce(addWork, noWork);
  checkTiles(work, limits);
  const tagParts = [layer.etag, 'map', asked.format, placeOf(asked), query.canonical];
  const match = data.tag(tagParts);
  if (match !== 'none') return reply.code(304).send();
  data.plan(work);
  reply.headers({ ...valueHeaders(plan), ...hintHeaders(layer, plan, asked) }).type(mediaType);
  if (request.method === 'HEAD') return reply.send();
  const draw = async (signal: AbortSignal) => {
    const bytes = await drawMapTile(layer, plan, { signal });
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  // Made once for all who ask at once.
  const body = await shared.get(entityTag(tagParts), abortWithClient(reply), draw);
  data.read();
  return kept.send(request, reply, { layer, body: body! });
}

/** Clients need not ask for the tiles that an empty or uniform one is divided into. */
function hintHeaders(layer: LayerReader, plan: MapTilePlan, asked: TileRequest): Record<string, string> {
  const hint = tileHint(layer, asked, plan);
  return hint === undefined ? {} : { 'OATiles-hint': hint };
}

function placeOf({ tile: { zoom, col, row }, matrixSet = webMercatorQuad, scale = 1 }: TileRequest): string {
  return `${matrixSet.id}/${zoom}/${col}/${row}@${scale}`;
}

/** What a client has to know of values that it decodes. */
function valueHeaders({ drawing, frame }: MapTilePlan): Record<string, string> {
  if (drawing.kind !== 'values') return {};
  const { format, range } = drawing;
  const shape = { 'Tilecurve-Shape': `${frame.side},${frame.side}` };
  switch (format) {
    case 'f32':
      return { ...shape, 'Tilecurve-Type': 'float32' };
    case 'f16':
      return { ...shape, 'Tilecurve-Type': 'float16' };
    case 'q16':
    case 'q24': {
      const { offset, scale } = quantisation(range, format);
      return { ...shape, 'Tilecurve-Offset': String(offset), 'Tilecurve-Scale': String(scale) };
    }
    default:
      return format satisfies never;
  }
}
