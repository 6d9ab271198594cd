import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import { brief, type JsonObject } from '../bounded-json.js';
import type { ArrayMetadata } from './zarr-metadata.js';

/** An array of a store as its metadata presents it. */
export interface ZarrNode {
  readonly name: string;
  readonly attributes: JsonObject;
  /** Names of its dimensions; undefined when the store does not name them. */
  readonly dims: readonly string[] | undefined;
  /** Checked on demand: what is damaged or unsupported matters only to those who need this array. */
  readonly metadata: () => ArrayMetadata;
}

/** A group of arrays: what a source is made of. */
export interface ZarrGroup {
  readonly format: 2 | 3;
  readonly attributes: JsonObject;
  readonly nodes: ReadonlyMap<string, ZarrNode>;
}

const maxNames = 32;

/** Dimension names as text, one for each dimension and no two alike; unnamed ones are called dim_0, dim_1, ... */
export function checkDimensionNames(value: unknown, fields: ErrorFields): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > maxNames)
    throw new CorruptionError('dimension names are not a short list', fields);
  const names = value.map((name: unknown, i) => (name === null ? `dim_${i}` : name));
  const bad = names.find((name) => typeof name !== 'string' || name === '' || name.length > 256);
  if (bad !== undefined)
    throw new CorruptionError('dimension name is not a short text', {
      ...fields,
      found: brief(bad),
    });
  if (new Set(names).size !== names.length)
    throw new UnsupportedError('two dimensions of an array have one name', { ...fields, dimensions: names });
  return names as string[];
}

/** Refuses an array whose named dimensions are not as many as its shape has. */
export function checkRank(
  dims: readonly string[] | undefined,
  array: ArrayMetadata,
  fields: ErrorFields,
): void {
  if (dims !== undefined && dims.length !== array.shape.length)
    throw new CorruptionError('shape and dimension names differ in number', {
      ...fields,
      shape: array.shape.length,
      dimensions: dims.length,
    });
}
