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
