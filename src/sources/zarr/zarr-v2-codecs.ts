import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import { brief, isJsonObject, type JsonObject } from '../bounded-json.js';
import type { CodecStep } from './zarr-metadata.js';
import { type ParsedDtype, parseDtype } from './zarr-v2-dtype.js';

interface Filter {
  readonly arraySteps: readonly CodecStep[];
  readonly byteSteps: readonly CodecStep[];
  /** Bytes of one element after this filter. */
  readonly storedBytes: number;
}

/** Compressors of numcodecs that zarrita can decode. */
const compressors: ReadonlySet<unknown> = new Set(['blosc', 'lz4', 'zstd', 'gzip', 'zlib']);

/** The compressor as a list of at most one step. */
export function checkCompressor(value: unknown, fields: ErrorFields): CodecStep[] {
  if (value === null || value === undefined) return [];
  const { id } = codecObject(value, 'compressor', fields);
  if (compressors.has(id)) return [{ name: String(id), configuration: {} }];
  throw new UnsupportedError('codec is not supported', {
    ...fields,
    codec: typeof id === 'string' ? id.slice(0, 60) : brief(id),
  });
}

/** Filters in their order, each applied to the result of the one before it. */
export function parseFilters(value: unknown, dtype: ParsedDtype, fields: ErrorFields): Filter[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value) || value.length > 16)
    throw new CorruptionError('metadata member is not a short list', { ...fields, member: 'filters' });
  const parsed: Filter[] = [];
  for (const entry of value) {
    const filter = codecObject(entry, 'filters', fields);
    // zarrita runs array filters before byte filters, whatever the order in the metadata.
    const mixed = parsed.some((earlier) => earlier.byteSteps.length > 0);
    if (mixed)
      throw new UnsupportedError('order of filters is not supported', { ...fields, codec: filter.id });
    parsed.push(
      parseFilter(filter, { dtype, storedBytes: parsed.at(-1)?.storedBytes ?? dtype.bytes, fields }),
    );
  }
  return parsed;
}

interface FilterContext {
  readonly dtype: ParsedDtype;
  readonly storedBytes: number;
  readonly fields: ErrorFields;
}

function parseFilter(filter: JsonObject, { dtype, storedBytes, fields }: FilterContext): Filter {
  const sameType = (member: unknown) =>
    member === undefined || isSameType(parseDtype(member, fields), dtype) || undefined;
  switch (filter.id) {
    case 'delta':
      if (storedBytes !== dtype.bytes || !sameType(filter.astype) || !sameType(filter.dtype)) break;
      return { arraySteps: [{ name: 'numcodecs.delta', configuration: {} }], byteSteps: [], storedBytes };
    case 'shuffle':
      if (filter.elementsize !== storedBytes) break;
      return {
        arraySteps: [],
        byteSteps: [{ name: 'shuffle', configuration: { elementBytes: storedBytes } }],
        storedBytes,
      };
    case 'fixedscaleoffset':
      return parseFixedScaleOffset(filter, { dtype, storedBytes, fields });
    case 'bitround':
    case 'quantize':
      // Both only lose precision when written; what is stored is the value itself.
      if (!sameType(filter.astype)) break;
      return { arraySteps: [], byteSteps: [], storedBytes };
  }
  throw new UnsupportedError('codec is not supported', {
    ...fields,
    codec: typeof filter.id === 'string' ? filter.id.slice(0, 60) : brief(filter.id),
  });
}

function parseFixedScaleOffset(filter: JsonObject, { dtype, storedBytes, fields }: FilterContext): Filter {
  const { scale, offset } = filter;
  const stored = parseDtype(filter.astype ?? filter.dtype, fields);
  const isFloat = dtype.element.kind === 'cell' && dtype.element.type.startsWith('float');
  // zarrita swaps bytes of the stored type by the byte order of the logical one.
  const isPlain = stored.element.kind === 'cell' && (stored.bytes === 1 || stored.endian === dtype.endian);
  if (typeof scale !== 'number' || scale === 0 || typeof offset !== 'number')
    throw new CorruptionError('filter has no usable scale and offset', {
      ...fields,
      codec: 'fixedscaleoffset',
    });
  if (!isFloat || !isPlain || stored.element.kind !== 'cell' || storedBytes !== dtype.bytes)
    throw new UnsupportedError('codec is not supported for these types', {
      ...fields,
      codec: 'fixedscaleoffset',
    });
  const cast = { data_type: stored.element.type, rounding: 'nearest-even', out_of_range: 'wrap' };
  return {
    arraySteps: [
      { name: 'scale_offset', configuration: { scale, offset } },
      ...(isSameType(stored, dtype) ? [] : [{ name: 'cast_value', configuration: cast }]),
    ],
    byteSteps: [],
    storedBytes: stored.bytes,
  };
}

function isSameType(a: ParsedDtype, b: ParsedDtype): boolean {
  return a.endian === b.endian && a.element.kind === 'cell' && b.element.kind === 'cell'
    ? a.element.type === b.element.type
    : false;
}

function codecObject(value: unknown, member: string, fields: ErrorFields): JsonObject {
  if (isJsonObject(value) && typeof value.id === 'string') return value;
  throw new CorruptionError('metadata member names no codec', { ...fields, member });
}
