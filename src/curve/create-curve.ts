import { indexToPoint, pointToIndex } from 'hilbert-curve';
import { InvalidArgumentError } from '../errors/index.js';
import { createRowMajorTree, createZOrderTree } from './bit-permutation.js';
import { coverBox } from './cover.js';
import type { Curve, CurveBox, CurveIndex, CurveSpec } from './curve.js';
import { checkCurveSpec } from './curve-bits.js';
import { type CurveTree, decodeIndex, encodePoint } from './curve-tree.js';
import { createHilbertTree } from './hilbert-tree.js';

/** The numbering itself, on checked input. */
interface Numbering {
  encode(point: readonly number[]): number;
  decode(index: number): number[];
}

/**
 * The curve a spec names. A spec gives the same curve for ever: indexes are on disk.
 *
 * Throws: InvalidArgumentError for a spec with other than 2 to 4 dimensions or more than 52 bits.
 */
export function createCurve(spec: CurveSpec): Curve {
  const { name, bits } = checkCurveSpec(spec);
  const tree = createTree(spec);
  const size = tree.cells[0]!;
  const numbering = name === 'hilbert' && bits.length === 2 ? packageHilbert(bits[0]!) : treeNumbering(tree);
  return {
    spec,
    dimensions: bits.length,
    size,
    encode(point) {
      checkPoint(point, spec);
      return numbering.encode(point) as CurveIndex;
    },
    decode(index) {
      if (!Number.isInteger(index) || index < 0 || index >= size) {
        throw new InvalidArgumentError('index is not on the curve', { index, size });
      }
      return numbering.decode(index);
    },
    cover(box, options = {}) {
      checkBox(box, spec);
      return coverBox(tree, box, options);
    },
  };
}

function createTree({ name, bits }: CurveSpec): CurveTree {
  switch (name) {
    case 'hilbert':
      return createHilbertTree(bits.length, bits[0]!);
    case 'zorder':
      return createZOrderTree(bits);
    case 'rowmajor':
      return createRowMajorTree(bits);
    default:
      return name satisfies never;
  }
}

function treeNumbering(tree: CurveTree): Numbering {
  return { encode: (point) => encodePoint(tree, point), decode: (index) => decodeIndex(tree, index) };
}

/** hilbert-curve checks nothing and is wrong past order 26: input must be checked by now. */
function packageHilbert(order: number): Numbering {
  return {
    // pointToIndex writes to its argument; give it a fresh point.
    encode: (point) => pointToIndex({ x: point[0]!, y: point[1]! }, order),
    decode(index) {
      const { x, y } = indexToPoint(index, order);
      return [x, y];
    },
  };
}

function checkPoint(point: readonly number[], { bits }: CurveSpec): void {
  if (point.length !== bits.length) {
    throw new InvalidArgumentError('point has the wrong number of dimensions', {
      point,
      found: point.length,
      expected: bits.length,
    });
  }
  for (let d = 0; d < bits.length; d++) {
    const c = point[d]!;
    if (!Number.isInteger(c) || c < 0 || c >= 2 ** bits[d]!) {
      throw new InvalidArgumentError('point is not on the curve', { point, dimension: d, bits });
    }
  }
}

function checkBox({ min, max }: CurveBox, spec: CurveSpec): void {
  checkPoint(min, spec);
  checkPoint(max, spec);
  if (min.some((low, d) => low > max[d]!)) {
    throw new InvalidArgumentError('box has a minimum above its maximum', { min, max });
  }
}
