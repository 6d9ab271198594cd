import type { FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../../errors/index.js';
import type { LayerReader } from '../../layer/index.js';
import type { TileAddress } from '../../maps/index.js';
import { baseUrl } from '../http/base-url.js';
import { DataReply } from '../http/data-reply.js';
import { jsonOffer, negotiate, negotiateJson } from '../http/negotiate.js';
import { readQuery, shorten } from '../http/query-text.js';
import { answerTile } from '../maps/answer-tile.js';
import { askedMap } from '../maps/asked-map.js';
import { hasMaps } from '../maps/layer-map.js';
import { mapParameters, scaleParameter } from '../maps/map-parameters.js';
import { readMapQuery } from '../maps/map-query.js';
import { readScale } from '../maps/read-scale.js';
import { coverageOffers, pictureOffers, type TileOffer, tileMediaTypes } from '../maps/tile-forms.js';
import {
  listedTilesets,
  type TileData,
  type TilesetPlace,
  tilesetDocument,
  tilesetList,
} from '../maps/tileset-document.js';
import { metadataFormat, type ParameterSpec } from '../parameter-table.js';
import { pathPart, type Route, type ServiceContext } from '../route.js';
import { matrixSetOf, matrixSetRoutes } from './matrix-set-routes.js';

/** Tilesets of all collections are listed for as many of them. */
const maxListed = 500;

/** One kind of tiles that collections have. */
interface TilesetKind {
  readonly path: string;
  readonly data: TileData;
  /** In the names of operations. */
  readonly name: string;
  readonly title: string;
}

const kinds: readonly TilesetKind[] = [
  { path: '/collections/:collectionId/map/tiles', data: 'map', name: 'CollectionMap', title: 'map tiles' },
  {
    path: '/collections/:collectionId/styles/:styleId/map/tiles',
    data: 'map',
    name: 'StyledMap',
    title: 'map tiles in a style',
  },
  {
    path: '/collections/:collectionId/coverage/tiles',
    data: 'coverage',
    name: 'Coverage',
    title: 'tiles of values',
  },
];
const documentParameters: readonly ParameterSpec[] = [...mapParameters, metadataFormat];
const tileParameters = (data: TileData): ParameterSpec[] => [
  ...mapParameters,
  scaleParameter,
  {
    name: 'f',
    description: 'Form of the tile; it beats the Accept header',
    schema: {
      type: 'string',
      enum: data === 'map' ? ['png', 'webp', 'jpg'] : coverageOffers.map(({ token }) => token),
    },
  },
];

/** OGC API - Tiles: tile matrix sets, tilesets of collections, and their tiles. */
export function tilesetRoutes(context: ServiceContext): Route[] {
  const common = { method: 'GET', tag: 'Tiles', produces: ['application/json'] } as const;
  return [
    ...matrixSetRoutes(),
    {
      ...common,
      path: '/map/tiles',
      operationId: 'listAllMapTilesets',
      summary: `Map tilesets of all collections, of the first ${maxListed} where there are more`,
      parameters: [metadataFormat],
      handle: (request, reply) => sendAllTilesets(context, request, reply),
    },
    ...kinds.flatMap((kind): Route[] => [
      {
        ...common,
        path: kind.path,
        operationId: `list${kind.name}Tilesets`,
        summary: `Tilesets of a collection: ${kind.title}`,
        parameters: documentParameters,
        hasDimensions: true,
        handle: (request, reply) => sendTilesets(context, { request, reply }, kind),
      },
      {
        ...common,
        path: `${kind.path}/:tileMatrixSetId`,
        operationId: `get${kind.name}Tileset`,
        summary: `Metadata of a tileset: ${kind.title}`,
        parameters: documentParameters,
        hasDimensions: true,
        handle: (request, reply) => sendTileset(context, { request, reply }, kind),
      },
      {
        ...common,
        path: `${kind.path}/:tileMatrixSetId/:tileMatrix/:tileRow/:tileCol`,
        operationId: `get${kind.name}Tile`,
        summary: `One of a collection's ${kind.title}`,
        parameters: tileParameters(kind.data),
        isData: true,
        hasDimensions: true,
        produces: kind.data === 'map' ? pictureTypes : valueTypes,
        handle: (request, reply) => sendTile(context, { request, reply }, kind),
      },
    ]),
  ];
}

const pictureTypes = [tileMediaTypes.png, tileMediaTypes.webp, tileMediaTypes.jpg];
const valueTypes = [...new Set(coverageOffers.flatMap(({ mediaTypes }) => mediaTypes))];

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function sendAllTilesets(
  { layers, documents }: ServiceContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  negotiateJson(request, [metadataFormat]);
  const url = baseUrl(request);
  const offers = await pictureOffers();
  const listed = (await layers.openAll()).filter(hasMaps).slice(0, maxListed);
  const query = readQuery({ url: '' }, mapParameters);
  return documents.send(request, reply, {
    mediaType: 'application/json',
    name: [url, 'map/tiles', ...listed.map(({ manifest, etag }) => `${manifest.layer} ${etag}`)],
    make: () => ({
      links: [{ href: `${url}/map/tiles`, rel: 'self', type: 'application/json', title: 'Map tilesets' }],
      tilesets: listed.flatMap((layer) => {
        const path = `/collections/${layer.manifest.layer}/map/tiles`;
        return listedTilesets(layer, { url, path, data: 'map', query, inPath: [], offers });
      }),
    }),
  });
}

async function sendTilesets(
  context: ServiceContext,
  { request, reply }: Exchange,
  kind: TilesetKind,
): Promise<FastifyReply> {
  const { layer, place } = await askedTileset(context, request, kind);
  return sendAbout(context, { request, reply }, { layer, place, make: () => tilesetList(layer, place) });
}

async function sendTileset(
  context: ServiceContext,
  { request, reply }: Exchange,
  kind: TilesetKind,
): Promise<FastifyReply> {
  const set = matrixSetOf(request);
  const { layer, place } = await askedTileset(context, request, kind);
  return sendAbout(
    context,
    { request, reply },
    { layer, place, make: () => tilesetDocument(layer, set, place) },
  );
}

function sendAbout(
  { documents }: ServiceContext,
  { request, reply }: Exchange,
  { layer, place, make }: { layer: LayerReader; place: TilesetPlace; make: () => unknown },
): Promise<FastifyReply> {
  const name = [place.url, request.url.split('?')[0]!, layer.etag, place.query.canonical];
  return documents.send(request, reply, { mediaType: 'application/json', name, make });
}

async function askedTileset(
  { layers }: ServiceContext,
  request: FastifyRequest,
  { path, data }: TilesetKind,
): Promise<{ layer: LayerReader; place: TilesetPlace }> {
  const layer = await layers.open(pathPart(request, 'collectionId'));
  const inPath = styleOf(request);
  const query = readMapQuery(request, layer, { specs: documentParameters, path: inPath });
  negotiate([jsonOffer], { f: query.get('f'), accept: request.headers.accept });
  const url = baseUrl(request);
  const offers = await offersOf(data);
  const parts = path.replace(/:(\w+)/g, (_, name) => encodeURIComponent(pathPart(request, name)));
  return { layer, place: { url, path: parts, data, query, inPath: Object.keys(inPath), offers } };
}

async function sendTile(
  context: ServiceContext,
  { request, reply }: Exchange,
  { data: tileData }: TilesetKind,
): Promise<FastifyReply> {
  const data = new DataReply(request, reply);
  const layer = await context.layers.open(pathPart(request, 'collectionId'));
  const matrixSet = matrixSetOf(request);
  const tile = tileAddress(request);
  const query = readMapQuery(request, layer, { specs: tileParameters(tileData), path: styleOf(request) });
  const { offer, mediaType } = negotiate(await offersOf(tileData), {
    f: query.get('f'),
    accept: request.headers.accept,
  });
  const { token: format } = offer;
  const asked = { ...askedMap(query), tile, matrixSet, scale: readScale(query.get('scale')), format };
  reply.header('Vary', 'Accept');
  return answerTile(context, { request, reply, data }, { layer, query, asked, mediaType });
}

async function offersOf(data: TileData): Promise<readonly TileOffer[]> {
  return data === 'map' ? pictureOffers() : coverageOffers;
}

function styleOf(request: FastifyRequest): Readonly<Record<string, string>> {
  const style = pathPart(request, 'styleId');
  return style === '' ? {} : { style };
}

function tileAddress(request: FastifyRequest): TileAddress {
  const index = (name: string) => {
    const text = pathPart(request, name);
    if (/^\d{1,10}$/.test(text)) return Number(text);
    throw new NotFoundError('no such tile', { [name]: shorten(text) });
  };
  return { zoom: index('tileMatrix'), row: index('tileRow'), col: index('tileCol') };
}
