import type { Crs } from '../../grid/index.js';
import type { Attributes } from './classic-layout.js';

/** A system of x and y as CF states it. */
export interface GridMapping {
  readonly attributes: Attributes;
  /** Of x and y; undefined when it is not known. */
  readonly unit?: string;
}

/** Numbers of a proj4 definition by their name. */
type Get = (...names: readonly string[]) => number;

interface MappingKind {
  readonly name: string;
  numbers(get: Get): Record<string, number | readonly number[]>;
}

// A table: the projections of CF appendix F that proj4 definitions here name.
const mappings: Readonly<Record<string, MappingKind>> = {
  aea: { name: 'albers_conical_equal_area', numbers: (get) => ({ ...parallels(get), ...meridian(get) }) },
  aeqd: { name: 'azimuthal_equidistant', numbers: origin },
  cea: {
    name: 'lambert_cylindrical_equal_area',
    numbers: (get) => ({
      standard_parallel: get('lat_ts'),
      longitude_of_central_meridian: get('lon_0'),
    }),
  },
  laea: { name: 'lambert_azimuthal_equal_area', numbers: origin },
  lcc: { name: 'lambert_conformal_conic', numbers: (get) => ({ ...parallels(get), ...meridian(get) }) },
  merc: {
    name: 'mercator',
    numbers: (get) => ({ longitude_of_projection_origin: get('lon_0'), ...trueScale(get) }),
  },
  stere: {
    name: 'stereographic',
    numbers: (get) => ({ ...origin(get), scale_factor_at_projection_origin: scale(get) }),
  },
  polar: {
    name: 'polar_stereographic',
    numbers: (get) => ({
      latitude_of_projection_origin: get('lat_0'),
      straight_vertical_longitude_from_pole: get('lon_0'),
      ...trueScale(get),
    }),
  },
  tmerc: {
    name: 'transverse_mercator',
    numbers: (get) => ({ ...meridian(get), scale_factor_at_central_meridian: scale(get) }),
  },
};

const ellipsoids: Readonly<Record<string, readonly [axis: number, flattening: number]>> = {
  WGS84: [6378137, 298.257223563],
  GRS80: [6378137, 298.257222101],
  bessel: [6377397.155, 299.1528128],
};

/** What is known of a projected system: its code, its definition, its parameters; undefined when that is nothing. */
export function gridMapping(crs: Crs): GridMapping | undefined {
  const proj = new Map(
    [...(crs.proj ?? '').matchAll(/\+([A-Za-z_0-9]+)(?:=(\S+))?/g)].map(([, key, value]) => [
      key!,
      value ?? '',
    ]),
  );
  const metres = metresPerUnit(proj);
  const attributes: Attributes = {
    ...(crs.proj !== undefined && projectionAttributes(proj, metres)),
    ...(/^EPSG:\d+$/.test(crs.id) && { epsg_code: crs.id }),
    // GDAL reads the second, other programs the first.
    ...(crs.wkt !== undefined && { crs_wkt: crs.wkt, spatial_ref: crs.wkt }),
    ...(crs.proj !== undefined && { proj4: crs.proj }),
  };
  if (Object.keys(attributes).length === 0) return undefined;
  const unit = { 1: 'm', 1000: 'km' }[metres ?? 0];
  return { attributes, ...(unit !== undefined && { unit }) };
}

function projectionAttributes(proj: ReadonlyMap<string, string>, metres: number | undefined): Attributes {
  const definition = proj.get('proj') === 'utm' ? transverseMercator(proj) : proj;
  const get: Get = (...names) => {
    const name = names.find((one) => definition.has(one));
    return name === undefined ? 0 : Number(definition.get(name));
  };
  const isPolar = definition.get('proj') === 'stere' && Math.abs(get('lat_0')) === 90;
  const kind = mappings[isPolar ? 'polar' : (definition.get('proj') ?? '')];
  const shape = earthShape(definition, get);
  if (kind === undefined || shape === undefined || metres === undefined) return {};
  const numbers = {
    ...kind.numbers(get),
    false_easting: get('x_0') / metres,
    false_northing: get('y_0') / metres,
    longitude_of_prime_meridian: get('pm'),
    ...shape,
  };
  const attributes = Object.entries(numbers).map(([name, value]) => [
    name,
    { type: 'float64' as const, values: [value].flat() },
  ]);
  return { grid_mapping_name: kind.name, ...Object.fromEntries(attributes) };
}

function transverseMercator(utm: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const south = utm.has('south') ? '10000000' : '0';
  const meridian = Number(utm.get('zone')) * 6 - 183;
  const own = {
    proj: 'tmerc',
    lat_0: '0',
    lon_0: String(meridian),
    k_0: '0.9996',
    x_0: '500000',
    y_0: south,
  };
  return new Map([...utm, ...Object.entries(own)]);
}

/** Undefined when the definition has words for it that are not known here: a wrong shape is worse than none. */
function earthShape(
  proj: ReadonlyMap<string, string>,
  get: Get,
): Record<string, number | number[]> | undefined {
  const shift = (proj.get('towgs84') ?? '').split(',').map(Number);
  const isShifted = shift.some((value) => value !== 0) && shift.every(Number.isFinite);
  const towgs84: Record<string, number[]> = isShifted ? { towgs84: shift } : {};
  if (proj.has('R')) return { earth_radius: get('R') };
  if (proj.has('a') && proj.has('rf')) {
    return { semi_major_axis: get('a'), inverse_flattening: get('rf'), ...towgs84 };
  }
  if (proj.has('a') && proj.has('b')) {
    return { semi_major_axis: get('a'), semi_minor_axis: get('b'), ...towgs84 };
  }
  const [axis, flattening] = ellipsoids[proj.get('datum') ?? proj.get('ellps') ?? ''] ?? [];
  if (axis === undefined || flattening === undefined) return undefined;
  return { semi_major_axis: axis, inverse_flattening: flattening, ...towgs84 };
}

function metresPerUnit(proj: ReadonlyMap<string, string>): number | undefined {
  const stated = proj.get('to_meter');
  if (stated !== undefined) return Number(stated) || undefined;
  return { m: 1, km: 1000 }[proj.get('units') ?? 'm'];
}

function parallels(get: Get): { standard_parallel: readonly number[] } {
  return { standard_parallel: [get('lat_1'), get('lat_2', 'lat_1')] };
}

function meridian(get: Get): Record<string, number> {
  return { latitude_of_projection_origin: get('lat_0'), longitude_of_central_meridian: get('lon_0') };
}

function origin(get: Get): Record<string, number> {
  return { latitude_of_projection_origin: get('lat_0'), longitude_of_projection_origin: get('lon_0') };
}

function trueScale(get: Get): Record<string, number> {
  const latitude = get('lat_ts');
  return latitude === 0 ? { scale_factor_at_projection_origin: scale(get) } : { standard_parallel: latitude };
}

/** Absent, it is 1. */
function scale(get: Get): number {
  return get('k_0', 'k') || 1;
}
