import type { TiffEntry } from './tiff-file.js';

/** Stands for "defined by the user" in keys that hold codes. */
export const userDefined = 32767;

/** Keys that are written. Source: OGC 19-008r4, annex A. */
const keyIds = {
  modelType: 1024,
  rasterType: 1025,
  citation: 1026,
  geographicType: 2048,
  geodeticDatum: 2050,
  angularUnits: 2054,
  ellipsoid: 2056,
  semiMajorAxis: 2057,
  semiMinorAxis: 2058,
  inverseFlattening: 2059,
  toWgs84: 2062,
  projectedType: 3072,
  projectedCitation: 3073,
  projection: 3074,
  method: 3075,
  linearUnits: 3076,
  linearUnitSize: 3077,
  standardParallel1: 3078,
  standardParallel2: 3079,
  naturalOriginLongitude: 3080,
  naturalOriginLatitude: 3081,
  falseEasting: 3082,
  falseNorthing: 3083,
  falseOriginLongitude: 3084,
  falseOriginLatitude: 3085,
  falseOriginEasting: 3086,
  falseOriginNorthing: 3087,
  centreLongitude: 3088,
  centreLatitude: 3089,
  scaleAtNaturalOrigin: 3092,
  straightVerticalLongitude: 3095,
} as const;

/** A key is a code, a text or a list of numbers. */
export type GeoKeyValues = Partial<
  Readonly<Record<keyof typeof keyIds, number | string | readonly number[]>>
>;

const directoryTag = 34735;
const doublesTag = 34736;
const textTag = 34737;

/** The three tags that hold keys. */
export function geoKeyTags(keys: GeoKeyValues): TiffEntry[] {
  const doubles: number[] = [];
  let text = '';
  const entries = Object.entries(keyIds).flatMap(([name, id]) => {
    const value = keys[name as keyof typeof keyIds];
    if (value === undefined) return [];
    if (typeof value === 'number') return [id, 0, 1, value];
    if (typeof value === 'string') {
      const plain = `${asciiText(value)}|`;
      text += plain;
      return [id, textTag, plain.length, text.length - plain.length];
    }
    doubles.push(...value);
    return [id, doublesTag, value.length, doubles.length - value.length];
  });
  const directory = [1, 1, 0, entries.length / 4, ...entries];
  return [
    { tag: directoryTag, value: { type: 'short', values: directory } },
    ...(doubles.length === 0
      ? []
      : [{ tag: doublesTag, value: { type: 'double', values: doubles } as const }]),
    ...(text === '' ? [] : [{ tag: textTag, value: { type: 'ascii', text } as const }]),
  ];
}

/** Bars end texts. */
function asciiText(text: string): string {
  return text.replace(/[|\0]/g, ' ').replace(/[^ -~]/g, '?');
}
