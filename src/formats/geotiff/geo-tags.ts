import type { Crs } from '../../grid/index.js';
import { parseProj } from '../proj-definition.js';
import { type GeoKeyValues, geoKeyTags, userDefined } from './geo-keys.js';
import { projectionKeys } from './projection-keys.js';
import type { RasterPlace } from './raster-place.js';
import { numbers, type TiffEntry } from './tiff-file.js';

const projectedModel = 1;
const geographicModel = 2;
const pixelIsArea = 1;
const wgs84 = 4326;
/** ETRS89 and NAD83, whose codes are those of systems in degrees of two dimensions. */
const datumCodes: Readonly<Record<string, number>> = { 'EPSG:4258': 4258, 'EPSG:4269': 4269 };
const metre = 9001;
const degree = 9102;

/**
 * Where an image is: its corner, the size of its pixels, and the keys of its reference system, which is user-defined
 * where it has no code.
 *
 * Source: OGC 19-008r4.
 */
export function geoTags({ west, north, width, height }: RasterPlace, crs: Crs): TiffEntry[] {
  const keys = crs.kind === 'projected' ? projectedKeys(crs) : geographicKeys(crs);
  return [
    { tag: 33550, value: numbers('double', width, height, 0) },
    { tag: 33922, value: numbers('double', 0, 0, 0, west, north, 0) },
    ...geoKeyTags({ ...keys, rasterType: pixelIsArea }),
  ];
}

/** Others are taken for WGS 84, as they are everywhere here. */
function geographicKeys({ id }: Crs): GeoKeyValues {
  return { modelType: geographicModel, geographicType: datumCodes[id] ?? wgs84, angularUnits: degree };
}

function projectedKeys({ id, wkt, proj }: Crs): GeoKeyValues {
  const code = Number(/^EPSG:(\d+)$/.exec(id)?.[1] ?? userDefined);
  // Codes are 16 bits wide.
  if (code < userDefined) return { modelType: projectedModel, projectedType: code, linearUnits: metre };
  return {
    modelType: projectedModel,
    projectedType: userDefined,
    citation: id.replace(/^local:/, ''),
    // Well-known text of version 1 is read where GDAL keeps it.
    ...(wkt?.startsWith('PROJCS[') && { projectedCitation: `ESRI PE String = ${wkt}` }),
    ...(proj !== undefined && projectionKeys(parseProj(proj))),
  };
}
