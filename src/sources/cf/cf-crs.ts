import { CorruptionError, TilecurveError, UnsupportedError } from '../../errors/index.js';
import {
  type Axis,
  axisLength,
  CRS84,
  type Crs,
  coordinateAt,
  crsFromId,
  crsFromProj,
} from '../../grid/index.js';
import { brief, type JsonObject } from '../bounded-json.js';
import { type CfStore, namesIn } from './cf-dimensions.js';
import { isLatitudeLongitude, parseGridMapping } from './cf-projection.js';
import { isGeographic, textOf } from './cf-role.js';
import type { Variable } from './dataset.js';
import { fitPlaces, type PlaceFit } from './place-fit.js';
import type { SamplePlaces } from './plane-samples.js';

/** What decides the reference system of a grid. */
export interface CrsQuestion {
  readonly store: CfStore;
  readonly x: Axis;
  readonly y: Axis;
  readonly xVariable: Variable;
  readonly yVariable: Variable;
  /** The `grid_mapping` attribute its parameters share. */
  readonly gridMapping: string | undefined;
  /** Reads the store's two-dimensional latitudes and longitudes at a few cells; undefined without them. */
  readonly samplePlaces: SamplePlaces | undefined;
}

const metresOfUnit: Readonly<Record<string, number>> = {
  m: 1,
  metre: 1,
  meter: 1,
  km: 1000,
  kilometre: 1000,
  kilometer: 1000,
};
const maxCellsOff = 0.5;
const exactCells = 0.01;

/**
 * The reference system of x and y. A projection is believed when the store's own two-dimensional latitudes
 * and longitudes, where it has them, fall within half a cell; of the earth shapes that a mapping leaves open
 * the best one is taken. A store that contradicts itself is refused: better no place than a wrong one.
 */
export async function resolveCrs(question: CrsQuestion): Promise<Crs> {
  const { xVariable, yVariable, store } = question;
  const mapping = mappingVariable(question);
  const geographic = [xVariable, yVariable].map((variable) =>
    isGeographic(variable.name, variable.attributes),
  );
  if (geographic[0] !== geographic[1])
    throw new CorruptionError('one of x and y is geographic, the other is not', {
      x: xVariable.name,
      y: yVariable.name,
    });
  if (geographic[0]) return geographicCrs(question, mapping);
  for (const { name, attributes } of [xVariable, yVariable])
    if (/^grid_(latitude|longitude)$/.test(textOf(attributes.standard_name) ?? ''))
      throw new UnsupportedError('rotated pole grids are not supported', { array: name });
  if (mapping !== undefined) return projectedCrs(question, mapping);
  const plane = store.planeCoordinates([question.y.name, question.x.name]);
  if (plane !== undefined)
    throw new UnsupportedError(
      'curvilinear grid: latitude and longitude are two-dimensional, and no grid mapping',
      {
        latitude: plane.latitude.name,
        longitude: plane.longitude.name,
      },
    );
  return { id: 'local:unknown', kind: 'projected' };
}

function geographicCrs({ x, y }: CrsQuestion, mapping: Variable | undefined): Crs {
  const name = textOf(mapping?.attributes.grid_mapping_name);
  const fields = { grid_mapping: mapping?.name, grid_mapping_name: name };
  if (mapping !== undefined && name !== undefined && !isLatitudeLongitude(mapping.attributes))
    throw new CorruptionError('grid mapping contradicts its longitudes and latitudes', fields);
  if ((mapping?.attributes.longitude_of_prime_meridian ?? 0) !== 0)
    throw new UnsupportedError('prime meridian is not supported', fields);
  const [south, north] = ends(y);
  const [west, east] = ends(x);
  if (south < -90.0001 || north > 90.0001)
    throw new CorruptionError('latitude is out of range', { array: y.name, found: [south, north] });
  if (east - west > 360.0001 || west < -720 || east > 720)
    throw new CorruptionError('longitudes span more than the globe', { array: x.name, found: [west, east] });
  return CRS84;
}

async function projectedCrs(question: CrsQuestion, mapping: Variable): Promise<Crs> {
  const candidates = candidateSystems(question, mapping);
  const places = await question.samplePlaces?.(question.x, question.y);
  const [first] = candidates;
  if (first === undefined)
    throw new UnsupportedError('grid mapping is not supported', { grid_mapping: mapping.name });
  if (places === undefined || places.length === 0) return first;
  const cell = { x: meanStep(question.x), y: meanStep(question.y) };
  const fits = candidates.map((crs) => fitPlaces(crs, places, cell));
  const best = fits.reduce((a, b) => (rank(b) < rank(a) ? b : a));
  if (best.cellsOff <= maxCellsOff) return refined(best, metresPerUnit(question));
  throw new CorruptionError('grid mapping contradicts the two-dimensional latitudes and longitudes', {
    grid_mapping: mapping.name,
    cellsOff: Number(best.cellsOff.toFixed(2)),
    allowed: maxCellsOff,
  });
}

/** Fits that are exact but for a shift come first, the one with the smallest shift foremost. */
function rank({ cellsOff, cellsOffShifted }: PlaceFit): number {
  return cellsOffShifted <= exactCells ? cellsOff : 1 + cellsOff;
}

/**
 * Mappings often carry rounded parameters (13.33 for 13 1/3 degrees). Where the places show nothing but a
 * constant shift by less than half a cell, it goes into the false easting and northing. A system known by its code stays as it is.
 */
function refined({ crs, shift, cellsOff, cellsOffShifted }: PlaceFit, metres: number): Crs {
  const isPlainShift = cellsOffShifted <= exactCells && cellsOff > exactCells;
  if (!isPlainShift || crs.proj === undefined || !crs.id.startsWith('local:')) return crs;
  const proj = crs.proj
    .replace(/\+x_0=(\S+)/, (_, x0: string) => `+x_0=${Number((Number(x0) - shift.x * metres).toFixed(3))}`)
    .replace(/\+y_0=(\S+)/, (_, y0: string) => `+y_0=${Number((Number(y0) - shift.y * metres).toFixed(3))}`);
  return crsFromProj(proj, crs.id.slice('local:'.length));
}

function candidateSystems(question: CrsQuestion, { name, attributes }: Variable): Crs[] {
  const metres = metresPerUnit(question);
  const code = epsgCode(attributes);
  const hasParameters = attributes.grid_mapping_name !== undefined;
  if (code !== undefined) {
    try {
      return [inUnits(crsFromId(`EPSG:${code}`), metres)];
    } catch (error) {
      // Systems outside the short table are still known by their parameters.
      if (!(error instanceof TilecurveError) || !hasParameters) throw error;
    }
  }
  const stated = parseGridMapping(name, attributes, metres);
  return stated.candidates.map((proj) => crsFromProj(proj, stated.name));
}

function inUnits(crs: Crs, metres: number): Crs {
  if (crs.kind === 'geographic')
    throw new CorruptionError('grid mapping is geographic, x and y are not', { crs: crs.id });
  if (metres === 1 || crs.proj === undefined) return crs;
  return crsFromProj(
    crs.proj.replace('+units=m', `+to_meter=${metres}`),
    `${crs.id}-${metres}m`.replace(':', '-'),
  );
}

/** The EPSG code a mapping names: by attribute, or as the authority of its whole well-known text. */
function epsgCode(attributes: JsonObject): number | undefined {
  const stated = /^(?:EPSG:)?(\d{4,6})$/i.exec(
    brief(attributes.epsg_code ?? attributes.epsg ?? '').replaceAll('"', ''),
  );
  if (stated !== null) return Number(stated[1]);
  for (const attribute of ['crs_wkt', 'spatial_ref']) {
    const text = textOf(attributes[attribute]) ?? '';
    const match =
      /^EPSG:(\d{4,6})$/i.exec(text) ??
      /(?:AUTHORITY\["EPSG",\s*"(\d{4,6})"\]|ID\["EPSG",\s*(\d{4,6})\])\s*\]$/.exec(text.slice(-60));
    if (match !== null) return Number(match[1] ?? match[2]);
  }
  return undefined;
}

function meanStep(axis: Axis): number {
  const [low, high] = ends(axis);
  const count = axisLength(axis);
  return count < 2 ? 1 : (high - low) / (count - 1);
}

function ends(axis: Axis): [low: number, high: number] {
  const [a, b] = [coordinateAt(axis, 0), coordinateAt(axis, axisLength(axis) - 1)];
  return [Math.min(a, b), Math.max(a, b)];
}

function mappingVariable({ store, gridMapping, xVariable, yVariable }: CrsQuestion): Variable | undefined {
  const [name] = namesIn(gridMapping);
  if (name === undefined) return undefined;
  const variable = store.dataset.variables.get(name);
  if (variable !== undefined) return variable;
  // Plain longitudes and latitudes need no mapping.
  if (
    isGeographic(xVariable.name, xVariable.attributes) &&
    isGeographic(yVariable.name, yVariable.attributes)
  )
    return undefined;
  throw new CorruptionError('grid mapping variable is missing', { grid_mapping: name });
}

function metresPerUnit({ xVariable, yVariable }: CrsQuestion): number {
  const [x = '', y = ''] = [xVariable, yVariable].map(({ attributes }) => textOf(attributes.units) || 'm');
  const unit = x.toLowerCase().replace(/s$/, '');
  const metres = Object.hasOwn(metresOfUnit, unit) ? metresOfUnit[unit] : undefined;
  if (metres !== undefined && x === y) return metres;
  throw new UnsupportedError('unit of projected coordinates is not supported', { x, y, expected: 'm or km' });
}
