import { InvalidArgumentError } from '../errors/index.js';
import { BoxDescent } from './box-descent.js';
import type { CoverOptions, CurveBox, IndexRange } from './curve.js';
import type { CurveTree } from './curve-tree.js';
import { mergeSmallestGaps } from './merge-ranges.js';

/** Without segments more ranges than these save little. */
const defaultMaxRanges = 64;
/** With segments ranges are many only where they keep some of them closed. */
const defaultMaxRangesOverSegments = 4096;
/** Refinement goes on past the ranges wanted, so that merging has real gaps to choose between. */
const sparePieces = 256;

/**
 * Index ranges covering `box`, found by descending the curve level by level. Both ends of every range are
 * cells of the box, whatever the budget; some of what a range holds in between may not be.
 *
 * Cost: bounded by maxRanges and the curve's depth, not by the box; with the number of segments it grows as
 *       its logarithm. Without that bound (Infinity) and without segments the cover is exact and its cost in
 *       proportion to the box's surface.
 */
export function coverBox(tree: CurveTree, box: CurveBox, options: CoverOptions): IndexRange[] {
  const { segments } = options;
  const maxRanges = options.maxRanges ?? (segments ? defaultMaxRangesOverSegments : defaultMaxRanges);
  if (!(maxRanges >= 1)) {
    throw new InvalidArgumentError('maxRanges must be at least 1', { found: maxRanges });
  }
  // The step that exceeds it makes up to `fan` pieces of each, about half of which meet the box.
  const mostPieces = (2 * maxRanges) / tree.fan + sparePieces;
  const descent = new BoxDescent(tree, box, segments);
  while (descent.nodes.openCount > 0 && descent.nodes.length <= mostPieces) descent.refine();
  descent.settle();
  return mergeSmallestGaps(descent.nodes, { maxRanges, segments });
}
