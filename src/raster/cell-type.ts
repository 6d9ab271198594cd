import { CorruptionError } from '../errors/index.js';

/** Types a cell may have on disk. int64 is refused where data comes in. */
export type CellType = 'int8' | 'uint8' | 'int16' | 'uint16' | 'int32' | 'uint32' | 'float32' | 'float64';

/** The typed arrays that hold cells of these types. */
export type Cells =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Cells in row-major order of `shape` (last dimension fastest). */
export interface CellArray {
  readonly type: CellType;
  readonly shape: readonly number[];
  readonly cells: Cells;
}

const ARRAYS = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Every cell type. */
export const cellTypes = Object.keys(ARRAYS) as readonly CellType[];

/** True when `text` names a cell type. */
export function isCellType(text: string): text is CellType {
  return Object.hasOwn(ARRAYS, text);
}

/** True for the types that have NaN. */
export function isFloatType(type: CellType): boolean {
  return type === 'float32' || type === 'float64';
}

/** Bytes of one cell. */
export function cellBytes(type: CellType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** New cells, all `fill` (0 when absent). */
export function allocateCells(type: CellType, length: number, fill = 0): Cells {
  const cells = new ARRAYS[type](length);
  // Object.is: a fill of -0 must be written.
  return Object.is(fill, 0) ? cells : cells.fill(fill);
}

/**
 * Cells from their little-endian bytes: a view of `bytes` where they are aligned, else a copy. Every platform
 * Node and browsers run on is little-endian.
 *
 * Throws: CorruptionError when the bytes are no whole number of cells.
 */
export function cellsFromBytes(type: CellType, bytes: Uint8Array): Cells {
  const size = cellBytes(type);
  if (bytes.byteLength % size !== 0) {
    throw new CorruptionError('bytes are no whole number of cells', { type, found: bytes.byteLength });
  }
  // Not `slice`: on a Buffer that is a view.
  const { buffer, byteOffset, byteLength } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  // The types of the constructors know no SharedArrayBuffer, which works as well.
  return new ARRAYS[type](buffer as ArrayBuffer, byteOffset, byteLength / size);
}

/** The little-endian bytes of cells: a view, not a copy. */
export function bytesOfCells(cells: Cells): Uint8Array {
  return new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
}
