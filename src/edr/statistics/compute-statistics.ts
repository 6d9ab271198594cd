import type { LayerQuery } from '../../layer/index.js';
import { type Accumulator, accumulatorOf } from '../aggregation/accumulator.js';
import { foldOnto, foldWork, standsFor } from '../aggregation/fold-tiles.js';
import type { AggregationMethod } from '../aggregation/methods.js';
import { addWork, noWork, type PlannedWork } from '../answer-plan.js';
import { cellLattice } from '../cell-lattice.js';
import type { CellMask } from '../cell-mask.js';
import type { QueryableLayer, ReadContext } from '../edr-request.js';
import type { GridWindow } from '../grid-window.js';
import type { QueryCrs } from '../query-crs.js';
import type { AskedStatistics } from './statistics-text.js';
import { type Histogram, type Percentiles, ValueCounts } from './value-counts.js';

const allAxes: ReadonlySet<string> = new Set(['t', 'z', 'y', 'x']);

/** Cells of one parameter: a query for each combination of custom values, all over one window. */
export interface StatisticsCells {
  readonly layer: QueryableLayer;
  readonly crs: QueryCrs;
  readonly window: GridWindow;
  readonly queries: readonly LayerQuery[];
  /** Times, levels and custom values: how often the window is there. */
  readonly planes: number;
}

/** What is asked for is there; numbers are NaN, and the others absent, where no value is valid. */
export interface Statistics {
  /** Those inside the box or polygons, with or without a value. */
  readonly cells: number;
  readonly valid: number;
  readonly min?: number;
  readonly max?: number;
  readonly sum?: number;
  readonly mean?: number;
  readonly std?: number;
  /** Absent too where a value is infinite, as are percentiles. */
  readonly histogram?: Histogram;
  readonly percentiles?: Percentiles;
}

/** Which methods are found from which pass over the values. */
interface Pass {
  readonly methods: readonly AggregationMethod[];
  readonly takesSummaries: boolean;
}

interface Passes {
  readonly first: Pass;
  /** Once the range of the values is known, it counts them, too. */
  readonly second?: Pass;
}

/**
 * Statistics in one pass over the values; in two where a histogram or percentiles are asked for, whose bins need the
 * smallest and the largest value. Statistics of the manifest and of tiles stand for cells where they suffice. Undefined
 * when no cell is inside.
 *
 * Cost:   some tiles, a byte for each cell of a window that has a mask, and 1.5 MiB for counts are held.
 */
export async function computeStatistics(
  cells: StatisticsCells,
  asked: AskedStatistics,
  context: ReadContext,
): Promise<Statistics | undefined> {
  const { layer, crs, window, planes } = cells;
  const lattice = cellLattice(layer, window, crs);
  const mask = await window.mask?.(lattice.centres(), context.signal);
  if (window.mask !== undefined && mask === undefined) return undefined;
  const places = mask?.reduce((sum, inside) => sum + inside, 0) ?? lattice.columns * lattice.rows;
  const { first, second } = passesOf(layer, asked);
  const results = await runPass({ ...cells, mask }, first, context);
  const counts = second && countsOf(results, asked);
  if (second !== undefined && (counts !== undefined || second.methods.length > 0)) {
    const others = await runPass({ ...cells, mask, counts }, second, context);
    for (const [method, value] of others) results.set(method, value);
  }
  const { fields } = asked;
  const numbers = (['min', 'max', 'sum', 'mean', 'std'] as const).flatMap((name) =>
    fields.has(name) ? [[name, results.get(name)!] as const] : [],
  );
  return {
    cells: places * planes,
    valid: results.get('count')!,
    ...Object.fromEntries(numbers),
    ...(counts && fields.has('histogram') && { histogram: counts.histogram() }),
    ...(counts && fields.has('percentiles') && { percentiles: counts.percentiles(asked.percentiles) }),
  };
}

/** The work of all passes, known from the manifest alone. */
export function statisticsWork(cells: StatisticsCells, asked: AskedStatistics): PlannedWork {
  const { layer, queries, window } = cells;
  const hasMask = window.mask !== undefined;
  const { first, second } = passesOf(layer, asked);
  return [first, ...(second ? [second] : [])]
    .flatMap(({ takesSummaries }) =>
      // A method stands for all that read the same.
      queries.map((query) =>
        foldWork({ layer, query, reduced: allAxes }, [takesSummaries ? 'min' : 'std'], { hasMask }),
      ),
    )
    .reduce(addWork, noWork);
}

/** Whether means are weighted by the area of cells. */
export function isWeighted(layer: QueryableLayer): boolean {
  return !standsFor('mean', { layer, reduced: allAxes });
}

function passesOf(layer: QueryableLayer, { fields }: AskedStatistics): Passes {
  const methods = (['min', 'max', 'sum', 'mean', 'std'] as const).filter((method) => fields.has(method));
  const takesTiles = (method: AggregationMethod) => standsFor(method, { layer, reduced: allAxes });
  if (!fields.has('histogram') && !fields.has('percentiles')) {
    return { first: { methods: ['count', ...methods], takesSummaries: methods.every(takesTiles) } };
  }
  const cheap = methods.filter(takesTiles);
  return {
    first: { methods: [...new Set(['count', 'min', 'max', ...cheap] as const)], takesSummaries: true },
    second: { methods: methods.filter((method) => !takesTiles(method)), takesSummaries: false },
  };
}

async function runPass(
  cells: StatisticsCells & { readonly mask: CellMask | undefined; readonly counts?: ValueCounts | undefined },
  { methods, takesSummaries }: Pass,
  context: ReadContext,
): Promise<Map<AggregationMethod, number>> {
  const { layer, queries, mask, counts } = cells;
  const byMethod = methods.map((method) => [method, accumulatorOf(method, 1)] as const);
  const accumulators: Accumulator[] = byMethod.map(([, accumulator]) => accumulator);
  if (counts !== undefined) accumulators.push(counts);
  for (const query of queries) {
    await foldOnto({ layer, query, reduced: allAxes, mask }, { accumulators, takesSummaries }, context);
  }
  return new Map(byMethod.map(([method, accumulator]) => [method, accumulator.results()[0]!]));
}

/** Counts between the smallest and the largest value; undefined where there are none, or no finite ones. */
function countsOf(
  results: ReadonlyMap<AggregationMethod, number>,
  { bins }: AskedStatistics,
): ValueCounts | undefined {
  const [low, high] = [results.get('min')!, results.get('max')!];
  return Number.isFinite(high - low) ? new ValueCounts({ low, high }, bins) : undefined;
}
