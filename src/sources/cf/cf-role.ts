import { CorruptionError } from '../../errors/index.js';
import type { JsonObject } from '../bounded-json.js';

/** What a dimension is for. `custom` has neither a spatial nor a temporal role. */
export type AxisRole = 'x' | 'y' | 'z' | 't' | 'custom';

/** A role and how a coordinate shows it: 3 by its axis attribute or standard name, 2 by units, 1 by its name. */
export interface RoleEvidence {
  readonly role: AxisRole;
  readonly strength: 0 | 1 | 2 | 3;
}

const rolesOfAxisAttribute: Readonly<Record<string, AxisRole>> = { X: 'x', Y: 'y', Z: 'z', T: 't' };

const rolesOfStandardName: Readonly<Record<string, AxisRole>> = {
  longitude: 'x',
  latitude: 'y',
  grid_longitude: 'x',
  grid_latitude: 'y',
  projection_x_coordinate: 'x',
  projection_y_coordinate: 'y',
  projection_x_angular_coordinate: 'x',
  projection_y_angular_coordinate: 'y',
  time: 't',
  air_pressure: 'z',
  pressure: 'z',
  height: 'z',
  height_above_mean_sea_level: 'z',
  height_above_reference_ellipsoid: 'z',
  height_above_geopotential_datum: 'z',
  altitude: 'z',
  geopotential_height: 'z',
  depth: 'z',
  depth_below_geoid: 'z',
  depth_below_sea_floor: 'z',
  sea_water_pressure: 'z',
  model_level_number: 'z',
  air_potential_temperature: 'z',
  atmosphere_ln_pressure_coordinate: 'z',
  atmosphere_sigma_coordinate: 'z',
  atmosphere_hybrid_sigma_pressure_coordinate: 'z',
  atmosphere_hybrid_height_coordinate: 'z',
  atmosphere_sleve_coordinate: 'z',
  ocean_sigma_coordinate: 'z',
  ocean_s_coordinate: 'z',
  ocean_s_coordinate_g1: 'z',
  ocean_s_coordinate_g2: 'z',
};

const rolesOfName: readonly (readonly [RegExp, AxisRole])[] = [
  [/^(lon|long|longitude|longitudes|nav_lon|x|xc|easting|eastings|rlon|projection_x_coordinate)$/i, 'x'],
  [/^(lat|latitude|latitudes|nav_lat|y|yc|northing|northings|rlat|projection_y_coordinate)$/i, 'y'],
  [/^(time|t|valid_time|datetime|date)$/i, 't'],
  [
    /^(z|level|levels|lev|plev|pressure|pressure_level|isobaric|isobaricInhPa|isobaricInPa|height|altitude)$/i,
    'z',
  ],
  [/^(depth|heightAboveGround|heightAboveSea|depthBelowLand|depthBelowLandLayer|hybrid|model_level)$/i, 'z'],
];

const degreesNorth = /^degrees?_?(north|N)$/i;
const degreesEast = /^degrees?_?(east|E)$/i;
const since = /\bsince\b/i;
const pressureUnits = /^(h?Pa|kPa|Pascals?|hectopascals?|mb|(d|milli|m)?bars?|atm|torr|mmHg)$/i;
const heightUnits = /^(k?m|km|metres?|meters?|kilomet(re|er)s?|cm|f(ee|oo)?t|gpm)$/i;

/**
 * The role a coordinate variable gives to its dimension; by the dimension's name alone when `attributes` are
 * undefined (there is no such variable).
 * Throws: CorruptionError when its attributes contradict each other.
 */
export function axisRole(name: string, attributes: JsonObject | undefined): RoleEvidence {
  const byName = rolesOfName.find(([pattern]) => pattern.test(name))?.[1];
  if (attributes === undefined) return byName === undefined ? none : { role: byName, strength: 1 };
  const { strong, byUnits } = statedRoles(name, attributes);
  if (strong !== undefined) return { role: strong, strength: 3 };
  if (byUnits !== undefined) return { role: byUnits, strength: 2 };
  if (byName === 'x' || byName === 'y') return { role: byName, strength: 1 };
  if (hasVerticalUnits(attributes) || isDirection(attributes.positive)) return { role: 'z', strength: 2 };
  return byName === undefined ? none : { role: byName, strength: 1 };
}

const none: RoleEvidence = { role: 'custom', strength: 0 };

function statedRoles(name: string, attributes: JsonObject) {
  const byAxis = member(rolesOfAxisAttribute, textOf(attributes.axis)?.toUpperCase());
  const byStandardName = standardNameRole(attributes);
  const byUnits = unitsRole(attributes);
  const stated = [byAxis, byStandardName, byUnits].filter((role) => role !== undefined);
  if (new Set(stated).size > 1)
    throw new CorruptionError('attributes of a coordinate contradict each other', {
      array: name,
      axis: attributes.axis,
      standard_name: attributes.standard_name,
      units: attributes.units,
    });
  return { strong: byAxis ?? byStandardName, byUnits };
}

/** Whether a coordinate is in a unit of pressure or of height. */
export function hasVerticalUnits(attributes: JsonObject): boolean {
  const units = textOf(attributes.units);
  return units !== undefined && (pressureUnits.test(units) || heightUnits.test(units));
}

/** Whether a unit is one of pressure: values then grow downwards. */
export function isPressureUnit(unit: string | undefined): boolean {
  return unit !== undefined && pressureUnits.test(unit);
}

/** Whether a coordinate is longitude or latitude by its attributes, or by its name where they are silent. */
export function isGeographic(name: string, attributes: JsonObject): boolean {
  const units = textOf(attributes.units);
  const standardName = textOf(attributes.standard_name);
  if (standardName === 'longitude' || standardName === 'latitude') return true;
  if (member(rolesOfStandardName, standardName) !== undefined) return false;
  if (units !== undefined && (degreesNorth.test(units) || degreesEast.test(units))) return true;
  const isNamed = /^(lon|long|longitude|longitudes|nav_lon|lat|latitude|latitudes|nav_lat)$/i.test(name);
  return isNamed && (units === undefined || /^(deg(ree)?s?|°|1|)$/i.test(units));
}

/** A text attribute without the blanks around it; undefined when it is no text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined;
}

function standardNameRole(attributes: JsonObject): AxisRole | undefined {
  const name = textOf(attributes.standard_name);
  // GRIB readers call their time dimension so; without a time unit it is something else.
  if (name === 'forecast_reference_time') return unitsRole(attributes);
  return member(rolesOfStandardName, name);
}

function unitsRole(attributes: JsonObject): AxisRole | undefined {
  const units = textOf(attributes.units);
  if (units === undefined) return undefined;
  if (degreesNorth.test(units)) return 'y';
  if (degreesEast.test(units)) return 'x';
  return since.test(units) ? 't' : undefined;
}

function isDirection(value: unknown): boolean {
  const direction = textOf(value)?.toLowerCase();
  return direction === 'up' || direction === 'down';
}

function member(table: Readonly<Record<string, AxisRole>>, key: string | undefined): AxisRole | undefined {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}
