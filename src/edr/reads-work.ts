import type { AxisSelection } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import { addWork, noWork, type PlannedWork, planWork } from './answer-plan.js';
import type { QueryableLayer } from './edr-request.js';
import { oneIndex } from './index-list.js';
import { groupByTile } from './point-values.js';
import { cornersOf, type Sample } from './site.js';

/** Samples that are read together, over the same times. */
export interface SampleRead {
  readonly samples: readonly Sample[];
  readonly t?: AxisSelection;
  readonly times: number;
}

/**
 * Every tile counts once for each read that needs it. What one place takes stands for all places at its level that are
 * read over as many times, since a plan for each would cost more than it says. `queries` have no x, y, z and t.
 */
export function readsWork(
  layer: QueryableLayer,
  reads: Iterable<SampleRead>,
  queries: readonly LayerQuery[],
): PlannedWork {
  const alike = new Map<string, { readonly sample: Sample; readonly read: SampleRead; count: number }>();
  for (const read of reads) {
    for (const [first] of groupByTile(layer, read.samples.flatMap(cornersOf))) {
      const { sample } = first!;
      const key = `${sample.level?.index} ${read.times}`;
      const known = alike.get(key);
      if (known === undefined) alike.set(key, { sample, read, count: 1 });
      else known.count++;
    }
  }
  return [...alike.values()]
    .map(({ sample, read, count }) =>
      repeatWork(planWork(layer, sampleQueries(sample, read, queries)), count),
    )
    .reduce(addWork, noWork);
}

function repeatWork({ segments, tiles, bytes }: PlannedWork, count: number): PlannedWork {
  return { segments: segments * count, tiles: tiles * count, bytes: bytes * count };
}

function sampleQueries(
  { site: { cell }, level }: Sample,
  { t }: SampleRead,
  queries: readonly LayerQuery[],
): LayerQuery[] {
  return queries.map((query) => ({
    ...query,
    x: oneIndex(cell!.col),
    y: oneIndex(cell!.row),
    ...(level?.index !== undefined && { z: oneIndex(level.index) }),
    ...(t && { t }),
  }));
}
