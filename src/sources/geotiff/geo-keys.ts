import type { TiffDirectory } from './tiff-directory.js';

/** GeoTIFF keys that are read. Source: OGC 19-008r4, annex A. */
export const GEO_KEY = {
  ModelType: 1024,
  RasterType: 1025,
  Citation: 1026,
  GeographicType: 2048,
  GeographicCitation: 2049,
  GeodeticDatum: 2050,
  PrimeMeridian: 2051,
  AngularUnits: 2054,
  Ellipsoid: 2056,
  SemiMajorAxis: 2057,
  SemiMinorAxis: 2058,
  InverseFlattening: 2059,
  PrimeMeridianLongitude: 2061,
  ToWgs84: 2062,
  ProjectedType: 3072,
  ProjectedCitation: 3073,
  Projection: 3074,
  Method: 3075,
  LinearUnits: 3076,
  LinearUnitSize: 3077,
  StandardParallel1: 3078,
  StandardParallel2: 3079,
  NaturalOriginLongitude: 3080,
  NaturalOriginLatitude: 3081,
  FalseEasting: 3082,
  FalseNorthing: 3083,
  FalseOriginLongitude: 3084,
  FalseOriginLatitude: 3085,
  FalseOriginEasting: 3086,
  FalseOriginNorthing: 3087,
  CentreLongitude: 3088,
  CentreLatitude: 3089,
  CentreEasting: 3090,
  CentreNorthing: 3091,
  ScaleAtNaturalOrigin: 3092,
  ScaleAtCentre: 3093,
  StraightVerticalLongitude: 3095,
  VerticalType: 4096,
} as const;

/** A key that is read. */
export type GeoKeyName = keyof typeof GEO_KEY;

/** Stands for "defined by the user" and "undefined" in keys that hold codes. */
export const USER_DEFINED = 32767;

const MAX_SHORTS = 4 * 1024;
const MAX_DOUBLES = 4 * 1024;
const MAX_TEXT = 65536;

/** The keys of a GeoTIFF, each a list of numbers or a text. */
export class GeoKeys {
  private readonly values: ReadonlyMap<number, readonly number[] | string>;

  constructor(values: ReadonlyMap<number, readonly number[] | string>) {
    this.values = values;
  }

  number(key: GeoKeyName): number | undefined {
    const value = this.values.get(GEO_KEY[key]);
    return typeof value === 'string' ? undefined : value?.[0];
  }

  /** A code; undefined when it is absent, "undefined" (0) or "user-defined". */
  code(key: GeoKeyName): number | undefined {
    const value = this.number(key);
    return value === 0 || value === USER_DEFINED ? undefined : value;
  }

  numbers(key: GeoKeyName): readonly number[] | undefined {
    const value = this.values.get(GEO_KEY[key]);
    return typeof value === 'string' ? undefined : value;
  }

  text(key: GeoKeyName): string | undefined {
    const value = this.values.get(GEO_KEY[key]);
    return typeof value === 'string' ? value : undefined;
  }
}

/** Reads the three tags that hold the keys; undefined when there are none. */
export async function readGeoKeys(directory: TiffDirectory): Promise<GeoKeys | undefined> {
  const { file } = directory;
  const shorts = await directory.numbers('GeoKeyDirectory', MAX_SHORTS);
  if (shorts === undefined) return undefined;
  const doubles = (await directory.numbers('GeoDoubleParams', MAX_DOUBLES)) ?? new Float64Array();
  const text = directory.has('GeoAsciiParams')
    ? Buffer.from((await directory.bytes('GeoAsciiParams', MAX_TEXT))!).toString('latin1')
    : '';
  const [version, , , count = 0] = shorts;
  if (version !== 1 || 4 + 4 * count > shorts.length)
    throw file.damage('GeoTIFF keys are damaged', { version, keys: count, found: shorts.length });
  const values = new Map<number, readonly number[] | string>();
  for (let k = 1; k <= count; k++) {
    const [key, tag, length, at] = shorts.subarray(4 * k, 4 * k + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    if (tag === 0) values.set(key, [at]);
    else if (tag === 34736 && at + length <= doubles.length)
      values.set(key, [...doubles.subarray(at, at + length)]);
    else if (tag === 34735 && at + length <= shorts.length)
      values.set(key, [...shorts.subarray(at, at + length)]);
    else if (tag === 34737 && at + length <= text.length)
      values.set(key, text.slice(at, at + length).replace(/[|\0]+$/, ''));
    else throw file.damage('GeoTIFF key points outside its tags', { key, tag, offset: at, count: length });
  }
  return new GeoKeys(values);
}
