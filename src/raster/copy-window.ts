import { InvalidArgumentError } from '../errors/index.js';
import type { CellArray, Cells } from './cell-type.js';

/** A block of cells to copy; one number per dimension in `fromStart`, `toStart` and `size`. */
export interface WindowCopy {
  readonly from: CellArray;
  readonly fromStart: readonly number[];
  readonly to: CellArray;
  readonly toStart: readonly number[];
  readonly size: readonly number[];
}

/** Below this many cells a plain loop beats the call of `set`. */
const SHORT_RUN = 16;

/** One dimension of a copy: how often, and how far apart in either array. */
interface Loop {
  readonly size: number;
  readonly fromStride: number;
  readonly toStride: number;
}

/**
 * Copies a block between two arrays of one cell type and rank. Cells that are neighbours in both arrays move
 * as one run. The arrays must not overlap in memory unless the block stays in place.
 *
 * Throws: InvalidArgumentError when types or ranks differ, or the block leaves either array.
 */
export function copyWindow(copy: WindowCopy): void {
  checkCopy(copy);
  const { from, to, size } = copy;
  if (size.some((length) => length === 0)) return;
  const fromStrides = stridesOf(from.shape);
  const toStrides = stridesOf(to.shape);
  const loops = mergedLoops(
    size.map((length, k) => ({ size: length, fromStride: fromStrides[k]!, toStride: toStrides[k]! })),
  );
  const fromAt = offsetOf(copy.fromStart, fromStrides);
  const toAt = offsetOf(copy.toStart, toStrides);
  copyLoops({ from: from.cells, to: to.cells, loops }, 0, [fromAt, toAt]);
}

/** Drops dimensions of one cell and joins neighbours that are contiguous in both arrays. */
function mergedLoops(loops: readonly Loop[]): Loop[] {
  const merged: Loop[] = [];
  for (const loop of loops) {
    if (loop.size === 1) continue;
    const outer = merged.at(-1);
    const isContiguous =
      outer?.fromStride === loop.size * loop.fromStride && outer.toStride === loop.size * loop.toStride;
    if (isContiguous) merged[merged.length - 1] = { ...loop, size: outer.size * loop.size };
    else merged.push(loop);
  }
  return merged.length > 0 ? merged : [{ size: 1, fromStride: 1, toStride: 1 }];
}

function copyLoops(
  job: { readonly from: Cells; readonly to: Cells; readonly loops: readonly Loop[] },
  depth: number,
  [fromAt, toAt]: readonly [number, number],
): void {
  const { from, to, loops } = job;
  const { size, fromStride, toStride } = loops[depth]!;
  if (depth < loops.length - 1) {
    for (let k = 0; k < size; k++) copyLoops(job, depth + 1, [fromAt + k * fromStride, toAt + k * toStride]);
  } else if (fromStride === 1 && toStride === 1 && size >= SHORT_RUN) {
    to.set(from.subarray(fromAt, fromAt + size), toAt);
  } else {
    for (let k = 0; k < size; k++) to[toAt + k * toStride] = from[fromAt + k * fromStride]!;
  }
}

function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = new Array(shape.length).fill(1);
  for (let k = shape.length - 2; k >= 0; k--) strides[k] = strides[k + 1]! * shape[k + 1]!;
  return strides;
}

function offsetOf(start: readonly number[], strides: readonly number[]): number {
  return start.reduce((total, at, k) => total + at * strides[k]!, 0);
}

function checkCopy({ from, fromStart, to, toStart, size }: WindowCopy): void {
  const rank = size.length;
  const ranks = [from.shape, fromStart, to.shape, toStart].map((list) => list.length);
  if (from.type !== to.type || ranks.some((found) => found !== rank)) {
    const found = { from: from.type, to: to.type, rank, ranks };
    throw new InvalidArgumentError('arrays of a window copy differ in type or rank', found);
  }
  size.forEach((length, k) => {
    const fits =
      isInside(fromStart[k]!, length, from.shape[k]!) && isInside(toStart[k]!, length, to.shape[k]!);
    if (fits) return;
    const fields = { dimension: k, size, fromStart, fromShape: from.shape, toStart, toShape: to.shape };
    throw new InvalidArgumentError('window leaves its array', fields);
  });
}

function isInside(start: number, length: number, limit: number): boolean {
  return (
    Number.isInteger(start) &&
    Number.isInteger(length) &&
    start >= 0 &&
    length >= 0 &&
    start + length <= limit
  );
}
