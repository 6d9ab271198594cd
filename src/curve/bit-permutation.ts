import { type CurveTree, createCurveTree } from './curve-tree.js';

/**
 * Z order (Morton): bits interleaved from the lowest up, dimension 0 below dimension 1 below ...; when a
 * dimension has no bits left the others go on alone.
 */
export function createZOrderTree(bits: readonly number[]): CurveTree {
  const upwards: number[] = [];
  for (let bit = 0; bit < Math.max(...bits); bit++) {
    bits.forEach((count, d) => {
      if (bit < count) upwards.push(d);
    });
  }
  return createBitTree(bits, upwards.reverse());
}

/**
 * Row major: dimension 0 runs fastest and the last slowest. Of [col, row] rows follow each other; of
 * [col, row, bin] time is the slowest, then the row, then the column.
 */
export function createRowMajorTree(bits: readonly number[]): CurveTree {
  const upwards = bits.flatMap((count, d) => new Array<number>(count).fill(d));
  return createBitTree(bits, upwards.reverse());
}

/** The index is made of the coordinates' bits: its bit k, from the highest, is the next lower one of `axes[k]`. */
function createBitTree(bits: readonly number[], axes: readonly number[]): CurveTree {
  const depth = axes.length;
  return createCurveTree({
    bits,
    depth,
    fan: 2,
    stateCount: Math.max(depth, 1),
    halved: (level) => 1 << axes[level]!,
    // The level is the state: every node of a level is cut alike.
    child: (state, digit) => ({
      corner: digit === 1 ? 1 << axes[state]! : 0,
      state: Math.min(state + 1, depth - 1),
    }),
  });
}
