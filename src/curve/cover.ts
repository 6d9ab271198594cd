import { InvalidArgumentError } from '../errors/index.js';
import { BoxDescent } from './box-descent.js';
import type { CoverOptions, CurveBox, IndexRange } from './curve.js';
import type { CurveTree } from './curve-tree.js';
import { mergeSmallestGaps } from './merge-ranges.js';

const defaultMaxRanges = 64;
/** Refinement goes on past the ranges wanted, so that merging has real gaps to choose between. */
const piecesPerRange = 4;
const sparePieces = 64;

/**
 * Index ranges covering `box`, found by descending the curve level by level. Both ends of every range are
 * cells of the box, whatever the budget; some of what a range holds in between may not be.
 *
 * Cost: bounded by maxRanges and the curve's depth, not by the box. Without that bound (Infinity) the cover
 * is exact and its cost in proportion to the box's surface.
 */
export function coverBox(tree: CurveTree, box: CurveBox, options: CoverOptions): IndexRange[] {
  const { maxRanges = defaultMaxRanges, segments } = options;
  if (!(maxRanges >= 1)) {
    throw new InvalidArgumentError('maxRanges must be at least 1', { found: maxRanges });
  }
  const mostPieces = piecesPerRange * maxRanges + sparePieces;
  const descent = new BoxDescent(tree, box, segments);
  let nodes = descent.root();
  let level = 0;
  while (nodes.openCount > 0 && nodes.length <= mostPieces && level < tree.depth) {
    nodes = descent.refine(nodes, level++);
  }
  return mergeSmallestGaps(descent.settle(nodes, level), { maxRanges, segments });
}
