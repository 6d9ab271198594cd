import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import type { CellType } from '../../raster/index.js';
import { brief, type JsonObject } from '../bounded-json.js';

/** How stored cells become values, and which of them are none. */
export interface Packing {
  readonly scale: number;
  readonly offset: number;
  readonly noData?: number;
  /** Other stored values that mean no data; readers replace them by `noData`. */
  readonly aliases: readonly number[];
}

interface PackedArray {
  readonly name: string;
  readonly type: CellType;
  readonly attributes: JsonObject;
  /** No-data by the store's own fill value, where that counts as such. */
  readonly fill: number | undefined;
}

const integerRanges: Readonly<Record<string, readonly [number, number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/**
 * Scale, offset and no-data of a data variable. `_FillValue` wins over `missing_value`, except that the
 * store's fill value is the `_FillValue` where there is no attribute of that name.
 */
export function parsePacking(array: PackedArray): Packing {
  const { name, attributes } = array;
  if (/^"?true"?$/i.test(brief(attributes._Unsigned)) && array.type.startsWith('int'))
    throw new UnsupportedError('attribute _Unsigned is not supported', { parameter: name });
  const scale = numbersOf(attributes.scale_factor, 'scale_factor', array)[0] ?? 1;
  const offset = numbersOf(attributes.add_offset, 'add_offset', array)[0] ?? 0;
  if (scale === 0 || !Number.isFinite(scale)) throw unusable('scale_factor', scale, name);
  if (!Number.isFinite(offset)) throw unusable('add_offset', offset, name);
  const stated = numbersOf(attributes._FillValue, '_FillValue', array).concat(
    attributes._FillValue === undefined && array.fill !== undefined ? [array.fill] : [],
    numbersOf(attributes.missing_value, 'missing_value', array),
  );
  const [noData, ...others] = stated
    .map((value) => asStored(value, array.type))
    .filter((value) => value !== undefined);
  return {
    scale,
    offset,
    ...(noData === undefined ? {} : { noData }),
    aliases: [...new Set(others)].filter((value) => !Object.is(value, noData) && !Number.isNaN(value)),
  };
}

/** Attributes that packing has consumed. */
export const packingAttributes: readonly string[] = [
  'scale_factor',
  'add_offset',
  '_FillValue',
  'missing_value',
];

/** The value as a cell can hold it; one that no cell can hold (1e20 on int16) marks nothing. */
function asStored(value: number, type: CellType): number | undefined {
  const range = integerRanges[type];
  if (range === undefined) return type === 'float32' ? Math.fround(value) : value;
  return Number.isInteger(value) && value >= range[0] && value <= range[1] ? value : undefined;
}

function numbersOf(value: unknown, attribute: string, { name, type }: PackedArray): number[] {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((entry) => {
    const number = typeof entry === 'string' ? numberOfText(entry, type) : entry;
    if (typeof number === 'number') return number;
    throw unusable(attribute, entry, name);
  });
}

/** Python writes NaN as a bare word; xarray writes float fill values of version 3 stores as base64 of a float64. */
function numberOfText(text: string, type: CellType): number | undefined {
  const named: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };
  if (Object.hasOwn(named, text)) return named[text];
  if (!type.startsWith('float') || !/^[A-Za-z0-9+/]{11}=$/.test(text)) return undefined;
  return Buffer.from(text, 'base64').readDoubleLE(0);
}

function unusable(attribute: string, found: unknown, parameter: string): CorruptionError {
  const text = typeof found === 'number' ? String(found) : String(JSON.stringify(found)).slice(0, 60);
  return new CorruptionError(`attribute ${attribute} is not a usable number`, { parameter, found: text });
}
