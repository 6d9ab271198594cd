import { UnsupportedError } from '../errors/index.js';
import type { Crs } from './crs.js';
import { type AreaOfUse, listedCodes, listedCrs } from './crs-table.js';

const WGS84 = '+proj=longlat +datum=WGS84 +no_defs';

/** Longitude and latitude in degrees, in this order, on WGS 84. */
export const CRS84: Crs = { id: 'OGC:CRS84', kind: 'geographic', proj: WGS84 };

/** Geographic systems whose degrees are those of WGS 84 to a metre or two: WGS 84, ETRS89 (2-D, 3-D each), NAD83. */
const GEOGRAPHIC: readonly number[] = [4326, 4979, 4258, 4937, 4269];
/** Of these, those that queries may ask for, and where: systems with heights are no systems of x and y. */
const GEOGRAPHIC_AREAS: Readonly<Record<string, AreaOfUse>> = {
  'EPSG:4269': [167.65, 14.92, -40.73, 86.45],
  'EPSG:4258': [-16.1, 33.26, 38.01, 84.73],
  'EPSG:4326': [-180, -90, 180, 90],
};

const CRS84_NAME =
  /^(?:OGC:)?CRS84$|^https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[\d.]+\/CRS84$|^urn:ogc:def:crs:OGC:[\d.]*:CRS84$/i;
const EPSG_NAME =
  /^(?:EPSG:|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/|urn:ogc:def:crs:EPSG:[\d.]*:)(\d{4,6})$/i;

/**
 * The coordinate reference system an identifier names: `CRS84`, `EPSG:3857`, their http and urn forms.
 * Coordinates are always x before y (longitude, latitude), for EPSG:4326 too.
 *
 * Throws: UnsupportedError naming the identifier when it is unknown or cannot be computed well.
 */
export function crsFromId(text: string): Crs {
  const name = text.trim();
  if (CRS84_NAME.test(name)) return CRS84;
  const code = Number(EPSG_NAME.exec(name)?.[1] ?? Number.NaN);
  if (GEOGRAPHIC.includes(code)) return { id: `EPSG:${code}`, kind: 'geographic', proj: WGS84 };
  const listed = listedCrs(code);
  if (listed) return { id: `EPSG:${code}`, kind: 'projected', proj: listed.proj };
  throw new UnsupportedError('coordinate reference system is not supported', { crs: text });
}

/** Ids of the systems whose area of use meets a box in degrees (west > east crosses the antimeridian), projected ones first. */
export function crsIdsMeeting(bbox: AreaOfUse): string[] {
  const projected = listedCodes().filter((code) => meet(listedCrs(code)!.area, bbox));
  const geographic = Object.entries(GEOGRAPHIC_AREAS).filter(([, area]) => meet(area, bbox));
  return [...projected.map((code) => `EPSG:${code}`), ...geographic.map(([id]) => id)];
}

/** The http URI of a system; for one known by definition only, its id. */
export function crsUri(crs: Crs): string {
  const [authority, code] = crs.id.split(':');
  if (authority === 'OGC') return `http://www.opengis.net/def/crs/OGC/1.3/${code}`;
  return authority === 'EPSG' ? `http://www.opengis.net/def/crs/EPSG/0/${code}` : crs.id;
}

function meet([w, s, e, n]: AreaOfUse, [west, south, east, north]: AreaOfUse): boolean {
  if (north < s || south > n) return false;
  const width = e < w ? e + 360 - w : e - w;
  const length = east < west ? east + 360 - west : east - west;
  const ahead = (((west - w) % 360) + 360) % 360;
  return ahead <= width || ahead + length >= 360;
}
