import type { LayerQuery } from '../layer/index.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { oneIndex, spansOf } from './index-list.js';
import { hasCell, type Sample } from './site.js';

/** A sample and its place in the answer. */
interface PlacedSample {
  readonly sample: Sample;
  readonly at: number;
}

/**
 * Values of many samples at one time, in their order, NaN where there is no cell. Samples of one tile are read
 * together, so that no tile is decoded twice.
 */
export async function* readSamples(
  layer: QueryableLayer,
  samples: readonly Sample[],
  { query, context }: { readonly query: LayerQuery; readonly context: ReadContext },
): AsyncGenerator<Float64Array> {
  const values = new Float64Array(samples.length).fill(Number.NaN);
  for (const group of groupByTile(layer, samples)) {
    const cols = sortedUnique(group.map(({ sample }) => sample.site.cell!.col));
    const rows = sortedUnique(group.map(({ sample }) => sample.site.cell!.row));
    const level = group[0]!.sample.level?.index;
    const plan = layer.plan({
      ...query,
      x: spansOf(cols),
      y: spansOf(rows),
      ...(level !== undefined && { z: oneIndex(level) }),
    });
    const window = await layer.read(plan, context);
    const colAt = new Map(cols.map((col, i) => [col, i]));
    const rowAt = new Map(rows.map((row, i) => [row, i]));
    for (const { sample, at } of group) {
      const { col, row } = sample.site.cell!;
      values[at] = window[rowAt.get(row)! * cols.length + colAt.get(col)!]!;
    }
  }
  yield values;
}

/** Samples that have a cell, by the tile and level they lie in. */
export function groupByTile(layer: QueryableLayer, samples: readonly Sample[]): PlacedSample[][] {
  const { tileShape } = layer.manifest;
  const groups = new Map<string, PlacedSample[]>();
  samples.forEach((sample, at) => {
    if (!hasCell(sample)) return;
    const { col, row } = sample.site.cell!;
    const tile = [
      Math.floor(col / tileShape.col),
      Math.floor(row / tileShape.row),
      sample.level?.index,
    ].join();
    const group = groups.get(tile);
    if (group === undefined) groups.set(tile, [{ sample, at }]);
    else group.push({ sample, at });
  });
  return [...groups.values()];
}

function sortedUnique(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
