import type { LayerReader } from '../../layer/index.js';
import { mapColours, type TileMatrixSet, tileMatrixSets, webMercatorQuad } from '../../maps/index.js';
import type { QueryText } from '../http/query-text.js';
import { askedMap } from './asked-map.js';
import { searchOf, type TileExtent, tileExtent } from './layer-map.js';
import { publishedSets } from './matrix-set-document.js';
import type { TileOffer } from './tile-forms.js';

const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const relations = 'http://www.opengis.net/def/rel/ogc/1.0/';

/** Pictures, or values. */
export type TileData = 'map' | 'coverage';

/** Tilesets of a collection: those of one kind, in one style. */
export interface TilesetPlace {
  /** Address of the service. */
  readonly url: string;
  /** Address of the list of tilesets, below the service's. */
  readonly path: string;
  readonly data: TileData;
  readonly query: QueryText;
  /** Parameters of the query that the path has. */
  readonly inPath: readonly string[];
  readonly offers: readonly TileOffer[];
}

/** The tilesets of a collection, one for each tile matrix set. Throws: as `tilesetDocument` does. */
export function tilesetList(layer: LayerReader, place: TilesetPlace) {
  return {
    links: [
      {
        href: `${place.url}${place.path}${searchOf(place.query, {}, place.inPath)}`,
        rel: 'self',
        type: 'application/json',
        title: 'Tilesets',
      },
    ],
    tilesets: listedTilesets(layer, place),
  };
}

/** The tilesets of a collection as lists have them: with their limits and the address of their tiles. */
export function listedTilesets(layer: LayerReader, place: TilesetPlace) {
  return tileMatrixSets.map((set) => describeTileset(layer, set, place).listed);
}

/**
 * Metadata of a tileset: where its tiles are, and what they show.
 *
 * Throws: InvalidArgumentError and NotFoundError for a query that the layer has no answer for, UnsupportedError for a
 * layer that cannot be drawn.
 */
export function tilesetDocument(layer: LayerReader, set: TileMatrixSet, place: TilesetPlace) {
  const { listed, extent, parameter } = describeTileset(layer, set, place);
  const { data, query } = place;
  const [west, south, east, north] = extent.box;
  const style = query.get('style') ?? 'default';
  return {
    ...listed,
    ...(data === 'map' && { style: { id: style } }),
    boundingBox: { lowerLeft: [west, south], upperRight: [east, north], crs: crs84 },
    centerPoint: { coordinates: [(west + east) / 2, (south + north) / 2], crs: crs84, tileMatrix: '0' },
    layers: [
      {
        id: parameter.id,
        title: parameter.title,
        dataType: data,
        minTileMatrix: '0',
        maxTileMatrix: String(extent.deepest),
      },
    ],
    links: [...listed.links, ...otherLinks(layer, set, place)],
  };
}

function describeTileset(
  layer: LayerReader,
  set: TileMatrixSet,
  { url, path, data, query, inPath, offers }: TilesetPlace,
) {
  const extent = tileExtent(layer, set);
  const address = `${url}${path}/${set.id}`;
  const { parameter } = mapColours(layer, askedMap(query));
  const listed = {
    title: `${layer.manifest.title}: ${parameter.title} (${publishedSets[set.id].title})`,
    dataType: data,
    crs: set.crsUri,
    tileMatrixSetId: set.id,
    tileMatrixSetURI: set.uri,
    tileMatrixSetLimits: limitsOf(extent),
    links: [
      {
        href: `${address}${searchOf(query, {}, inPath)}`,
        rel: 'self',
        type: 'application/json',
        title: 'This tileset',
      },
      {
        href: `${url}/tileMatrixSets/${set.id}`,
        rel: `${relations}tiling-scheme`,
        type: 'application/json',
        title: 'Its tile matrix set',
      },
      ...itemOffers(offers).map(({ token, mediaTypes }) => ({
        href: `${address}/{tileMatrix}/{tileRow}/{tileCol}${searchOf(query, { f: token }, inPath)}`,
        rel: 'item',
        type: mediaTypes[0]!,
        templated: true,
        title: `Tiles as ${token}`,
      })),
    ],
  };
  return { listed, extent, parameter };
}

/** OpenLayers takes the last picture it knows unless it is told which: not JPEG, which is white where there is no data. */
function itemOffers(offers: readonly TileOffer[]): TileOffer[] {
  return offers.filter(({ token }) => token !== 'jpg');
}

function limitsOf({ limits }: TileExtent) {
  return limits.map(({ zoom, minRow, maxRow, minCol, maxCol }) => ({
    tileMatrix: String(zoom),
    minTileRow: minRow,
    maxTileRow: maxRow,
    minTileCol: minCol,
    maxTileCol: maxCol,
  }));
}

function otherLinks(
  { manifest: { layer } }: LayerReader,
  set: TileMatrixSet,
  { url, data, query }: TilesetPlace,
) {
  const search = searchOf(query);
  const collection = { href: `${url}/collections/${layer}`, rel: 'collection', type: 'application/json' };
  const legend = {
    href: `${url}/tiles/${layer}/legend.png${search}`,
    rel: 'preview',
    type: 'image/png',
    title: 'Legend',
  };
  const tileJson = {
    href: `${url}/tiles/${layer}/tilejson.json${search}`,
    rel: 'alternate',
    type: 'application/json',
    title: 'The same as TileJSON',
  };
  return [collection, ...(data === 'map' ? [legend, ...(set === webMercatorQuad ? [tileJson] : [])] : [])];
}

/** Links to the tilesets of a layer, for a collection. */
export function tilesetLinks(collectionUrl: string) {
  const link = (data: TileData, title: string) => ({
    href: `${collectionUrl}/${data}/tiles`,
    rel: `${relations}tilesets-${data}`,
    type: 'application/json',
    title,
  });
  return [link('map', 'Map tiles'), link('coverage', 'Tiles of values')];
}

/** Links to what tiles there are, for the landing page. */
export function landingTileLinks(url: string) {
  const json = 'application/json';
  return [
    {
      href: `${url}/map/tiles`,
      rel: `${relations}tilesets-map`,
      type: json,
      title: 'Map tiles of all collections',
    },
    {
      href: `${url}/tileMatrixSets`,
      rel: `${relations}tiling-schemes`,
      type: json,
      title: 'Tile matrix sets',
    },
    {
      href: `${url}/wmts/1.0.0/WMTSCapabilities.xml`,
      rel: 'service-meta',
      type: 'application/xml',
      title: 'Capabilities of WMTS',
    },
  ];
}
