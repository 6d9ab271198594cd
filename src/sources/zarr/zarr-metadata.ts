import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import type { CellType } from '../../raster/index.js';
import { brief, isJsonObject, type JsonObject } from '../bounded-json.js';
import { cellCount } from '../cf/dataset.js';

/** What an element is: a cell type, an integer only coordinates may have, or text in one of its spellings. */
export type ElementType =
  | { readonly kind: 'cell'; readonly type: CellType }
  | { readonly kind: 'big'; readonly type: 'int64' | 'uint64' }
  | { readonly kind: 'fixed-text'; readonly encoding: 'utf-32' | 'latin-1'; readonly bytes: number }
  | { readonly kind: 'text' };

/** One step of a codec pipeline as zarrita's registry names it, with its checked configuration. */
export interface CodecStep {
  readonly name: string;
  readonly configuration: JsonObject;
}

/** How a chunk's cells become bytes: on the array, to bytes, then on the bytes. */
export interface CodecPipeline {
  readonly arraySteps: readonly CodecStep[];
  readonly endian: 'little' | 'big';
  /** Type after `arraySteps`, where they change it (fixedscaleoffset). */
  readonly storedBytesPerElement: number;
  readonly byteSteps: readonly CodecStep[];
}

/** Shards: several chunks in one file with an index. */
export interface Sharding {
  readonly shardShape: readonly number[];
  readonly indexLocation: 'start' | 'end';
  readonly indexHasChecksum: boolean;
}

/** A Zarr array of either version, checked: nothing here can make a reader allocate without bound. */
export interface ArrayMetadata {
  readonly shape: readonly number[];
  /** The unit that is read and decoded: the inner chunk of a shard. */
  readonly chunkShape: readonly number[];
  readonly sharding?: Sharding;
  readonly element: ElementType;
  readonly pipeline: CodecPipeline;
  /** What a missing chunk holds; undefined when the array does not say. */
  readonly fill?: number | bigint;
  readonly fileKey: (coordinates: readonly number[]) => string;
}

/** The outline every array must have, however strange its type or codecs are. */
export interface ArrayOutline {
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
}

const maxRank = 32;
const maxCells = 2 ** 53;

const bytesOfType = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
} as const satisfies Record<CellType | 'int64' | 'uint64', number>;

/** Bytes of one decoded element; for text of free length its place in memory. */
export function elementBytes(element: ElementType): number {
  if (element.kind === 'fixed-text') return element.bytes;
  return element.kind === 'text' ? 8 : bytesOfType[element.type];
}

/** Checks a shape and its chunks: positive safe integers, equally many, a countable number of cells. */
export function checkOutline(shape: unknown, chunkShape: unknown, fields: ErrorFields): ArrayOutline {
  const outline = {
    shape: parseLengths(shape, 'shape', fields),
    chunkShape: parseLengths(chunkShape, 'chunks', fields),
  };
  if (outline.shape.length !== outline.chunkShape.length)
    throw new CorruptionError('shape and chunks differ in their number of dimensions', {
      ...fields,
      shape: outline.shape.length,
      chunks: outline.chunkShape.length,
    });
  return outline;
}

/** A list of positive lengths whose product is a safe integer. */
export function parseLengths(value: unknown, member: string, fields: ErrorFields): readonly number[] {
  if (!Array.isArray(value))
    throw new CorruptionError('metadata member is not a list', { ...fields, member });
  if (value.length > maxRank)
    throw new UnsupportedError('too many dimensions', {
      ...fields,
      member,
      found: value.length,
      allowed: maxRank,
    });
  for (const length of value) {
    if (!Number.isSafeInteger(length) || length < 0)
      throw new CorruptionError('metadata member is not a list of positive integers', {
        ...fields,
        member,
        found: brief(length),
      });
    if (length === 0)
      throw new UnsupportedError('array has no cells: a dimension of length 0', { ...fields, member });
  }
  if (cellCount(value) > maxCells)
    throw new UnsupportedError('array has more cells than can be counted', {
      ...fields,
      member,
      found: value,
    });
  return value;
}

/** A member that must be an object. */
export function objectMember(document: JsonObject, member: string, fields: ErrorFields): JsonObject {
  const value = document[member];
  if (isJsonObject(value)) return value;
  throw new CorruptionError('metadata member is missing or not an object', { ...fields, member });
}

/** A fill value of a numeric type: numbers, NaN and infinities by name, hexadecimal bits; undefined for null. */
export function parseFill(
  value: unknown,
  element: ElementType,
  fields: ErrorFields,
): number | bigint | undefined {
  if (value === null || value === undefined) return undefined;
  if (element.kind === 'text' || element.kind === 'fixed-text') return 0;
  const parsed = fillNumber(value, element);
  if (parsed !== undefined) return parsed;
  throw new CorruptionError('fill_value does not fit the type', {
    ...fields,
    fill_value: String(JSON.stringify(value)).slice(0, 40),
    type: element.type,
  });
}

function fillNumber(value: unknown, element: Exclude<ElementType, { kind: 'text' | 'fixed-text' }>) {
  const { type } = element;
  if (typeof value === 'boolean') return Number(value);
  if (element.kind === 'big') return Number.isSafeInteger(value) ? BigInt(value as number) : 0n;
  if (typeof value === 'number') {
    const isInteger = !type.startsWith('float');
    return isInteger && !Number.isInteger(value) ? undefined : value;
  }
  if (typeof value !== 'string' || !type.startsWith('float')) return undefined;
  const named: Record<string, number> = { NaN, Infinity, '-Infinity': -Infinity };
  return Object.hasOwn(named, value) ? named[value] : floatOfBits(value, type);
}

function floatOfBits(text: string, type: string): number | undefined {
  const digits = type === 'float32' ? 8 : 16;
  if (!new RegExp(`^0x[0-9a-fA-F]{${digits}}$`).test(text)) return undefined;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(text) << (type === 'float32' ? 32n : 0n));
  return type === 'float32' ? view.getFloat32(0) : view.getFloat64(0);
}

/** Bytes a decoded chunk takes in memory. */
export function decodedChunkBytes(array: ArrayMetadata): number {
  return array.chunkShape.reduce((bytes, length) => bytes * length, elementBytes(array.element));
}
