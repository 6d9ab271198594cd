import { Buffer } from 'node:buffer';
import { promisify } from 'node:util';
import { deflate, deflateSync, type ZlibOptions } from 'node:zlib';

/** Element types this writer knows, in Zarr v2 spelling, little-endian. */
export type ZarrType = '<i2' | '<i4' | '<f4' | '<f8';

/** How chunks are compressed: `none` stores them as they are. */
export type ZarrCodec = { readonly id: 'none' } | { readonly id: 'zlib'; readonly level: number };

/** Everything a Zarr v2 array says about itself; cells are row-major in the order of `dims`. */
export interface ZarrArraySpec {
  readonly name: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly type: ZarrType;
  readonly codec: ZarrCodec;
  readonly fillValue: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Numbers = ArrayLike<number>;

const elementBytes: Record<ZarrType, number> = { '<i2': 2, '<i4': 4, '<f4': 4, '<f8': 8 };

/**
 * The metadata files of a group: path inside the store -> JSON text, with consolidated `.zmetadata`.
 *
 * Source: Zarr storage specification, version 2; `_ARRAY_DIMENSIONS` is xarray's convention.
 */
export function groupMetadata(
  attributes: Readonly<Record<string, unknown>>,
  arrays: readonly ZarrArraySpec[],
): Map<string, string> {
  const documents: [string, unknown][] = [
    ['.zattrs', attributes],
    ['.zgroup', { zarr_format: 2 }],
    ...arrays.flatMap((array): [string, unknown][] => [
      [`${array.name}/.zarray`, arrayDocument(array)],
      [`${array.name}/.zattrs`, { ...array.attributes, _ARRAY_DIMENSIONS: array.dims }],
    ]),
  ];
  const consolidated = { metadata: Object.fromEntries(documents), zarr_consolidated_format: 1 };
  const all: [string, unknown][] = [...documents, ['.zmetadata', consolidated]];
  return new Map(all.map(([path, document]) => [path, `${JSON.stringify(document, null, 1)}\n`]));
}

/** Each chunk of an array: its path in the store and the indexes of its first cell, in row-major order. */
export function* chunkPlaces(array: ZarrArraySpec): Generator<{ path: string; start: number[] }> {
  const counts = array.shape.map((length, dim) => Math.ceil(length / array.chunks[dim]!));
  const total = counts.reduce((product, count) => product * count, 1);
  for (let ordinal = 0; ordinal < total; ordinal++) {
    let rest = ordinal;
    const position = counts.map(() => 0);
    for (let dim = counts.length - 1; dim >= 0; dim--) {
      position[dim] = rest % counts[dim]!;
      rest = Math.floor(rest / counts[dim]!);
    }
    const start = position.map((index, dim) => index * array.chunks[dim]!);
    yield { path: `${array.name}/${position.join('.')}`, start };
  }
}

/** Chunks of an array held in memory whole; edge chunks are padded with the fill value. */
export function* encodeArray(array: ZarrArraySpec, cells: Numbers): Generator<[string, Uint8Array]> {
  const length = array.chunks.reduce((product, size) => product * size, 1);
  for (const { path, start } of chunkPlaces(array)) {
    const chunk = new Float64Array(length).fill(array.fillValue ?? 0);
    copyChunk({ array, cells, start, chunk });
    yield [path, encodeChunk(array, chunk)];
  }
}

/** Bytes of one chunk as stored: little-endian cells, then the codec. */
export function encodeChunk(array: ZarrArraySpec, cells: Numbers): Uint8Array {
  const bytes = encodeCells(array, cells);
  return array.codec.id === 'none' ? bytes : deflateSync(bytes, { level: array.codec.level });
}

/** As `encodeChunk`, packed in another thread; `cells` may change at once. */
export async function encodeChunkBeside(array: ZarrArraySpec, cells: Numbers): Promise<Uint8Array> {
  const bytes = encodeCells(array, cells);
  return array.codec.id === 'none' ? bytes : packBeside(bytes, { level: array.codec.level });
}

const packBeside = promisify<Uint8Array, ZlibOptions, Buffer>(deflate);

function encodeCells(array: ZarrArraySpec, cells: Numbers): Uint8Array {
  // Every platform Node runs on is little-endian.
  if (array.type === '<f4' && cells instanceof Float32Array) {
    return Uint8Array.from(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength));
  }
  const size = elementBytes[array.type];
  const bytes = Buffer.alloc(cells.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const put = {
    '<i2': view.setInt16,
    '<i4': view.setInt32,
    '<f4': view.setFloat32,
    '<f8': view.setFloat64,
  }[array.type].bind(view);
  for (let i = 0; i < cells.length; i++) put(i * size, cells[i]!, true);
  return bytes;
}

function arrayDocument(array: ZarrArraySpec): unknown {
  return {
    chunks: array.chunks,
    compressor: array.codec.id === 'none' ? null : array.codec,
    dtype: array.type,
    fill_value: Number.isNaN(array.fillValue) ? 'NaN' : array.fillValue,
    filters: null,
    order: 'C',
    shape: array.shape,
    zarr_format: 2,
  };
}

interface ChunkCopy {
  readonly array: ZarrArraySpec;
  readonly cells: Numbers;
  readonly start: readonly number[];
  readonly chunk: Float64Array;
}

/** Copies the part of `cells` that lies in the chunk, one row along the last axis at a time. */
function copyChunk({ array, cells, start, chunk }: ChunkCopy): void {
  const visit = (dim: number, from: number, to: number): void => {
    const end = Math.min(start[dim]! + array.chunks[dim]!, array.shape[dim]!);
    for (let index = start[dim]!; index < end; index++) {
      const source = from * array.shape[dim]! + index;
      const target = to * array.chunks[dim]! + index - start[dim]!;
      if (dim === array.shape.length - 1) chunk[target] = cells[source]!;
      else visit(dim + 1, source, target);
    }
  };
  visit(0, 0, 0);
}
