import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import type { CellType } from '../../raster/index.js';
import { isJsonObject, type JsonObject } from '../bounded-json.js';
import {
  type ArrayMetadata,
  checkOutline,
  type ElementType,
  objectMember,
  parseFill,
  parseLengths,
  type Sharding,
} from './zarr-metadata.js';
import { parseCodecsV3, parseIndexCodecs, shardingCodec } from './zarr-v3-codecs.js';

const cellTypes: Readonly<Record<string, CellType>> = {
  bool: 'uint8',
  int8: 'int8',
  uint8: 'uint8',
  int16: 'int16',
  uint16: 'uint16',
  int32: 'int32',
  uint32: 'uint32',
  float32: 'float32',
  float64: 'float64',
};

const knownMembers: ReadonlySet<string> = new Set([
  'zarr_format',
  'node_type',
  'shape',
  'data_type',
  'chunk_grid',
  'chunk_key_encoding',
  'fill_value',
  'codecs',
  'attributes',
  'dimension_names',
  'storage_transformers',
]);

/** Checks a version 3 array document. `fields` name the array and its file in errors. */
export function parseArrayV3(document: JsonObject, fields: ErrorFields): ArrayMetadata {
  checkMembers(document, fields);
  const grid = objectMember(document, 'chunk_grid', fields);
  if (grid.name !== 'regular')
    throw new UnsupportedError('chunk grid is not supported', { ...fields, found: grid.name });
  const { chunk_shape } = objectMember(grid, 'configuration', { ...fields, of: 'chunk_grid' });
  const { shape, chunkShape } = checkOutline(document.shape, chunk_shape, fields);
  const element = parseDataType(document.data_type, fields);
  const sharding = parseSharding(document.codecs, chunkShape, fields);
  const unit = sharding?.innerShape ?? chunkShape;
  const fill = parseFill(document.fill_value, element, fields);
  return {
    shape,
    chunkShape: unit,
    ...(sharding === undefined ? {} : { sharding: sharding.layout }),
    element,
    pipeline: parseCodecsV3(sharding?.codecs ?? document.codecs, { element, rank: shape.length, fields }),
    ...(fill === undefined ? {} : { fill }),
    fileKey: chunkKeys(document.chunk_key_encoding, fields),
  };
}

function checkMembers(document: JsonObject, fields: ErrorFields): void {
  if (document.zarr_format !== 3 || document.node_type !== 'array')
    throw new CorruptionError('metadata is not of a version 3 array', fields);
  for (const [member, value] of Object.entries(document)) {
    const mayBeIgnored = isJsonObject(value) && value.must_understand === false;
    if (!knownMembers.has(member) && !mayBeIgnored)
      throw new UnsupportedError('metadata member is not known', { ...fields, member: member.slice(0, 60) });
  }
  const transformers = document.storage_transformers;
  if (Array.isArray(transformers) && transformers.length > 0)
    throw new UnsupportedError('storage transformers are not supported', fields);
}

function parseDataType(value: unknown, fields: ErrorFields): ElementType {
  if (typeof value === 'string') {
    const type = Object.hasOwn(cellTypes, value) ? cellTypes[value] : undefined;
    if (type !== undefined) return { kind: 'cell', type };
    if (value === 'int64' || value === 'uint64') return { kind: 'big', type: value };
    if (value === 'string') return { kind: 'text' };
  }
  if (isJsonObject(value) && value.name === 'fixed_length_utf32' && isJsonObject(value.configuration)) {
    const bytes = value.configuration.length_bytes;
    if (
      typeof bytes === 'number' &&
      Number.isSafeInteger(bytes) &&
      bytes > 0 &&
      bytes < 2 ** 20 &&
      bytes % 4 === 0
    )
      return { kind: 'fixed-text', encoding: 'utf-32', bytes };
  }
  const dtype = String(JSON.stringify(isJsonObject(value) ? value.name : value)).slice(0, 60);
  throw new UnsupportedError('data type is not supported', { ...fields, dtype });
}

interface ParsedSharding {
  readonly layout: Sharding;
  readonly innerShape: readonly number[];
  readonly codecs: unknown;
}

function parseSharding(
  codecs: unknown,
  shardShape: readonly number[],
  fields: ErrorFields,
): ParsedSharding | undefined {
  const configuration = shardingCodec(codecs, fields);
  if (configuration === undefined) return undefined;
  const innerShape = parseLengths(configuration.chunk_shape, 'sharding_indexed.chunk_shape', fields);
  const fits =
    innerShape.length === shardShape.length &&
    shardShape.every((length, i) => length % (innerShape[i] ?? 0) === 0);
  if (!fits)
    throw new CorruptionError('chunks do not divide their shard', {
      ...fields,
      shard: shardShape,
      chunk: innerShape,
    });
  const indexLocation = configuration.index_location ?? 'end';
  if (indexLocation !== 'start' && indexLocation !== 'end')
    throw new CorruptionError('metadata member is neither "start" nor "end"', {
      ...fields,
      member: 'index_location',
    });
  return {
    layout: {
      shardShape,
      indexLocation,
      indexHasChecksum: parseIndexCodecs(configuration.index_codecs, fields),
    },
    innerShape,
    codecs: configuration.codecs,
  };
}

function chunkKeys(value: unknown, fields: ErrorFields) {
  const encoding = isJsonObject(value) ? value : undefined;
  const configuration = isJsonObject(encoding?.configuration) ? encoding.configuration : {};
  const isDefault = encoding?.name === 'default';
  const separator = configuration.separator ?? (isDefault ? '/' : '.');
  if ((!isDefault && encoding?.name !== 'v2') || (separator !== '/' && separator !== '.'))
    throw new UnsupportedError('chunk key encoding is not supported', {
      ...fields,
      found: JSON.stringify(value)?.slice(0, 80),
    });
  return (coordinates: readonly number[]) =>
    isDefault ? ['c', ...coordinates].join(separator) : coordinates.join(separator) || '0';
}
