import { UnsupportedError } from '../errors/index.js';
import type { Crs } from './crs.js';

const WGS84 = '+proj=longlat +datum=WGS84 +no_defs';
/** GRS80 datums that agree with WGS 84 to about a metre; no shift is applied. */
const GRS80 = '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 +units=m +no_defs';
const POLAR = '+k=1 +x_0=0 +y_0=0 +datum=WGS84 +units=m +no_defs';
const UPS = '+k=0.994 +x_0=2000000 +y_0=2000000 +datum=WGS84 +units=m +no_defs';

/** Longitude and latitude in degrees, in this order, on WGS 84. */
export const CRS84: Crs = { id: 'OGC:CRS84', kind: 'geographic', proj: WGS84 };

/**
 * Definitions that proj4 computes as PROJ does. Systems that need a datum grid or a rough datum shift
 * (27700, 31370, ...) are left out on purpose: proj4 is metres off there.
 */
const PROJECTED: Readonly<Record<number, string>> = {
  // Swiss LV95: its shift is three official constants, and agrees with PROJ to a centimetre.
  2056: `+proj=somerc +lat_0=46.9524055555556 +lon_0=7.43958333333333 +k_0=1 +x_0=2600000 +y_0=1200000 +ellps=bessel +towgs84=674.374,15.056,405.346,0,0,0,0 +units=m +no_defs`,
  2193: `+proj=tmerc +lat_0=0 +lon_0=173 +k=0.9996 +x_0=1600000 +y_0=10000000 ${GRS80}`,
  3031: `+proj=stere +lat_0=-90 +lat_ts=-71 +lon_0=0 ${POLAR}`,
  3035: `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${GRS80}`,
  3413: `+proj=stere +lat_0=90 +lat_ts=70 +lon_0=-45 ${POLAR}`,
  3857: '+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs',
  3995: `+proj=stere +lat_0=90 +lat_ts=71 +lon_0=0 ${POLAR}`,
  // Universal polar stereographic, north and south.
  5041: `+proj=stere +lat_0=90 +lon_0=0 ${UPS}`,
  5042: `+proj=stere +lat_0=-90 +lon_0=0 ${UPS}`,
};

/** Geographic systems whose degrees are those of WGS 84 to about a metre: WGS 84 (2-D, 3-D), ETRS89 (2-D, 3-D). */
const GEOGRAPHIC: readonly number[] = [4326, 4979, 4258, 4937];

interface UtmFamily {
  readonly first: number;
  readonly last: number;
  readonly firstZone: number;
  readonly rest: string;
}

/** Codes that count UTM zones: WGS 84 north and south, ETRS89, SIRGAS 2000 south. */
const UTM_FAMILIES: readonly UtmFamily[] = [
  { first: 32601, last: 32660, firstZone: 1, rest: '+datum=WGS84 +units=m +no_defs' },
  { first: 32701, last: 32760, firstZone: 1, rest: '+south +datum=WGS84 +units=m +no_defs' },
  { first: 25828, last: 25838, firstZone: 28, rest: GRS80 },
  { first: 31978, last: 31985, firstZone: 18, rest: `+south ${GRS80}` },
];

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
  const proj = PROJECTED[code] ?? utmDefinition(code);
  if (proj) return { id: `EPSG:${code}`, kind: 'projected', proj };
  throw new UnsupportedError('coordinate reference system is not supported', { crs: text });
}

/** The http URI of a system; for one known by definition only, its id. */
export function crsUri(crs: Crs): string {
  const [authority, code] = crs.id.split(':');
  if (authority === 'OGC') return `http://www.opengis.net/def/crs/OGC/1.3/${code}`;
  return authority === 'EPSG' ? `http://www.opengis.net/def/crs/EPSG/0/${code}` : crs.id;
}

function utmDefinition(code: number): string | undefined {
  const family = UTM_FAMILIES.find(({ first, last }) => code >= first && code <= last);
  if (!family) return undefined;
  const zone = code - family.first + family.firstZone;
  return `+proj=utm +zone=${zone} ${family.rest}`;
}
