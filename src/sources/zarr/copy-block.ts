import type { Cells } from '../../raster/index.js';

/** A block of cells with its own strides, and a row-major block that takes what they have in common. */
export interface BlockCopy {
  readonly from: Cells;
  /** Elements between neighbours along each dimension: any order of dimensions. */
  readonly fromStride: readonly number[];
  readonly fromOrigin: readonly number[];
  readonly fromShape: readonly number[];
  readonly to: Cells;
  readonly toOrigin: readonly number[];
  readonly toShape: readonly number[];
}

/** Copies the overlap of two n-d blocks, both placed by their origins in one array. */
export function copyBlock(copy: BlockCopy): void {
  const { fromOrigin, fromShape, toOrigin, toShape } = copy;
  const rank = toShape.length;
  const toStride = new Array<number>(rank).fill(1);
  for (let d = rank - 2; d >= 0; d--) toStride[d] = toStride[d + 1]! * toShape[d + 1]!;
  const low = toOrigin.map((at, d) => Math.max(at, fromOrigin[d]!));
  const size = toOrigin.map((at, d) => Math.min(at + toShape[d]!, fromOrigin[d]! + fromShape[d]!) - low[d]!);
  const position = { from: 0, to: 0 };
  for (let d = 0; d < rank; d++) {
    position.from += (low[d]! - fromOrigin[d]!) * copy.fromStride[d]!;
    position.to += (low[d]! - toOrigin[d]!) * toStride[d]!;
  }
  copyDimension({ ...copy, toStride, size }, 0, position);
}

interface Walk extends BlockCopy {
  readonly toStride: readonly number[];
  readonly size: readonly number[];
}

function copyDimension(
  walk: Walk,
  d: number,
  position: { readonly from: number; readonly to: number },
): void {
  const { from, to, size } = walk;
  if (d === size.length) {
    to[position.to] = from[position.from]!;
    return;
  }
  const count = size[d]!;
  const fromStep = walk.fromStride[d]!;
  const toStep = walk.toStride[d]!;
  if (d < size.length - 1) {
    for (let i = 0; i < count; i++)
      copyDimension(walk, d + 1, { from: position.from + i * fromStep, to: position.to + i * toStep });
  } else if (fromStep === 1) {
    to.set(from.subarray(position.from, position.from + count), position.to);
  } else {
    for (let i = 0; i < count; i++) to[position.to + i] = from[position.from + i * fromStep]!;
  }
}
