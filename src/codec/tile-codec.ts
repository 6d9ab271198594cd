import { CorruptionError, InvalidArgumentError } from '../errors/index.js';
import type { TileShape } from '../grid/index.js';
import {
  allocateCells,
  bytesOfCells,
  type Cells,
  type CellType,
  cellBytes,
  cellsFromBytes,
  constantOf,
  copyWindow,
  type Parameter,
  summarize,
} from '../raster/index.js';
import { type CellSpan, shuffleBytes, unshuffleBytes } from './byte-shuffle.js';
import { deflate, inflate, inflateNow } from './deflate.js';
import { deflatePlanes } from './deflate-planes.js';
import type { CodecName, StoredTile } from './stored-tile.js';
import { isTurnOver, nextTurn } from './turns.js';
import { compressZstd, decompressZstd } from './zstd.js';

/** Most cells of one tile; bounds what a damaged shape can make a reader allocate. */
export const maxTileCells = 2 ** 27;

/**
 * Cells of no more bytes are inflated while the process waits: handing one of 16 KiB to a thread of zlib and back
 * takes the waiting thread as long (53 us) as inflating it (57 us), and doubles the work of both together.
 */
export const maxBytesNow = 16 * 1024;

/** A tile to be stored: cells in row-major order [t, z, row, col], as they lie on disk (not scaled). */
export interface TileToEncode {
  readonly type: CellType;
  readonly shape: TileShape;
  readonly cells: Cells;
  readonly parameter: Parameter;
  readonly codec: CodecName;
  /** The part that lies inside the grid, from the tile's first cell; the rest is padding and not summed up. */
  readonly extent?: TileShape;
}

/**
 * The form in which a tile is stored: one value when all cells are equal, coded bytes otherwise.
 *
 * Cells that packing does not make smaller are stored raw. The result shares no memory with `cells`, which
 * must not change before the promise settles.
 * Throws: InvalidArgumentError when `cells` does not fit `shape` and `type`.
 */
export async function encodeTile({
  type,
  shape,
  cells,
  parameter,
  codec,
  extent = shape,
}: TileToEncode): Promise<StoredTile> {
  requireCells({ type, shape, cells, parameter, codec });
  const summary = summarize(crop(cells, { type, shape, extent }), parameter);
  const base = summary === undefined ? { type, shape } : { type, shape, summary };
  const value = constantOf(cells);
  if (value !== undefined) return { ...base, kind: 'constant', value };
  const bytes = bytesOfCells(cells);
  const packed = await pack(bytes, codec, cellBytes(type));
  if (packed.length >= bytes.length) return { ...base, kind: 'coded', codec: 'raw', bytes: bytes.slice() };
  return { ...base, kind: 'coded', codec, bytes: packed };
}

/**
 * The cells of a stored tile, row-major [t, z, row, col], or only those of `span`; raw cells may be a view of
 * the record.
 *
 * Throws: CorruptionError when the tile is of another type than `parameter` or its bytes do not give exactly
 * the cells of its shape; InvalidArgumentError when `span` leaves the tile.
 */
export async function decodeTile(tile: StoredTile, parameter: Parameter, span?: CellSpan): Promise<Cells> {
  const cellsOf = await unpackTile(tile, parameter);
  return cellsOf(span ?? { start: 0, end: cellCount(tile.shape) });
}

/**
 * The little-endian bytes of all cells at once, maybe a view of the record; undefined where unpacking them is left to
 * other threads. Throws as `decodeTile`.
 */
export function cellBytesNow(tile: StoredTile, parameter: Parameter): Uint8Array | undefined {
  requireType(tile, parameter);
  const end = cellCount(tile.shape);
  if (tile.kind === 'constant') return bytesOfCells(constantCells(tile)({ start: 0, end }));
  const unpacked = unpackNow(tile, sizeOf(tile));
  if (unpacked === undefined || !isShuffled(tile.codec)) return unpacked;
  return unshuffleBytes(unpacked, cellBytes(tile.type), { start: 0, end });
}

/**
 * Unpacks a tile once and gives cells of any span of it: a series takes one cell in thousands, and only those are
 * put together. What it gives may be a view of the record; it throws InvalidArgumentError when a span leaves the tile.
 *
 * Throws: as `decodeTile`.
 */
export async function unpackTile(tile: StoredTile, parameter: Parameter): Promise<(span: CellSpan) => Cells> {
  requireType(tile, parameter);
  const count = cellCount(tile.shape);
  if (isUnpackedNow(tile) && isTurnOver(sizeOf(tile))) await nextTurn();
  const cellsOf =
    tile.kind === 'constant'
      ? constantCells(tile)
      : codedCells(tile, unpackNow(tile, sizeOf(tile)) ?? (await unpackLater(tile, sizeOf(tile))));
  return (span) => {
    const { start, end } = span;
    if (!(start >= 0 && start <= end && end <= count)) {
      throw new InvalidArgumentError('cells outside the tile', { start, end, cells: count });
    }
    return cellsOf(span);
  };
}

function requireType(tile: StoredTile, parameter: Parameter): void {
  if (tile.type === parameter.type) return;
  const fields = { parameter: parameter.id, expected: parameter.type, found: tile.type };
  throw new CorruptionError('tile of another cell type than its parameter', fields);
}

type CellsOf = (span: CellSpan) => Cells;

type CodedTile = StoredTile & { readonly kind: 'coded' };

function constantCells({ type, value }: StoredTile & { readonly kind: 'constant' }): CellsOf {
  return ({ start, end }) => allocateCells(type, end - start, value);
}

function codedCells({ type, codec }: CodedTile, unpacked: Uint8Array): CellsOf {
  const width = cellBytes(type);
  if (isShuffled(codec)) return (span) => cellsFromBytes(type, unshuffleBytes(unpacked, width, span));
  return ({ start, end }) => cellsFromBytes(type, unpacked.subarray(start * width, end * width));
}

function sizeOf({ shape, type }: StoredTile): number {
  return cellCount(shape) * cellBytes(type);
}

/** Cells of one tile. */
export function cellCount({ t, z, row, col }: TileShape): number {
  return t * z * row * col;
}

/** The cells inside `extent`, in a copy unless that is the whole tile. */
function crop(
  cells: Cells,
  { type, shape, extent }: { type: CellType; shape: TileShape; extent: TileShape },
): Cells {
  if (cellCount(extent) === cellCount(shape)) return cells;
  const size = [extent.t, extent.z, extent.row, extent.col];
  const start = [0, 0, 0, 0];
  const cropped = allocateCells(type, cellCount(extent));
  copyWindow({
    from: { type, shape: [shape.t, shape.z, shape.row, shape.col], cells },
    fromStart: start,
    to: { type, shape: size, cells: cropped },
    toStart: start,
    size,
  });
  return cropped;
}

function requireCells({ type, shape, cells, parameter }: TileToEncode): void {
  const expected = {
    cells: cellCount(shape),
    bytes: cellCount(shape) * cellBytes(type),
    type: parameter.type,
  };
  const found = { cells: cells.length, bytes: cells.byteLength, type };
  if (found.cells !== expected.cells || found.bytes !== expected.bytes || found.type !== expected.type) {
    throw new InvalidArgumentError('cells that do not fit the tile', { shape, expected, found });
  }
}

async function pack(bytes: Uint8Array, codec: CodecName, width: number): Promise<Uint8Array> {
  switch (codec) {
    case 'raw':
      return bytes;
    case 'deflate':
      return deflate(bytes);
    case 'shuffle-deflate':
      return deflatePlanes(shuffleBytes(bytes, width), width);
    case 'zstd':
      return compressZstd(bytes);
    case 'shuffle-zstd':
      return compressZstd(shuffleBytes(bytes, width));
    default:
      return codec satisfies never;
  }
}

function isShuffled(codec: CodecName): boolean {
  return codec === 'shuffle-deflate' || codec === 'shuffle-zstd';
}

/** Whether a tile is unpacked while the process waits. */
function isUnpackedNow(tile: StoredTile): boolean {
  if (tile.kind === 'constant' || tile.codec === 'raw') return true;
  const isDeflated = tile.codec === 'deflate' || tile.codec === 'shuffle-deflate';
  return isDeflated && sizeOf(tile) <= maxBytesNow;
}

function unpackNow(tile: CodedTile, sizeBytes: number): Uint8Array | undefined {
  if (!isUnpackedNow(tile)) return undefined;
  return tile.codec === 'raw' ? requireLength(tile.bytes, sizeBytes) : inflateNow(tile.bytes, sizeBytes);
}

/** The bytes of all cells. Everything is unpacked, since nothing else shows that all is there. */
async function unpackLater({ bytes, codec }: CodedTile, sizeBytes: number): Promise<Uint8Array> {
  switch (codec) {
    case 'raw':
      return requireLength(bytes, sizeBytes);
    case 'deflate':
    case 'shuffle-deflate':
      return inflate(bytes, sizeBytes);
    case 'zstd':
    case 'shuffle-zstd':
      return decompressZstd(bytes, sizeBytes);
    default:
      return codec satisfies never;
  }
}

function requireLength(bytes: Uint8Array, expected: number): Uint8Array {
  if (bytes.length === expected) return bytes;
  throw new CorruptionError('raw cells have the wrong length', { expected, found: bytes.length });
}
