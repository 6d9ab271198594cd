import type { QueryPlan } from '../../layer/index.js';
import { addWork, noWork, type PlannedWork, workOf } from '../answer-plan.js';
import type { ReadContext } from '../edr-request.js';
import { type Accumulator, accumulatorOf, takesSummaries } from './accumulator.js';
import type { AggregationMethod } from './methods.js';
import type { ResultBlocks } from './shared-results.js';
import { type Folding, knownResults, type MaskedVolume, TileFold, type Volume } from './tile-fold.js';

/** Values that make one block of results: it is sent before more are read. */
const BLOCK_VALUES = 1 << 24;
const BLOCK_RESULTS = 1 << 19;
/** A block may have as many instead, where each tile is read once then. */
const MAX_BLOCK_RESULTS = 1 << 21;
/** Blocks whose work is planned one by one. */
const PLANNED_BLOCKS = 64;

/**
 * Results over the reduced axes, in the order of the kept ones. Tiles come in any order, each is unpacked once for a
 * block, and those that statistics stand for are not unpacked.
 *
 * Cost:   the results of a block and some tiles are held, however many cells there are.
 */
export async function* foldTiles(
  volume: MaskedVolume,
  methods: readonly AggregationMethod[],
  context: ReadContext,
): ResultBlocks {
  yield* foldBy(
    volume,
    {
      accumulators: (count) => methods.map((method) => accumulatorOf(method, count)),
      takesSummaries: methods.every((method) => standsFor(method, volume)),
    },
    context,
  );
}

/**
 * The same into accumulators that the caller keeps, so that they may take several volumes; for volumes all of whose axes
 * are reduced. With `takesSummaries` statistics stand for tiles: all accumulators must be able to add them.
 */
export async function foldOnto(
  volume: MaskedVolume,
  {
    accumulators,
    takesSummaries,
  }: { readonly accumulators: readonly Accumulator[] } & Pick<Folding, 'takesSummaries'>,
  context: ReadContext,
): Promise<void> {
  for await (const _ of foldBy(volume, { accumulators: () => accumulators, takesSummaries }, context));
}

async function* foldBy(volume: MaskedVolume, folding: Folding, context: ReadContext): ResultBlocks {
  const whole = volume.layer.plan(volume.query);
  const fold = new TileFold(volume, { whole, folding, context });
  for (const slab of volume.layer.cut(whole, cutsOf(whole, volume.reduced))) yield await fold.block(slab);
}

/** What one pass over a volume takes; nothing where the manifest has the results. `hasMask` when not all cells count. */
export function foldWork(
  { layer, query, reduced }: Volume,
  methods: readonly AggregationMethod[],
  { hasMask }: { readonly hasMask: boolean },
): PlannedWork {
  const whole = layer.plan(query);
  const mayKnow = !hasMask && methods.every((method) => standsFor(method, { layer, reduced }));
  const plans: QueryPlan[] = [];
  let blocks = 0;
  for (const slab of layer.cut(whole, cutsOf(whole, reduced))) {
    if (blocks++ < PLANNED_BLOCKS) plans.push(layer.plan(slab.query));
  }
  const total = plans
    .map((plan) => (mayKnow && knownResults(layer, plan, reduced) !== undefined ? noWork : workOf(plan)))
    .reduce(addWork, noWork);
  const times = blocks / plans.length;
  return {
    segments: Math.ceil(total.segments * times),
    tiles: Math.ceil(total.tiles * times),
    bytes: Math.ceil(total.bytes * times),
  };
}

function cutsOf({ dimensions }: QueryPlan, reduced: ReadonlySet<string>) {
  const values = dimensions.reduce(
    (product, { name, length }) => (reduced.has(name) ? product * length : product),
    1,
  );
  return {
    whole: reduced,
    maxCells: Math.max(1, Math.min(BLOCK_RESULTS, Math.floor(BLOCK_VALUES / values))),
    maxTileCells: MAX_BLOCK_RESULTS,
  };
}

/** Whether the statistics of tiles are all that a method needs. */
export function standsFor(
  method: AggregationMethod,
  { layer, reduced }: Pick<Volume, 'layer' | 'reduced'>,
): boolean {
  const { crs } = layer.manifest.grid;
  // They know nothing of rows.
  const isWeighted = method === 'mean' && crs.kind === 'geographic' && reduced.has('y');
  return takesSummaries(method) && !isWeighted;
}
