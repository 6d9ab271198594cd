import { type Chunk, type DataType, Array as ZarritaArray } from 'zarrita';
import { CorruptionError, type ErrorFields, TilecurveError } from '../../errors/index.js';
import { allocateCells, type CellArray, type Cells } from '../../raster/index.js';
import { cellCount, type VariableReader } from '../cf/dataset.js';
import type { SourceWindow } from '../source.js';
import { ChunkStore } from './chunk-store.js';
import { copyBlock } from './copy-block.js';
import type { StoreDirectory } from './store-directory.js';
import { planCodecs } from './zarr-codecs.js';
import type { ArrayMetadata } from './zarr-metadata.js';

type Elements = Cells | BigInt64Array | BigUint64Array | readonly string[];

/** A readable array of a store: windows of cells, or all of a coordinate's numbers or labels. */
export class ZarrArray implements VariableReader {
  private readonly chunks: ChunkStore;
  private readonly decoder: ZarritaArray<DataType, ChunkStore>;

  readonly name: string;
  readonly metadata: ArrayMetadata;

  constructor(directory: StoreDirectory, name: string, metadata: ArrayMetadata) {
    this.name = name;
    this.metadata = metadata;
    const { codecs, maxStoredBytes } = planCodecs(metadata);
    this.chunks = new ChunkStore(directory, metadata, { name, maxStoredBytes });
    const { element } = metadata;
    // Bytes of fixed-length text are cells to zarrita; they become text here.
    const width = element.kind === 'fixed-text' ? element.bytes : 1;
    this.decoder = new ZarritaArray(this.chunks, '/', {
      zarr_format: 3,
      node_type: 'array',
      shape: metadata.shape.map((length) => length * width),
      data_type: element.kind === 'fixed-text' ? 'uint8' : element.kind === 'text' ? 'string' : element.type,
      chunk_grid: {
        name: 'regular',
        configuration: { chunk_shape: metadata.chunkShape.map((length) => length * width) },
      },
      chunk_key_encoding: { name: 'default', configuration: { separator: '/' } },
      codecs: [...codecs],
      fill_value: element.kind === 'text' ? '' : (metadata.fill ?? null),
      attributes: {},
    });
  }

  /** Cells of a window, row-major; each chunk that meets it is read once, one at a time. */
  async readCells(window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const { element, chunkShape } = this.metadata;
    if (element.kind !== 'cell') throw new TypeError(`${this.name} has no cells`);
    const shape = window.start.map((start, i) => (window.end[i] ?? 0) - start);
    let cells: Cells | undefined;
    for (const chunk of chunksOf(window, chunkShape)) {
      const { data, stride } = await this.chunk(chunk, signal);
      // A window that is a chunk need not be copied: it was decoded for this call alone.
      if (isChunk(window, { chunk, chunkShape }) && isRowMajor(stride, shape)) {
        return { type: element.type, shape, cells: data as Cells };
      }
      cells ??= allocateCells(element.type, cellCount(shape));
      copyBlock({
        from: data as Cells,
        fromStride: stride,
        fromOrigin: chunk.map((at, i) => at * (chunkShape[i] ?? 1)),
        fromShape: chunkShape,
        to: cells,
        toOrigin: window.start,
        toShape: shape,
      });
    }
    return { type: element.type, shape, cells: cells ?? allocateCells(element.type, 0) };
  }

  /** All values of a one-dimensional or scalar numeric array. */
  async readNumbers(signal?: AbortSignal): Promise<Float64Array> {
    const length = cellCount(this.metadata.shape);
    const numbers = new Float64Array(length);
    let at = 0;
    for await (const elements of this.elements(signal)) {
      for (let i = 0; i < elements.length && at < length; i++) numbers[at++] = this.safeNumber(elements[i]!);
    }
    return numbers;
  }

  /** All texts of a one-dimensional text array. */
  async readTexts(signal?: AbortSignal): Promise<string[]> {
    const length = cellCount(this.metadata.shape);
    const texts: string[] = [];
    const { element, pipeline } = this.metadata;
    for await (const elements of this.elements(signal)) {
      const found =
        element.kind === 'fixed-text'
          ? splitText(elements as Uint8Array, element, pipeline.endian)
          : (elements as readonly string[]);
      for (const text of found) texts.push(text);
    }
    return texts.slice(0, length);
  }

  private async *elements(signal?: AbortSignal): AsyncGenerator<Elements> {
    const { shape, chunkShape } = this.metadata;
    const chunks = shape.length === 0 ? [[]] : chunksOf({ start: [0], end: shape }, chunkShape);
    for (const chunk of chunks) yield (await this.chunk(chunk, signal)).data;
  }

  private safeNumber(value: number | bigint | string): number {
    const number = Number(value);
    if (typeof value === 'bigint' && !Number.isSafeInteger(number))
      throw new CorruptionError('coordinate is not a safe integer', {
        array: this.name,
        found: String(value),
      });
    return number;
  }

  private async chunk(
    chunk: readonly number[],
    signal?: AbortSignal,
  ): Promise<{ data: Elements; stride: number[] }> {
    signal?.throwIfAborted();
    try {
      const decoded = (await this.decoder.getChunk([...chunk], {
        ...(signal && { signal }),
      })) as Chunk<DataType>;
      return { data: decoded.data as unknown as Elements, stride: decoded.stride };
    } catch (error) {
      signal?.throwIfAborted();
      throw atChunk(error, { array: this.name, chunk: this.chunks.fileOf(chunk) });
    }
  }
}

function isChunk(
  { start, end }: SourceWindow,
  { chunk, chunkShape }: { readonly chunk: readonly number[]; readonly chunkShape: readonly number[] },
): boolean {
  return chunkShape.every(
    (length, d) => start[d] === chunk[d]! * length && end[d] === (chunk[d]! + 1) * length,
  );
}

function isRowMajor(stride: readonly number[], shape: readonly number[]): boolean {
  let expected = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    if (stride[d] !== expected && shape[d] !== 1) return false;
    expected *= shape[d]!;
  }
  return true;
}

function atChunk(error: unknown, fields: ErrorFields): TilecurveError {
  const origin = error instanceof Error && error.cause instanceof TilecurveError ? error.cause : error;
  if (!(origin instanceof TilecurveError))
    return new CorruptionError(
      'chunk cannot be decoded',
      { ...fields, reason: String(origin) },
      { cause: error },
    );
  const Kind = origin.constructor as new (
    message: string,
    fields: ErrorFields,
    options: ErrorOptions,
  ) => TilecurveError;
  return new Kind(origin.message, { ...fields, ...origin.fields }, { cause: error });
}

function* chunksOf({ start, end }: SourceWindow, chunkShape: readonly number[]): Generator<number[]> {
  const first = start.map((at, i) => Math.floor(at / (chunkShape[i] ?? 1)));
  const last = end.map((at, i) => Math.floor((at - 1) / (chunkShape[i] ?? 1)));
  const chunk = [...first];
  for (let axis = 0; axis >= 0; ) {
    yield [...chunk];
    for (axis = chunk.length - 1; axis >= 0; axis--) {
      if (chunk[axis]! < last[axis]!) {
        chunk[axis]!++;
        break;
      }
      chunk[axis] = first[axis]!;
    }
  }
}

function splitText(
  bytes: Uint8Array,
  { encoding, bytes: width }: { readonly encoding: 'utf-32' | 'latin-1'; readonly bytes: number },
  endian: 'little' | 'big',
): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const unit = encoding === 'utf-32' ? 4 : 1;
  const texts: string[] = [];
  for (let at = 0; at + width <= bytes.length; at += width) {
    let text = '';
    for (let i = at; i < at + width; i += unit) {
      const code = unit === 4 ? view.getUint32(i, endian === 'little') : view.getUint8(i);
      if (code > 0x10ffff) throw new CorruptionError('text holds what is no character', { code });
      text += String.fromCodePoint(code);
    }
    texts.push(text.replace(/\0+$/, ''));
  }
  return texts;
}
