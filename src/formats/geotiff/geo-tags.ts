import type { Crs } from '../../grid/index.js';
import type { RasterPlace } from './raster-place.js';
import { numbers, type TiffEntry } from './tiff-file.js';

const keyIds = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geographicType: 2048,
  angularUnits: 2054,
  projectedType: 3072,
  projectedCitation: 3073,
  linearUnits: 3076,
} as const;
const projectedModel = 1;
const geographicModel = 2;
const pixelIsArea = 1;
const wgs84 = 4326;
const userDefined = 32767;
/** Units of length by how many metres they have. */
const linearUnits: Readonly<Record<number, { readonly code: number; readonly name: string }>> = {
  1: { code: 9001, name: 'metre' },
  1000: { code: 9036, name: 'kilometre' },
};
const degree = 9102;
const asciiParams = 34737;

type KeyValue = number | string;

/**
 * Where an image is: its corner, the size of its pixels, and the keys of its reference system, which is user-defined
 * where it has no code.
 *
 * Source: OGC 19-008r4.
 */
export function geoTags({ west, north, width, height }: RasterPlace, crs: Crs): TiffEntry[] {
  return [
    { tag: 33550, value: numbers('double', width, height, 0) },
    { tag: 33922, value: numbers('double', 0, 0, 0, west, north, 0) },
    ...keyTags(crs.kind === 'geographic' ? geographicKeys : projectedKeys(crs)),
  ];
}

const geographicKeys: Partial<Record<keyof typeof keyIds, KeyValue>> = {
  modelType: geographicModel,
  rasterType: pixelIsArea,
  geographicType: wgs84,
  angularUnits: degree,
};

function projectedKeys(crs: Crs): Partial<Record<keyof typeof keyIds, KeyValue>> {
  const common = { modelType: projectedModel, rasterType: pixelIsArea };
  const code = Number(/^EPSG:(\d+)$/.exec(crs.id)?.[1] ?? userDefined);
  // Codes are 16 bits wide.
  if (code < userDefined) return { ...common, projectedType: code, linearUnits: linearUnits[1]!.code };
  const metres = metresPerUnit(crs);
  const unit = linearUnits[metres];
  const wkt = statedWkt(crs, `UNIT["${unit?.name ?? 'unit'}",${metres}]`);
  return {
    ...common,
    citation: crs.id.replace(/^local:/, ''),
    projectedType: userDefined,
    ...(wkt !== undefined && { projectedCitation: `ESRI PE String = ${wkt}` }),
    ...(unit !== undefined && { linearUnits: unit.code }),
  };
}

/** Well-known text of version 1, which GDAL reads in a citation; a proj4 definition alone goes in as its extension. */
function statedWkt({ id, wkt, proj }: Crs, unit: string): string | undefined {
  if (wkt?.startsWith('PROJCS[')) return wkt;
  if (proj === undefined) return undefined;
  const name = id.replace(/^local:/, '').replaceAll('"', "'");
  return (
    `PROJCS["${name}",GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],` +
    'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["custom_proj4"],' +
    `${unit},EXTENSION["PROJ4","${proj}"]]`
  );
}

function metresPerUnit({ proj = '' }: Crs): number {
  if (/\+units=km\b/.test(proj)) return 1000;
  return Number(/\+to_meter=(\S+)/.exec(proj)?.[1] ?? 1);
}

function keyTags(keys: Partial<Record<keyof typeof keyIds, KeyValue>>): TiffEntry[] {
  let text = '';
  const entries = Object.entries(keys).flatMap(([name, value]) => {
    const id = keyIds[name as keyof typeof keyIds];
    if (typeof value === 'number') return [id, 0, 1, value];
    // Bars end texts; the tag is ASCII.
    const plain = `${value.replace(/[|\0]/g, ' ').replace(/[^ -~]/g, '?')}|`;
    const at = text.length;
    text += plain;
    return [id, asciiParams, plain.length, at];
  });
  const directory = numbers('short', 1, 1, 0, entries.length / 4, ...entries);
  return [
    { tag: 34735, value: directory },
    ...(text === '' ? [] : [{ tag: asciiParams, value: { type: 'ascii', text } as const }]),
  ];
}
