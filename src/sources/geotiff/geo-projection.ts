import { earthShape } from './geo-earth.js';
import { type GeoKeyName, type GeoKeys, USER_DEFINED } from './geo-keys.js';

/** Reads the first of the keys that is there. */
type Get = (...keys: readonly (GeoKeyName | number)[]) => number;

const METRES_OF_UNIT: Readonly<Record<number, number>> = {
  9001: 1,
  9002: 0.3048,
  9003: 1200 / 3937,
  9036: 1000,
};

/** Projection methods of the keys by their code, as proj4 names them. Source: OGC 19-008r4, annex C. */
const METHODS: Readonly<Record<number, (get: Get) => string>> = {
  1: (get) => `+proj=tmerc ${naturalOrigin(get)} +k_0=${get('ScaleAtNaturalOrigin', 1)}`,
  7: (get) =>
    `+proj=merc +lon_0=${get('NaturalOriginLongitude', 'CentreLongitude')} +k_0=${get('ScaleAtNaturalOrigin', 1)}`,
  8: (get) =>
    `+proj=lcc +lat_1=${get('StandardParallel1')} +lat_2=${get('StandardParallel2')} ${falseOrigin(get)}`,
  9: (get) =>
    `+proj=lcc +lat_1=${get('NaturalOriginLatitude')} ${naturalOrigin(get)} +k_0=${get('ScaleAtNaturalOrigin', 1)}`,
  10: (get) => `+proj=laea ${centre(get)}`,
  11: (get) =>
    `+proj=aea +lat_1=${get('StandardParallel1')} +lat_2=${get('StandardParallel2')} ${falseOrigin(get)}`,
  12: (get) => `+proj=aeqd ${centre(get)}`,
  15: polarStereographic,
  24: (get) => `+proj=sinu +lon_0=${get('CentreLongitude', 'NaturalOriginLongitude')}`,
  28: (get) =>
    `+proj=cea +lat_ts=${get('StandardParallel1')} +lon_0=${get('NaturalOriginLongitude', 'CentreLongitude')}`,
};

/** A proj4 definition of a projection that the keys give by its parameters; undefined where it cannot be made. */
export function projectionDefinition(keys: GeoKeys): string | undefined {
  const earth = earthShape(keys);
  const metres = metresPerUnit(keys);
  if (earth === undefined || metres === undefined) return undefined;
  const unit = metres === 1 ? '+units=m' : `+to_meter=${metres}`;
  const utm = utmZone(keys.number('Projection'));
  if (utm !== undefined) return metres === 1 ? `${utm} ${earth.proj} ${unit} +no_defs` : undefined;
  const method = METHODS[keys.number('Method') ?? 0];
  if (method === undefined) return undefined;
  const get = reader(keys);
  const x = get('FalseEasting', 'FalseOriginEasting', 'CentreEasting', 0) * metres;
  const y = get('FalseNorthing', 'FalseOriginNorthing', 'CentreNorthing', 0) * metres;
  const definition = `${method(get)} +x_0=${x} +y_0=${y} ${earth.proj} ${unit} +no_defs`;
  return definition.includes('NaN') ? undefined : definition;
}

/** Codes 16001..16060 and 16101..16160 stand for UTM zones north and south. */
function utmZone(projection: number | undefined): string | undefined {
  const code = projection ?? USER_DEFINED;
  const zone = code % 100;
  if (code < 16001 || code > 16160 || zone < 1 || zone > 60) return undefined;
  return `+proj=utm +zone=${zone}${code > 16100 ? ' +south' : ''}`;
}

/** The unit of x and y; undefined when it is unknown. */
export function metresPerUnit(keys: GeoKeys): number | undefined {
  const code = keys.number('LinearUnits');
  if (code === USER_DEFINED) return keys.number('LinearUnitSize');
  return METRES_OF_UNIT[code ?? 9001];
}

function reader(keys: GeoKeys): Get {
  return (...candidates) => {
    const values = candidates.map((key) => (typeof key === 'number' ? key : keys.number(key)));
    return values.find((value) => value !== undefined) ?? Number.NaN;
  };
}

function naturalOrigin(get: Get): string {
  return `+lat_0=${get('NaturalOriginLatitude')} +lon_0=${get('NaturalOriginLongitude')}`;
}

function falseOrigin(get: Get): string {
  const latitude = get('FalseOriginLatitude', 'NaturalOriginLatitude');
  return `+lat_0=${latitude} +lon_0=${get('FalseOriginLongitude', 'NaturalOriginLongitude')}`;
}

function centre(get: Get): string {
  const latitude = get('CentreLatitude', 'NaturalOriginLatitude');
  return `+lat_0=${latitude} +lon_0=${get('CentreLongitude', 'NaturalOriginLongitude')}`;
}

/** Its natural origin is the pole, or the parallel where the scale is 1. */
function polarStereographic(get: Get): string {
  const latitude = get('NaturalOriginLatitude');
  const longitude = get('StraightVerticalLongitude', 'NaturalOriginLongitude');
  const scale = get('ScaleAtNaturalOrigin', 1);
  if (Math.abs(latitude) === 90) return `+proj=stere +lat_0=${latitude} +lon_0=${longitude} +k_0=${scale}`;
  // A scale besides a true parallel would contradict it.
  if (scale !== 1) return 'NaN';
  return `+proj=stere +lat_0=${90 * Math.sign(latitude)} +lat_ts=${latitude} +lon_0=${longitude}`;
}
