import { allocateCells, type Cells, type CellType, cellBytes, cellsFromBytes } from '../../raster/index.js';

/** Rows of cells that were stored as differences. */
export interface PredictedRows {
  readonly type: CellType;
  readonly predictor: 1 | 2 | 3;
  readonly isLittleEndian: boolean;
  /** Cells of a row, all bands of a pixel together. */
  readonly rowLength: number;
  /** Cells of a pixel: the distance of a cell from the one it differs from. */
  readonly stride: number;
}

/**
 * Turns a block's decoded bytes into cells: undoes byte order and predictor, in place where it can.
 * Source: TIFF 6.0, section 14; Adobe's Technical Note 3 for floats.
 */
export function cellsOfBlock(bytes: Uint8Array, rows: PredictedRows): Cells {
  if (rows.predictor === 3) return floatsOfBlock(bytes, rows);
  const size = cellBytes(rows.type);
  if (!rows.isLittleEndian && size > 1) swapBytes(bytes, size);
  const cells = cellsFromBytes(rows.type, bytes);
  if (rows.predictor === 2) addDifferences(integersOf(cells), rows);
  return cells;
}

/** Differences are taken of the bits as unsigned integers, of floats too. */
function integersOf(cells: Cells): Uint8Array | Uint16Array | Uint32Array | BigUint64Array {
  const { buffer, byteOffset, length, BYTES_PER_ELEMENT: size } = cells;
  const bytes = buffer as ArrayBuffer;
  if (size === 1) return new Uint8Array(bytes, byteOffset, length);
  if (size === 2) return new Uint16Array(bytes, byteOffset, length);
  return size === 4
    ? new Uint32Array(bytes, byteOffset, length)
    : new BigUint64Array(bytes, byteOffset, length);
}

function addDifferences(
  cells: Uint8Array | Uint16Array | Uint32Array | BigUint64Array,
  { rowLength, stride }: PredictedRows,
): void {
  if (cells instanceof BigUint64Array) {
    for (let row = 0; row < cells.length; row += rowLength)
      for (let k = row + stride; k < row + rowLength; k++) cells[k] = cells[k]! + cells[k - stride]!;
    return;
  }
  for (let row = 0; row < cells.length; row += rowLength)
    for (let k = row + stride; k < row + rowLength; k++) cells[k] = cells[k]! + cells[k - stride]!;
}

/** Bytes of a row were put high ones first, each in a plane of its own, then stored as differences. */
function floatsOfBlock(bytes: Uint8Array, { type, rowLength, stride }: PredictedRows): Cells {
  const size = cellBytes(type);
  const cells = allocateCells(type, bytes.length / size);
  const out = new Uint8Array(cells.buffer);
  const rowBytes = rowLength * size;
  for (let row = 0; row < bytes.length; row += rowBytes) {
    for (let k = row + stride; k < row + rowBytes; k++) bytes[k] = bytes[k]! + bytes[k - stride]!;
    for (let plane = 0; plane < size; plane++) {
      const from = row + plane * rowLength;
      for (let k = 0, to = row + size - 1 - plane; k < rowLength; k++, to += size) out[to] = bytes[from + k]!;
    }
  }
  return cells;
}

function swapBytes(bytes: Uint8Array, size: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (size === 2) buffer.swap16();
  else if (size === 4) buffer.swap32();
  else buffer.swap64();
}
