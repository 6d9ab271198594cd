import { TilecurveError, UnsupportedError } from '../../errors/index.js';
import { CRS84, type Crs, crsFromId, crsFromProj } from '../../grid/index.js';
import { earthShape } from './geo-earth.js';
import { type GeoKeys, USER_DEFINED } from './geo-keys.js';
import { metresPerUnit, projectionDefinition } from './geo-projection.js';

const GEOCENTRIC = 3;
const GEOGRAPHIC = 2;
const DEGREES: readonly (number | undefined)[] = [undefined, 9102, 9122];
const MAX_WKT = 20_000;

/**
 * The reference system that a file's keys name. One whose code or parameters cannot be computed is kept by name
 * without a definition: better no place on earth than a wrong one.
 *
 * Throws: UnsupportedError for longitudes and latitudes that are not those of WGS 84 to about a metre.
 */
export function crsOfKeys(keys: GeoKeys, file: string): Crs {
  const model = keys.number('ModelType');
  if (model === GEOCENTRIC) throw new UnsupportedError('geocentric coordinates are not supported', { file });
  const projected = keys.number('ProjectedType');
  const isGeographic = model === GEOGRAPHIC || (model === undefined && projected === undefined);
  return isGeographic ? geographicCrs(keys, file) : projectedCrs(keys);
}

function geographicCrs(keys: GeoKeys, file: string): Crs {
  const unit = keys.number('AngularUnits');
  if (!DEGREES.includes(unit))
    throw new UnsupportedError('angular unit is not supported', { file, found: unit, supported: 'degree' });
  const earth = earthShape(keys);
  if (earth !== undefined && (earth.isWgs84 || earth.isSphere)) return CRS84;
  throw new UnsupportedError('geographic reference system is not supported', {
    file,
    found: keys.code('GeographicType') ?? keys.text('GeographicCitation') ?? 'none stated',
  });
}

function projectedCrs(keys: GeoKeys): Crs {
  const code = keys.code('ProjectedType');
  if (code !== undefined) return knownCrs(`EPSG:${code}`, keys);
  const wkt = statedWkt(keys);
  const proj = projectionDefinition(keys) ?? proj4Extension(wkt);
  const name = nameOf(keys);
  return {
    ...(definedCrs(proj, name) ?? { id: `local:${name}`, kind: 'projected' }),
    ...(wkt ? { wkt } : {}),
  };
}

/** Where the keys state another unit than the metres of the systems known here, the code alone tells no place. */
function knownCrs(id: string, keys: GeoKeys): Crs {
  const known = metresPerUnit(keys) === 1 ? attempt(() => crsFromId(id)) : undefined;
  return known?.kind === 'projected' ? known : { id, kind: 'projected' };
}

function definedCrs(proj: string | undefined, name: string): Crs | undefined {
  const crs = proj === undefined ? undefined : attempt(() => crsFromProj(proj, name));
  return crs?.kind === 'projected' ? crs : undefined;
}

/** Undefined where the registry or proj4 does not know it. */
function attempt(make: () => Crs): Crs | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof TilecurveError) return undefined;
    throw error;
  }
}

/** GDAL keeps systems that have no keys as text: "ESRI PE String = PROJCS[...]". */
function statedWkt(keys: GeoKeys): string | undefined {
  const text = keys.text('ProjectedCitation') ?? keys.text('Citation') ?? '';
  const at = text.indexOf('PROJCS[');
  return at < 0 || text.length > MAX_WKT ? undefined : text.slice(at);
}

function proj4Extension(wkt: string | undefined): string | undefined {
  return /EXTENSION\["PROJ4","(\+proj=[\w+=.,\- ]+)"\]/.exec(wkt ?? '')?.[1];
}

function nameOf(keys: GeoKeys): string {
  const citation = keys.text('Citation') ?? keys.text('ProjectedCitation') ?? '';
  const name = citation.startsWith('ESRI PE') ? '' : citation.replace(/[^\w .,()/+-]/g, ' ').trim();
  return name.slice(0, 80) || `user-defined ${keys.code('Projection') ?? USER_DEFINED}`;
}
