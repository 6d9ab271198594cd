import { type TileMatrixSet, tileSize } from '../../maps/index.js';

/** What the standard says of a tile matrix set beside what drawing needs: its numbers as it prints them. */
interface PublishedSet {
  readonly title: string;
  readonly orderedAxes: readonly [string, string];
  readonly wellKnownScaleSet: string;
  readonly pointOfOrigin: readonly [x: number, y: number];
  /** Of zoom 0; halved by each further one. */
  readonly cellSize: number;
  readonly scaleDenominator: number;
}

/** OGC 17-083r4, annexes D.1 and D.6. */
export const publishedSets: Readonly<Record<TileMatrixSet['id'], PublishedSet>> = {
  WebMercatorQuad: {
    title: 'Google Maps Compatible for the World',
    orderedAxes: ['X', 'Y'],
    wellKnownScaleSet: 'http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible',
    pointOfOrigin: [-20037508.3427892, 20037508.3427892],
    cellSize: 156543.033928041,
    scaleDenominator: 559082264.028717,
  },
  WorldCRS84Quad: {
    title: 'CRS84 for the World',
    orderedAxes: ['Lon', 'Lat'],
    wellKnownScaleSet: 'http://www.opengis.net/def/wkss/OGC/1.0/GoogleCRS84Quad',
    pointOfOrigin: [-180, 90],
    cellSize: 0.703125,
    scaleDenominator: 279541132.014358,
  },
};

/** A tile matrix set by 2D TMS's JSON, all its matrices. */
export function matrixSetDocument(set: TileMatrixSet, url: string) {
  const { id, uri, crsUri } = set;
  const { title, orderedAxes, wellKnownScaleSet } = publishedSets[id];
  return {
    id,
    title,
    uri,
    crs: crsUri,
    orderedAxes,
    wellKnownScaleSet,
    tileMatrices: matricesOf(set),
    links: [{ href: `${url}/tileMatrixSets/${id}`, rel: 'self', type: 'application/json', title }],
  };
}

/** The matrices of a set, zoom by zoom. */
export function matricesOf(set: TileMatrixSet) {
  const { pointOfOrigin, cellSize, scaleDenominator } = publishedSets[set.id];
  return Array.from({ length: set.maxZoom + 1 }, (_, zoom) => ({
    id: String(zoom),
    scaleDenominator: scaleDenominator / 2 ** zoom,
    cellSize: cellSize / 2 ** zoom,
    cornerOfOrigin: 'topLeft',
    pointOfOrigin,
    tileWidth: tileSize,
    tileHeight: tileSize,
    matrixWidth: set.cols(zoom),
    matrixHeight: set.rows(zoom),
  }));
}

/** All sets, by what names and finds them. */
export function matrixSetList(sets: readonly TileMatrixSet[], url: string) {
  return {
    links: [
      { href: `${url}/tileMatrixSets`, rel: 'self', type: 'application/json', title: 'Tile matrix sets' },
    ],
    tileMatrixSets: sets.map(({ id, uri, crsUri }) => ({
      id,
      title: publishedSets[id].title,
      uri,
      crs: crsUri,
      links: [{ href: `${url}/tileMatrixSets/${id}`, rel: 'self', type: 'application/json' }],
    })),
  };
}
