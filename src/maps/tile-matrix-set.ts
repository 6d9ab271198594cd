import { NotFoundError } from '../errors/index.js';
import { CRS84, type Crs, crsFromId } from '../grid/index.js';

/** Pixels of a tile on a side, at scale 1. */
export const tileSize = 256;
const maxZoom = 24;

/** One tile of a tile matrix set. Column 0 starts at 180 degrees west, row 0 in the north. */
export interface TileAddress {
  readonly zoom: number;
  readonly col: number;
  readonly row: number;
}

/** Tiles of a world whose meridians and parallels are straight, from zoom 0 to 24. */
export interface TileMatrixSet {
  readonly id: 'WebMercatorQuad' | 'WorldCRS84Quad';
  readonly uri: string;
  readonly crsUri: string;
  readonly crs: Crs;
  /** Of all tiles of a zoom, in the units of `crs`. */
  readonly extent: {
    readonly west: number;
    readonly south: number;
    readonly east: number;
    readonly north: number;
  };
  readonly maxZoom: number;
  cols(zoom: number): number;
  rows(zoom: number): number;
  /** Longitude at a fraction of the whole width, 0 in the west. */
  longitudeAt(fraction: number): number;
  /** Latitude at a fraction of the whole height, 0 in the north; beyond the poles where there is nothing. */
  latitudeAt(fraction: number): number;
  /** The fraction of the whole height at a latitude; 0 or 1 beyond it. */
  fractionAt(latitude: number): number;
}

/** Metres from the middle of Web Mercator's world to its edges. */
const mercatorReach = Math.PI * 6_378_137;
const definitions = 'http://www.opengis.net/def/tilematrixset/OGC/1.0/';

/** Web Mercator on a sphere: 2^z x 2^z tiles down to about 85.05 degrees. */
export const webMercatorQuad: TileMatrixSet = {
  id: 'WebMercatorQuad',
  uri: `${definitions}WebMercatorQuad`,
  crsUri: 'http://www.opengis.net/def/crs/EPSG/0/3857',
  crs: crsFromId('EPSG:3857'),
  extent: { west: -mercatorReach, south: -mercatorReach, east: mercatorReach, north: mercatorReach },
  maxZoom,
  cols: (zoom) => 2 ** zoom,
  rows: (zoom) => 2 ** zoom,
  longitudeAt: (fraction) => fraction * 360 - 180,
  latitudeAt: (fraction) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * fraction))) * 180) / Math.PI,
  fractionAt: (latitude) => {
    const sine = Math.sin((latitude * Math.PI) / 180);
    return clamp(0.5 - Math.atanh(sine) / (2 * Math.PI));
  },
};

/** Degrees: 2^(z+1) x 2^z tiles from pole to pole. */
export const worldCrs84Quad: TileMatrixSet = {
  id: 'WorldCRS84Quad',
  uri: `${definitions}WorldCRS84Quad`,
  crsUri: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
  crs: CRS84,
  extent: { west: -180, south: -90, east: 180, north: 90 },
  maxZoom,
  cols: (zoom) => 2 ** (zoom + 1),
  rows: (zoom) => 2 ** zoom,
  longitudeAt: (fraction) => fraction * 360 - 180,
  latitudeAt: (fraction) => 90 - fraction * 180,
  fractionAt: (latitude) => clamp((90 - latitude) / 180),
};

/** The sets that tiles are served in. */
export const tileMatrixSets: readonly TileMatrixSet[] = [webMercatorQuad, worldCrs84Quad];

/** Throws: NotFoundError for an address outside the tile matrix set. */
export function checkTileAddress(
  { zoom, col, row }: TileAddress,
  matrixSet: TileMatrixSet = webMercatorQuad,
): TileAddress {
  const isIndex = (value: number, end: number) => Number.isInteger(value) && value >= 0 && value < end;
  const isZoom = isIndex(zoom, matrixSet.maxZoom + 1);
  if (!(isZoom && isIndex(col, matrixSet.cols(zoom)) && isIndex(row, matrixSet.rows(zoom)))) {
    throw new NotFoundError(`no such tile in ${matrixSet.id}`, {
      zoom,
      col,
      row,
      maxZoom: matrixSet.maxZoom,
    });
  }
  return { zoom, col, row };
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
