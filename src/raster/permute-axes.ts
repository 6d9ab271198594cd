import { allocateCells, type CellArray } from './cell-type.js';

/**
 * The same cells with the axes in another order: axis `d` of the result is axis `axes[d]` of `from`, and
 * -1 is a new axis of length 1. Every axis of `from` must be named once. When the order stays as it is the
 * result is a view of `from`.
 */
export function permuteAxes(from: CellArray, axes: readonly number[]): CellArray {
  const shape = axes.map((axis) => (axis < 0 ? 1 : from.shape[axis]!));
  const moved = axes.filter((axis) => axis >= 0);
  if (moved.every((axis, i) => axis === i)) return { type: from.type, shape, cells: from.cells };
  const fromStrides = stridesOf(from.shape);
  const strides = axes.map((axis) => (axis < 0 ? 0 : fromStrides[axis]!));
  const cells = allocateCells(from.type, from.cells.length);
  const at = shape.map(() => 0);
  let source = 0;
  for (let i = 0; i < cells.length; i++) {
    cells[i] = from.cells[source]!;
    // Steps like an odometer: the last axis first, carrying to the one before it.
    for (let d = shape.length - 1; d >= 0; d--) {
      at[d]!++;
      source += strides[d]!;
      if (at[d]! < shape[d]!) break;
      source -= strides[d]! * shape[d]!;
      at[d] = 0;
    }
  }
  return { type: from.type, shape, cells };
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let d = shape.length - 2; d >= 0; d--) strides[d] = strides[d + 1]! * shape[d + 1]!;
  return strides;
}
