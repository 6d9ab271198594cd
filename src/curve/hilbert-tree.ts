import { type CurveTree, createCurveTree } from './curve-tree.js';

/**
 * The Hilbert curve of 2 ** order cells on a side in `dimensions` dimensions; in two it is the curve of the
 * hilbert-curve package. A state is an orientation: the corner where the curve enters and the axis along
 * which it leaves, which is all a node's children depend on.
 *
 * Source: Hamilton, Compact Hilbert Indices, Dalhousie University CS-2006-07, sections 2.1 to 2.4.
 */
export function createHilbertTree(dimensions: number, order: number): CurveTree {
  const fan = 2 ** dimensions;
  const rotate = (mask: number, by: number) => rotateLeft(mask, by % dimensions, dimensions);
  return createCurveTree({
    bits: new Array<number>(dimensions).fill(order),
    depth: order,
    fan,
    stateCount: fan * dimensions,
    halved: () => fan - 1,
    child: (state, digit) => {
      const entry = state % fan;
      const axis = Math.floor(state / fan);
      const childEntry = entry ^ rotate(entryCorner(digit), axis + 1);
      const childAxis = (axis + leavingAxis(digit, dimensions) + 1) % dimensions;
      return { corner: rotate(grayCode(digit), axis + 1) ^ entry, state: childAxis * fan + childEntry };
    },
  });
}

function grayCode(n: number): number {
  return n ^ (n >> 1);
}

function entryCorner(digit: number): number {
  return digit === 0 ? 0 : grayCode(2 * Math.floor((digit - 1) / 2));
}

function leavingAxis(digit: number, dimensions: number): number {
  if (digit === 0) return 0;
  return trailingOnes(digit % 2 === 0 ? digit - 1 : digit) % dimensions;
}

function trailingOnes(n: number): number {
  return n % 2 === 0 ? 0 : 1 + trailingOnes(n >> 1);
}

function rotateLeft(mask: number, by: number, width: number): number {
  return ((mask << by) | (mask >> (width - by))) & (2 ** width - 1);
}
