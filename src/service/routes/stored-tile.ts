import type { FastifyReply, FastifyRequest } from 'fastify';
import { cellBytesNow, decodeTile, maxBytesNow } from '../../codec/index.js';
import { workOf } from '../../edr/index.js';
import { NotFoundError } from '../../errors/index.js';
import type { TileKey, TileShape } from '../../grid/index.js';
import {
  describeTile,
  type LayerReader,
  layoutOf,
  type TileLookup,
  tileCells,
  tileInGrid,
} from '../../layer/index.js';
import { bytesOfCells, cellBytes, type Parameter } from '../../raster/index.js';
import { abortWithClient } from '../http/abort-with-client.js';
import { DataReply, PhaseTimes, tagHeaders, workText } from '../http/data-reply.js';
import { entityTag } from '../http/etag.js';
import type { AnswerAtOnce, PlainRequest } from '../http/kept-answers.js';
import { jsonOffer, negotiate, type Offer } from '../http/negotiate.js';
import { readQuery } from '../http/query-text.js';
import { headerLines } from '../http/send-kept.js';
import type { LayerDirectory } from '../layer-directory.js';
import { tileFormat, tileLevel, tileTime } from '../parameter-table.js';
import { dimensionsOf, pathPart, type Route, type ServiceContext } from '../route.js';
import { parseKey } from './key-text.js';

const path = '/layers/:layer/tiles/:level/:parameter/:col/:row';
/** Addresses of `path` that have nothing to decode. */
const plainAddress = /^\/layers\/([\w.-]{1,100})\/tiles\/(\d+)\/([\w.-]{1,100})\/(\d+)\/(\d+)\/?(?:\?|$)/;

const binOffer: Offer = { token: 'bin', mediaTypes: ['application/octet-stream'] };
const keyParameters = [tileTime, tileLevel, tileFormat];

/** One stored tile by key. */
export function storedTileRoute(context: ServiceContext): Route {
  return {
    path,
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
  };
}

async function answerTile(
  { layers, kept }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await layers.open(pathPart(request, 'layer'));
  const { key, offer } = askedTile(layer, {
    url: request.url,
    accept: request.headers.accept,
    level: pathPart(request, 'level'),
    parameter: pathPart(request, 'parameter'),
    col: pathPart(request, 'col'),
    row: pathPart(request, 'row'),
  });
  const match = data.tag(tagParts(layer, key, offer));
  reply.header('Vary', 'Accept');
  if (match === 'same') return reply.code(304).send();
  data.plan(workOf(layer.planTile(key)));
  const lookup = layer.peek(key) ?? (await layer.get(key, { signal: abortWithClient(reply) }));
  data.read();
  if (lookup.kind === 'outside') throw new NotFoundError('no such tile in the layer', { ...key });
  if (lookup.kind === 'hole') return reply.code(204).send();
  if (match === 'any') return reply.code(304).send();
  const parameter = layer.parameter(key.parameter);
  if (offer === jsonOffer) {
    const { manifest } = layer;
    const text = JSON.stringify(await describeTile(key, lookup.tile, { parameter, manifest }));
    return kept.send(request, reply.header('Content-Type', 'application/json'), {
      layer,
      body: Buffer.from(text),
    });
  }
  reply.headers(cellHeaders(layer, key, lookup));
  const bytes = bytesOfCells(await decodeTile(lookup.tile, parameter));
  return kept.send(request, reply, { layer, body: asBuffer(bytes) });
}

/**
 * What the route answers to a plain request, where that can be said without waiting: the cells of a tile that is
 * there, short, and in an open segment. Undefined for everything else, errors too, which the route then answers.
 */
export function tileAtOnce(layers: LayerDirectory, request: PlainRequest): AnswerAtOnce | undefined {
  const [, name, level, parameter, col, row] = plainAddress.exec(request.url) ?? [];
  const layer = name === undefined ? undefined : layers.fresh(name);
  if (layer === undefined) return undefined;
  try {
    const { url, accept } = request;
    return readAtOnce(layer, { url, accept, level, parameter, col, row });
  } catch {
    // Not hidden: the route meets the same, and tells the client.
    return undefined;
  }
}

function readAtOnce(layer: LayerReader, asked: AskedTile): AnswerAtOnce | undefined {
  const times = new PhaseTimes();
  const { key, offer } = askedTile(layer, asked);
  const parameter = layer.parameter(key.parameter);
  // Longer tiles would be read twice where their codec needs a thread; beside reading them the framework is nothing.
  if (offer !== binOffer || bytesOfTile(layer, parameter) > maxBytesNow) return undefined;
  const tag = entityTag(tagParts(layer, key, offer));
  const work = workOf(layer.planTile(key));
  times.end('plan');
  const lookup = layer.peek(key);
  if (lookup?.kind !== 'found') return undefined;
  const bytes = cellBytesNow(lookup.tile, parameter);
  if (bytes === undefined) return undefined;
  times.end('read');
  // Joined as text: objects joined by spreading would take as long as the read.
  const headers =
    headerLines(tagHeaders(tag)) +
    headerLines({ vary: 'Accept', 'tilecurve-work': workText(work) }) +
    headerLines(cellHeaders(layer, key, lookup));
  return { layer, route: path, headers, times: times.text, body: asBuffer(bytes) };
}

/** The texts of a request that say which tile is wanted, and in which form. */
interface AskedTile extends PlainRequest {
  readonly level: string | undefined;
  readonly parameter: string | undefined;
  readonly col: string | undefined;
  readonly row: string | undefined;
}

/** Throws: NotFoundError for an unknown parameter; InvalidArgumentError for anything else that is wrong. */
function askedTile(
  layer: LayerReader,
  { url, accept, level, parameter, col, row }: AskedTile,
): { readonly key: TileKey; readonly offer: Offer } {
  const query = readQuery({ url }, keyParameters, dimensionsOf(layer));
  const { offer } = negotiate([binOffer, jsonOffer], { f: query.get('f'), accept });
  const key = parseKey(layer.manifest.grid, {
    level,
    parameter,
    col,
    row,
    t: query.get('t'),
    z: query.get('z'),
    custom: query.dimensions,
  });
  layer.parameter(key.parameter);
  return { key, offer };
}

function bytesOfTile({ manifest: { grid, tileShape } }: LayerReader, parameter: Parameter): number {
  return tileCells(layoutOf(parameter, grid, tileShape).shape) * cellBytes(parameter.type);
}

function tagParts(layer: LayerReader, key: TileKey, offer: Offer): string[] {
  return [layer.etag, 'tile', JSON.stringify(key), offer.token];
}

type FoundTile = TileLookup & { readonly kind: 'found' };

function cellHeaders(layer: LayerReader, key: TileKey, { tile }: FoundTile): Record<string, string> {
  const parameter = layer.parameter(key.parameter);
  const { scale, offset, noData } = parameter;
  const headers: Record<string, string> = {
    'content-type': 'application/octet-stream',
    'tilecurve-extent': shapeText(tileInGrid(key, parameter, layer.manifest)),
    'tilecurve-type': tile.type,
    'tilecurve-shape': shapeText(tile.shape),
    'tilecurve-scale': String(scale),
    'tilecurve-offset': String(offset),
  };
  if (noData !== undefined) headers['tilecurve-no-data'] = String(noData);
  return headers;
}

function shapeText({ t, z, row, col }: TileShape): string {
  return `t=${t},z=${z},row=${row},col=${col}`;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
