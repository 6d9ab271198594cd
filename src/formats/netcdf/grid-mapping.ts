import type { Crs } from '../../grid/index.js';
import { type Earth, type ProjDefinition, parseProj, scaleOf } from '../proj-definition.js';
import type { Attributes } from './classic-layout.js';

/** A system of x and y, or of longitudes and latitudes, as CF states it. */
export interface GridMapping {
  readonly attributes: Attributes;
  /** Of a projected x and y; undefined when it is not known. */
  readonly unit?: string;
}

interface MappingKind {
  readonly name: string;
  numbers(proj: ProjDefinition): Record<string, number | readonly number[]>;
}

// A table: the projections of CF appendix F that proj4 definitions here name.
const mappings: Readonly<Record<string, MappingKind>> = {
  aea: { name: 'albers_conical_equal_area', numbers: conic },
  aeqd: { name: 'azimuthal_equidistant', numbers: origin },
  cea: {
    name: 'lambert_cylindrical_equal_area',
    numbers: ({ number }) => ({
      standard_parallel: number('lat_ts'),
      longitude_of_central_meridian: number('lon_0'),
    }),
  },
  longlat: { name: 'latitude_longitude', numbers: () => ({}) },
  laea: { name: 'lambert_azimuthal_equal_area', numbers: origin },
  lcc: { name: 'lambert_conformal_conic', numbers: conic },
  merc: {
    name: 'mercator',
    numbers: (proj) => ({ longitude_of_projection_origin: proj.number('lon_0'), ...trueScale(proj) }),
  },
  stere: {
    name: 'stereographic',
    numbers: (proj) => ({ ...origin(proj), scale_factor_at_projection_origin: scaleOf(proj) }),
  },
  polar: {
    name: 'polar_stereographic',
    numbers: (proj) => ({
      latitude_of_projection_origin: proj.number('lat_0'),
      straight_vertical_longitude_from_pole: proj.number('lon_0'),
      ...trueScale(proj),
    }),
  },
  tmerc: {
    name: 'transverse_mercator',
    numbers: (proj) => ({ ...meridian(proj), scale_factor_at_central_meridian: scaleOf(proj) }),
  },
};

/** Of longitudes and latitudes, whose datum readers cannot tell from an ellipsoid. */
const wgs84Text =
  'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],' +
  'PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]';
const wgs84Ids: readonly string[] = ['OGC:CRS84', 'EPSG:4326'];

/** What is known of a system: its code, its definition, its parameters; undefined when that is nothing. */
export function gridMapping({ id, kind, proj, wkt: ownText }: Crs): GridMapping | undefined {
  const wkt = ownText ?? (wgs84Ids.includes(id) ? wgs84Text : undefined);
  const definition = proj === undefined ? undefined : parseProj(proj);
  const attributes: Attributes = {
    ...(definition && projectionAttributes(definition)),
    ...(/^EPSG:\d+$/.test(id) && { epsg_code: id }),
    // GDAL reads the second, other programs the first.
    ...(wkt !== undefined && { crs_wkt: wkt, spatial_ref: wkt }),
    ...(proj !== undefined && { proj4: proj }),
  };
  if (Object.keys(attributes).length === 0) return undefined;
  const unit = kind === 'projected' ? { 1: 'm', 1000: 'km' }[definition?.metres ?? 0] : undefined;
  return { attributes, ...(unit !== undefined && { unit }) };
}

function projectionAttributes(proj: ProjDefinition): Attributes {
  const { method, number, metres, earth } = proj;
  const isPolar = method === 'stere' && Math.abs(number('lat_0')) === 90;
  const kind = mappings[isPolar ? 'polar' : method];
  if (kind === undefined || earth === undefined || metres === undefined) return {};
  const numbers = {
    ...kind.numbers(proj),
    ...(method !== 'longlat' && {
      false_easting: number('x_0') / metres,
      false_northing: number('y_0') / metres,
    }),
    longitude_of_prime_meridian: 0,
    ...earthNumbers(earth),
  };
  const attributes = Object.entries(numbers).map(([name, value]) => [
    name,
    { type: 'float64' as const, values: [value].flat() },
  ]);
  return { grid_mapping_name: kind.name, ...Object.fromEntries(attributes) };
}

function earthNumbers({
  semiMajorAxis,
  inverseFlattening,
  toWgs84,
}: Earth): Record<string, number | readonly number[]> {
  const figure: Record<string, number | readonly number[]> =
    inverseFlattening === 0
      ? { earth_radius: semiMajorAxis }
      : { semi_major_axis: semiMajorAxis, inverse_flattening: inverseFlattening };
  return toWgs84 === undefined ? figure : { ...figure, towgs84: toWgs84 };
}

function conic(proj: ProjDefinition): Record<string, number | readonly number[]> {
  const { number } = proj;
  return { standard_parallel: [number('lat_1'), number('lat_2', 'lat_1')], ...meridian(proj) };
}

function meridian({ number }: ProjDefinition): Record<string, number> {
  return { latitude_of_projection_origin: number('lat_0'), longitude_of_central_meridian: number('lon_0') };
}

function origin({ number }: ProjDefinition): Record<string, number> {
  return { latitude_of_projection_origin: number('lat_0'), longitude_of_projection_origin: number('lon_0') };
}

function trueScale(proj: ProjDefinition): Record<string, number> {
  const latitude = proj.number('lat_ts');
  return latitude === 0
    ? { scale_factor_at_projection_origin: scaleOf(proj) }
    : { standard_parallel: latitude };
}
