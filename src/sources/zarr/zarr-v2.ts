import { CorruptionError, type ErrorFields, UnsupportedError } from '../../errors/index.js';
import { brief, isJsonObject, type JsonObject } from '../bounded-json.js';
import { type ArrayMetadata, type CodecStep, checkOutline, parseFill } from './zarr-metadata.js';
import { checkCompressor, parseFilters } from './zarr-v2-codecs.js';
import { type ParsedDtype, parseDtype } from './zarr-v2-dtype.js';

/** Checks a `.zarray` document. `fields` name the array and its file in errors. */
export function parseArrayV2(document: JsonObject, fields: ErrorFields): ArrayMetadata {
  if (document.zarr_format !== 2)
    throw new CorruptionError('zarr_format is not 2', { ...fields, found: brief(document.zarr_format) });
  const { shape, chunkShape } = checkOutline(document.shape, document.chunks, fields);
  const dtype = parseDtype(document.dtype, fields);
  const { element } = resolveText(dtype, document.filters, fields);
  const filters = element.kind === 'text' ? [] : parseFilters(document.filters, dtype, fields);
  const fill = parseFill(document.fill_value, element, fields);
  return {
    shape,
    chunkShape,
    element,
    pipeline: {
      arraySteps: [...transposeOf(document.order, fields), ...filters.flatMap((filter) => filter.arraySteps)],
      endian: dtype.endian,
      storedBytesPerElement: filters.at(-1)?.storedBytes ?? dtype.bytes,
      byteSteps: [
        ...filters.flatMap((filter) => filter.byteSteps),
        ...checkCompressor(document.compressor, fields),
      ],
    },
    ...(fill === undefined ? {} : { fill }),
    fileKey: chunkKeys(document.dimension_separator, fields),
  };
}

function resolveText(dtype: ParsedDtype, filters: unknown, fields: ErrorFields): ParsedDtype {
  if (dtype.element.kind !== 'text') return dtype;
  const only = Array.isArray(filters) && filters.length === 1 ? filters[0] : undefined;
  if (isJsonObject(only) && only.id === 'vlen-utf8') return dtype;
  throw new UnsupportedError('data type is not supported', { ...fields, dtype: '|O (objects)' });
}

function transposeOf(order: unknown, fields: ErrorFields): CodecStep[] {
  if (order === 'C') return [];
  if (order === 'F') return [{ name: 'transpose', configuration: { order: 'F' } }];
  throw new CorruptionError('metadata member is neither "C" nor "F"', { ...fields, member: 'order' });
}

function chunkKeys(separator: unknown, fields: ErrorFields) {
  if (separator !== undefined && separator !== '.' && separator !== '/')
    throw new CorruptionError('metadata member is neither "." nor "/"', {
      ...fields,
      member: 'dimension_separator',
    });
  return (coordinates: readonly number[]) => coordinates.join(separator ?? '.') || '0';
}
