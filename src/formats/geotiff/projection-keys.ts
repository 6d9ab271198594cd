import { type Earth, type ProjDefinition, scaleOf } from '../proj-definition.js';
import { type GeoKeyValues, userDefined } from './geo-keys.js';

const degree = 9102;
const wgs84 = { code: 4326, semiMajorAxis: 6378137, inverseFlattening: 298.257223563 } as const;
/** Units of length by their metres. */
const linearUnits: Readonly<Record<number, number>> = { 1: 9001, 1000: 9036 };

// A table: the methods of the keys by the names of proj4; undefined where the keys cannot say it.
const methods: Readonly<Record<string, (proj: ProjDefinition) => GeoKeyValues | undefined>> = {
  tmerc: (proj) => ({
    method: 1,
    ...naturalOrigin(proj),
    scaleAtNaturalOrigin: [scaleOf(proj)],
    ...shift(proj),
  }),
  merc: (proj) =>
    proj.number('lat_ts') === 0
      ? { method: 7, ...naturalOrigin(proj), scaleAtNaturalOrigin: [scaleOf(proj)], ...shift(proj) }
      : undefined,
  lcc: lambertConic,
  laea: (proj) => ({ method: 10, ...centre(proj), ...shift(proj) }),
  aea: (proj) => ({ method: 11, ...parallels(proj), ...naturalOrigin(proj), ...shift(proj) }),
  aeqd: (proj) => ({ method: 12, ...centre(proj), ...shift(proj) }),
  stere: polarStereographic,
  sinu: (proj) => ({ method: 24, centreLongitude: [proj.number('lon_0')], ...shift(proj) }),
  cea: (proj) => ({
    method: 28,
    standardParallel1: [proj.number('lat_ts')],
    naturalOriginLongitude: [proj.number('lon_0')],
    ...shift(proj),
  }),
};

/**
 * A projection by its parameters; undefined where the keys have no words for it.
 *
 * Source: OGC 19-008r4, annexes A and C.
 */
export function projectionKeys(proj: ProjDefinition): GeoKeyValues | undefined {
  const { earth, metres, method } = proj;
  const keys = methods[method]?.(proj);
  if (keys === undefined || earth === undefined || metres === undefined) return undefined;
  const unit = linearUnits[metres];
  return {
    ...earthKeys(earth),
    angularUnits: degree,
    projection: userDefined,
    ...keys,
    ...(unit === undefined ? { linearUnits: userDefined, linearUnitSize: [metres] } : { linearUnits: unit }),
  };
}

function earthKeys({ semiMajorAxis, inverseFlattening, toWgs84 }: Earth): GeoKeyValues {
  const isWgs84 =
    semiMajorAxis === wgs84.semiMajorAxis &&
    inverseFlattening === wgs84.inverseFlattening &&
    toWgs84 === undefined;
  if (isWgs84) return { geographicType: wgs84.code };
  return {
    geographicType: userDefined,
    geodeticDatum: userDefined,
    ellipsoid: userDefined,
    semiMajorAxis: [semiMajorAxis],
    ...(inverseFlattening === 0
      ? { semiMinorAxis: [semiMajorAxis] }
      : { inverseFlattening: [inverseFlattening] }),
    ...(toWgs84 !== undefined && { toWgs84 }),
  };
}

/** One parallel with a scale has a method of its own; two parallels have no scale. */
function lambertConic(proj: ProjDefinition): GeoKeyValues | undefined {
  const { number } = proj;
  const scale = scaleOf(proj);
  const [first, second] = [number('lat_1'), number('lat_2', 'lat_1')];
  if (first === second && first === number('lat_0')) {
    return { method: 9, ...naturalOrigin(proj), scaleAtNaturalOrigin: [scale], ...shift(proj) };
  }
  if (scale !== 1) return undefined;
  const { falseEasting, falseNorthing } = shift(proj);
  return {
    method: 8,
    ...parallels(proj),
    falseOriginLongitude: [number('lon_0')],
    falseOriginLatitude: [number('lat_0')],
    falseOriginEasting: falseEasting,
    falseOriginNorthing: falseNorthing,
  };
}

/** Its natural origin is the pole, or the parallel where the scale is 1. */
function polarStereographic(proj: ProjDefinition): GeoKeyValues | undefined {
  const { number } = proj;
  if (Math.abs(number('lat_0')) !== 90) return undefined;
  const trueScale = number('lat_ts');
  return {
    method: 15,
    straightVerticalLongitude: [number('lon_0')],
    naturalOriginLatitude: [trueScale || number('lat_0')],
    scaleAtNaturalOrigin: [trueScale === 0 ? scaleOf(proj) : 1],
    ...shift(proj),
  };
}

function naturalOrigin({ number }: ProjDefinition) {
  return { naturalOriginLongitude: [number('lon_0')], naturalOriginLatitude: [number('lat_0')] };
}

function centre({ number }: ProjDefinition) {
  return { centreLongitude: [number('lon_0')], centreLatitude: [number('lat_0')] };
}

function parallels({ number }: ProjDefinition) {
  return { standardParallel1: [number('lat_1')], standardParallel2: [number('lat_2', 'lat_1')] };
}

/** In the unit of x and y. */
function shift({ number, metres = 1 }: ProjDefinition) {
  return { falseEasting: [number('x_0') / metres], falseNorthing: [number('y_0') / metres] };
}
