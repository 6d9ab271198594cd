/** Longitudes and latitudes in degrees; west > east crosses the antimeridian. */
export type AreaOfUse = readonly [west: number, south: number, east: number, north: number];

/** A projected system of the EPSG register: its proj4 definition, and where on Earth it is meant for. */
export interface ListedCrs {
  readonly proj: string;
  readonly area: AreaOfUse;
}

/** Codes that count UTM zones. */
interface UtmFamily {
  readonly first: number;
  readonly last: number;
  readonly firstZone: number;
  readonly rest: string;
  readonly south: number;
  readonly north: number;
}

const METRES = '+units=m +no_defs';
const WGS84 = `+datum=WGS84 ${METRES}`;
/** GRS80 datums that agree with WGS 84 to a metre or two; no shift is applied, as PROJ applies none. */
const GRS80 = `+ellps=GRS80 +towgs84=0,0,0,0,0,0,0 ${METRES}`;

const WORLD: AreaOfUse = [-180, -90, 180, 90];
const ARCTIC: AreaOfUse = [-180, 60, 180, 90];
const ANTARCTIC: AreaOfUse = [-180, -90, 180, -60];
const EUROPE: AreaOfUse = [-35.58, 24.6, 44.83, 84.73];
const CANADA: AreaOfUse = [-141.01, 38.21, -40.73, 86.46];

/**
 * Systems that proj4 computes as PROJ does, which `test/grid/crs-points.json` holds it to. Those that need a datum grid or
 * a rough datum shift (27700, 28992, 31370, 5514, ...) are left out on purpose: proj4 is metres off there.
 */
const PROJECTED: Readonly<Record<number, ListedCrs>> = {
  // Swiss LV95: its shift is three official constants, and agrees with PROJ to a centimetre.
  2056: {
    proj: `+proj=somerc +lat_0=46.9524055555556 +lon_0=7.43958333333333 +k_0=1 +x_0=2600000 +y_0=1200000 +ellps=bessel +towgs84=674.374,15.056,405.346,0,0,0,0 ${METRES}`,
    area: [5.96, 45.82, 10.49, 47.81],
  },
  2154: lambertConic(
    '+lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000',
    [-9.86, 41.15, 10.38, 51.56],
  ),
  2180: transverseMercator(
    '+lat_0=0 +lon_0=19 +k=0.9993 +x_0=500000 +y_0=-5300000',
    [14.14, 49, 24.15, 55.93],
  ),
  2193: transverseMercator(
    '+lat_0=0 +lon_0=173 +k=0.9996 +x_0=1600000 +y_0=10000000',
    [166.37, -47.33, 178.63, -34.1],
  ),
  3006: { proj: `+proj=utm +zone=33 ${GRS80}`, area: [10.03, 54.96, 24.17, 69.07] },
  3031: stereographic('+lat_0=-90 +lat_ts=-71 +lon_0=0', ANTARCTIC),
  3034: lambertConic('+lat_0=52 +lon_0=10 +lat_1=35 +lat_2=65 +x_0=4000000 +y_0=2800000', EUROPE),
  3035: { proj: `+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 ${GRS80}`, area: EUROPE },
  3067: { proj: `+proj=utm +zone=35 ${GRS80}`, area: [19.08, 58.84, 31.59, 70.09] },
  3347: lambertConic(
    '+lat_0=63.390675 +lon_0=-91.8666666666667 +lat_1=49 +lat_2=77 +x_0=6200000 +y_0=3000000',
    CANADA,
  ),
  3395: { proj: `+proj=merc +lon_0=0 +k=1 +x_0=0 +y_0=0 ${WGS84}`, area: [-180, -80, 180, 84] },
  3413: stereographic('+lat_0=90 +lat_ts=70 +lon_0=-45', ARCTIC),
  3571: equalArea(90, 180, [-180, 45, 180, 90]),
  3572: equalArea(90, -150, [-180, 45, 180, 90]),
  3573: equalArea(90, -100, [-180, 45, 180, 90]),
  3574: equalArea(90, -40, [-180, 45, 180, 90]),
  3575: equalArea(90, 10, [-180, 45, 180, 90]),
  3576: equalArea(90, 90, [-180, 45, 180, 90]),
  3577: albers('+lat_0=0 +lon_0=132 +lat_1=-18 +lat_2=-36', [112.85, -43.7, 153.69, -9.86]),
  3857: {
    proj: `+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +no_defs`,
    area: [-180, -85.06, 180, 85.06],
  },
  3976: stereographic('+lat_0=-90 +lat_ts=-70 +lon_0=0', ANTARCTIC),
  3978: lambertConic('+lat_0=49 +lon_0=-95 +lat_1=49 +lat_2=77 +x_0=0 +y_0=0', CANADA),
  3995: stereographic('+lat_0=90 +lat_ts=71 +lon_0=0', ARCTIC),
  // Universal polar stereographic, north and south.
  5041: {
    proj: `+proj=stere +lat_0=90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 ${WGS84}`,
    area: ARCTIC,
  },
  5042: {
    proj: `+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +y_0=2000000 ${WGS84}`,
    area: ANTARCTIC,
  },
  5070: albers('+lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5', [-124.79, 24.41, -66.91, 49.38]),
  6931: equalArea(90, 0, [-180, 0, 180, 90]),
  6932: equalArea(-90, 0, [-180, -90, 180, 0]),
  6933: { proj: `+proj=cea +lat_ts=30 +lon_0=0 +x_0=0 +y_0=0 ${WGS84}`, area: [-180, -86, 180, 86] },
  8857: { proj: `+proj=eqearth +lon_0=0 +x_0=0 +y_0=0 ${WGS84}`, area: WORLD },
};

/** WGS 84 north and south, ETRS89, NAD83, GDA94, SIRGAS 2000 south. */
const UTM_FAMILIES: readonly UtmFamily[] = [
  { first: 32601, last: 32660, firstZone: 1, rest: WGS84, south: 0, north: 84 },
  { first: 32701, last: 32760, firstZone: 1, rest: `+south ${WGS84}`, south: -80, north: 0 },
  { first: 25828, last: 25838, firstZone: 28, rest: GRS80, south: 34.76, north: 84.01 },
  { first: 26901, last: 26923, firstZone: 1, rest: GRS80, south: 14.92, north: 84 },
  { first: 28348, last: 28358, firstZone: 48, rest: `+south ${GRS80}`, south: -60.56, north: -8.87 },
  { first: 31978, last: 31985, firstZone: 18, rest: `+south ${GRS80}`, south: -59.87, north: 7.04 },
];

/** The projected system of an EPSG code; undefined when it is not listed. */
export function listedCrs(code: number): ListedCrs | undefined {
  return PROJECTED[code] ?? utmZone(code);
}

/** Codes of all listed projected systems, those that count UTM zones last. */
export function listedCodes(): number[] {
  const zones = UTM_FAMILIES.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
  return [...Object.keys(PROJECTED).map(Number), ...zones];
}

function utmZone(code: number): ListedCrs | undefined {
  const family = UTM_FAMILIES.find(({ first, last }) => code >= first && code <= last);
  if (!family) return undefined;
  const { first, firstZone, rest, south, north } = family;
  const zone = code - first + firstZone;
  const west = zone * 6 - 186;
  return { proj: `+proj=utm +zone=${zone} ${rest}`, area: [west, south, west + 6, north] };
}

function lambertConic(numbers: string, area: AreaOfUse): ListedCrs {
  return { proj: `+proj=lcc ${numbers} ${GRS80}`, area };
}

function transverseMercator(numbers: string, area: AreaOfUse): ListedCrs {
  return { proj: `+proj=tmerc ${numbers} ${GRS80}`, area };
}

function albers(numbers: string, area: AreaOfUse): ListedCrs {
  return { proj: `+proj=aea ${numbers} +x_0=0 +y_0=0 ${GRS80}`, area };
}

function stereographic(numbers: string, area: AreaOfUse): ListedCrs {
  return { proj: `+proj=stere ${numbers} +k=1 +x_0=0 +y_0=0 ${WGS84}`, area };
}

function equalArea(latitude: number, longitude: number, area: AreaOfUse): ListedCrs {
  return { proj: `+proj=laea +lat_0=${latitude} +lon_0=${longitude} +x_0=0 +y_0=0 ${WGS84}`, area };
}
