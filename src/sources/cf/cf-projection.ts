import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import type { JsonObject } from '../bounded-json.js';
import { textOf } from './cf-role.js';

/** A projection as a grid mapping states it; more than one where the mapping leaves the earth's shape open. */
export interface StatedProjection {
  readonly name: string;
  /** proj4 definitions, the most likely one first. */
  readonly candidates: readonly string[];
}

type Parameters = (attribute: string, fallback?: number) => number;

interface MappingKind {
  readonly proj: string;
  readonly define: (get: Parameters, attributes: JsonObject) => string;
}

// A table, one line for each mapping of CF appendix F that proj4 computes as PROJ does.
const mappings: Readonly<Record<string, MappingKind>> = {
  albers_conical_equal_area: { proj: 'aea', define: (get, at) => `${parallels(at)} ${origin(get)}` },
  azimuthal_equidistant: { proj: 'aeqd', define: (get) => projectionOrigin(get) },
  lambert_azimuthal_equal_area: { proj: 'laea', define: (get) => projectionOrigin(get) },
  lambert_conformal_conic: { proj: 'lcc', define: (get, at) => `${parallels(at)} ${origin(get)}` },
  lambert_cylindrical_equal_area: {
    proj: 'cea',
    define: (get) => `+lat_ts=${get('standard_parallel')} +lon_0=${get('longitude_of_central_meridian')}`,
  },
  mercator: {
    proj: 'merc',
    define: (get, at) => `+lon_0=${get('longitude_of_projection_origin')} ${trueScale(get, at)}`,
  },
  polar_stereographic: { proj: 'stere', define: polarStereographic },
  stereographic: {
    proj: 'stere',
    define: (get) => `${projectionOrigin(get)} +k_0=${get('scale_factor_at_projection_origin', 1)}`,
  },
  transverse_mercator: {
    proj: 'tmerc',
    define: (get) => `${origin(get)} +k_0=${get('scale_factor_at_central_meridian', 1)}`,
  },
};

// Shapes of the earth that writers forget to state: ellipsoids, the spheres of weather models, and Bessel
// with the datum shift of Austria's MGI.
const openShapes: readonly string[] = [
  '+datum=WGS84',
  '+ellps=GRS80 +towgs84=0,0,0,0,0,0,0',
  '+R=6371229',
  '+R=6371200',
  '+R=6370000',
  '+R=6370997',
  '+ellps=bessel +towgs84=577.326,90.129,463.919,5.137,1.474,2.297,2.4232',
  '+ellps=bessel',
];

/** Whether a grid mapping only says "longitude and latitude". */
export function isLatitudeLongitude(attributes: JsonObject): boolean {
  return textOf(attributes.grid_mapping_name) === 'latitude_longitude';
}

/**
 * Turns a CF grid mapping into proj4 definitions. `metresPerUnit` is the unit of x and y, in which CF also
 * states false eastings.
 * Throws: UnsupportedError naming a mapping that cannot be computed.
 */
export function parseGridMapping(
  variable: string,
  attributes: JsonObject,
  metresPerUnit: number,
): StatedProjection {
  const name = textOf(attributes.grid_mapping_name);
  const fields = { grid_mapping: variable };
  const kind = name !== undefined && Object.hasOwn(mappings, name) ? mappings[name] : undefined;
  if (kind === undefined)
    throw new UnsupportedError('grid mapping is not supported', {
      ...fields,
      grid_mapping_name: name ?? 'missing',
    });
  const get = numberReader(attributes, fields);
  if (get('longitude_of_prime_meridian', 0) !== 0)
    throw new UnsupportedError('prime meridian is not supported', fields);
  const shift = `+x_0=${get('false_easting', 0) * metresPerUnit} +y_0=${get('false_northing', 0) * metresPerUnit}`;
  const unit = metresPerUnit === 1 ? '+units=m' : `+to_meter=${metresPerUnit}`;
  const core = `+proj=${kind.proj} ${kind.define(get, attributes)} ${shift}`;
  const shapes = statedShape(attributes, get, fields) ?? openShapes;
  return { name: variable, candidates: shapes.map((shape) => `${core} ${shape} ${unit} +no_defs`) };
}

function statedShape(attributes: JsonObject, get: Parameters, fields: ErrorFields): string[] | undefined {
  const datum = attributes.towgs84;
  const isDatum =
    Array.isArray(datum) && (datum.length === 3 || datum.length === 7) && datum.every(Number.isFinite);
  const towgs84 = isDatum ? ` +towgs84=${datum.join(',')}` : '';
  if (attributes.earth_radius !== undefined) return [`+R=${get('earth_radius')}`];
  if (attributes.semi_major_axis !== undefined) {
    const a = get('semi_major_axis');
    if (attributes.inverse_flattening !== undefined && get('inverse_flattening') !== 0)
      return [`+a=${a} +rf=${get('inverse_flattening')}${towgs84 || ' +towgs84=0,0,0,0,0,0,0'}`];
    if (attributes.semi_minor_axis !== undefined)
      return [`+a=${a} +b=${get('semi_minor_axis')}${towgs84 || ' +towgs84=0,0,0,0,0,0,0'}`];
    if (attributes.inverse_flattening !== undefined) return [`+R=${a}`];
    return [`+R=${a}`, ...(Math.abs(a - 6378137) < 1 ? ['+datum=WGS84'] : [])];
  }
  return namedShape(attributes, fields);
}

function namedShape(attributes: JsonObject, fields: ErrorFields): string[] | undefined {
  const name = textOf(attributes.reference_ellipsoid_name) ?? textOf(attributes.horizontal_datum_name);
  if (name === undefined) return undefined;
  if (/wgs.?(19)?84/i.test(name)) return ['+datum=WGS84'];
  if (/grs.?(19)?80|etrs.?(19)?89/i.test(name)) return ['+ellps=GRS80 +towgs84=0,0,0,0,0,0,0'];
  throw new UnsupportedError('ellipsoid of the grid mapping is not supported', {
    ...fields,
    ellipsoid: name,
  });
}

function numberReader(attributes: JsonObject, fields: ErrorFields): Parameters {
  return (attribute, fallback) => {
    const value = attributes[attribute] ?? fallback;
    const number: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new CorruptionError('grid mapping lacks a number', { ...fields, attribute });
  };
}

function parallels(attributes: JsonObject): string {
  const value = attributes.standard_parallel;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const [first, second = first] = list;
  const isUsable = typeof first === 'number' && typeof second === 'number' && list.length <= 2;
  if (!isUsable) throw new CorruptionError('grid mapping lacks a number', { attribute: 'standard_parallel' });
  return `+lat_1=${first} +lat_2=${second}`;
}

function origin(get: Parameters): string {
  return `+lat_0=${get('latitude_of_projection_origin')} +lon_0=${get('longitude_of_central_meridian')}`;
}

function projectionOrigin(get: Parameters): string {
  return `+lat_0=${get('latitude_of_projection_origin')} +lon_0=${get('longitude_of_projection_origin')}`;
}

function trueScale(get: Parameters, attributes: JsonObject): string {
  return attributes.standard_parallel === undefined
    ? `+k_0=${get('scale_factor_at_projection_origin', 1)}`
    : `+lat_ts=${get('standard_parallel')}`;
}

function polarStereographic(get: Parameters, attributes: JsonObject): string {
  const latitude =
    attributes.latitude_of_projection_origin === undefined && attributes.standard_parallel !== undefined
      ? 90 * Math.sign(get('standard_parallel'))
      : get('latitude_of_projection_origin');
  if (Math.abs(latitude) !== 90)
    throw new CorruptionError('polar projection does not start at a pole', {
      latitude_of_projection_origin: latitude,
    });
  const meridian =
    attributes.straight_vertical_longitude_from_pole === undefined
      ? 'longitude_of_projection_origin'
      : 'straight_vertical_longitude_from_pole';
  return `+lat_0=${latitude} +lon_0=${get(meridian)} ${trueScale(get, attributes)}`;
}
