import { InvalidArgumentError, UnsupportedError } from '../errors/index.js';
import { CRS84, type Crs, crsUri, type Grid, projectPoints } from '../grid/index.js';
import { shorten } from './number-text.js';

// EDR prints coordinates longitude first whatever the authority says, and clients follow it.
const LONGITUDE_LATITUDE = ['CRS84', 'EPSG:4326'];

/** Which coordinates a query speaks, and the way between them and the layer's own. */
export interface QueryCrs {
  /** What x and y of the query mean. */
  readonly crs: Crs;
  /** Longitudes wrap at 360 degrees. */
  readonly isGeographic: boolean;
  /** The layer's own coordinates of a position of the query; NaN where there are none. */
  toLayer(x: number, y: number): readonly [number, number];
  fromLayer(x: number, y: number): readonly [number, number];
  /** False when both speak the same coordinates. */
  readonly isProjecting: boolean;
}

/** Tokens that `crs` takes for a layer; CRS84 last, since test suites take the last one they know. */
export function crsTokens(grid: Grid): string[] {
  const own = ownToken(grid.crs);
  const lonLat = canReadLonLat(grid.crs) ? LONGITUDE_LATITUDE.toReversed() : [];
  return own === undefined ? lonLat : [own, ...lonLat];
}

/**
 * The CRS that `token` (or its absence) chooses.
 *
 * Throws: InvalidArgumentError naming the allowed tokens; UnsupportedError when longitudes cannot be computed
 *         from the layer's coordinates.
 */
export function parseQueryCrs(token: string | undefined, grid: Grid): QueryCrs {
  const isLonLat = token === undefined || LONGITUDE_LATITUDE.some((name) => isSpelling(name, token));
  const own = ownToken(grid.crs);
  if (!isLonLat && (own === undefined || !isOwn(token, own, grid.crs))) {
    const allowed = crsTokens(grid).join(', ');
    throw new InvalidArgumentError('crs is not known here', {
      parameter: 'crs',
      found: shorten(token),
      allowed,
    });
  }
  if (!isLonLat) return sameCrs(grid.crs);
  if (grid.crs.kind === 'geographic') return sameCrs(CRS84);
  if (!canReadLonLat(grid.crs)) {
    throw new UnsupportedError('longitudes and latitudes of this layer are not known; give its own crs', {
      parameter: 'crs',
      allowed: crsTokens(grid).join(', '),
    });
  }
  return {
    crs: CRS84,
    isGeographic: true,
    isProjecting: true,
    toLayer: projectPoints(CRS84, grid.crs),
    fromLayer: projectPoints(grid.crs, CRS84),
  };
}

function sameCrs(crs: Crs): QueryCrs {
  const same = (x: number, y: number): readonly [number, number] => [x, y];
  const isGeographic = crs.kind === 'geographic';
  return { crs, isGeographic, isProjecting: false, toLayer: same, fromLayer: same };
}

function canReadLonLat(crs: Crs): boolean {
  return crs.kind === 'geographic' || crs.proj !== undefined;
}

function ownToken(crs: Crs): string | undefined {
  return isSpelling('CRS84', crs.id) || crs.id === 'EPSG:4326' ? undefined : crs.id;
}

function isOwn(token: string, own: string, crs: Crs): boolean {
  return (
    token.toLowerCase() === own.toLowerCase() || (!own.startsWith('local:') && sameUri(token, crsUri(crs)))
  );
}

function isSpelling(name: string, token: string): boolean {
  const code = name.split(':').at(-1);
  const uris =
    name === 'CRS84'
      ? [
          'CRS:84',
          'OGC:CRS84',
          'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
          'urn:ogc:def:crs:OGC:1.3:CRS84',
        ]
      : [`http://www.opengis.net/def/crs/EPSG/0/${code}`, `urn:ogc:def:crs:EPSG::${code}`];
  return [name, ...uris].some((spelling) => sameUri(token, spelling));
}

function sameUri(a: string, b: string): boolean {
  const plain = (uri: string) => uri.toLowerCase().replace(/^https:/, 'http:');
  return plain(a) === plain(b);
}
