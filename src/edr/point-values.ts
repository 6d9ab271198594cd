import { axisLength } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import { positionsOf, spansOf } from './index-list.js';
import { cornersOf, hasCell, type Sample } from './site.js';

/** Values read ahead for the samples of an answer: 8 MiB. */
const BATCH_VALUES = 1 << 20;

/** A sample and its place among those read together. */
interface PlacedSample {
  readonly sample: Sample;
  readonly at: number;
}

/** Samples of one tile, each with a cell. */
export type TileSamples = readonly PlacedSample[];

/** What is wanted of every sample: a query without x, y and z, over `times` instants. */
export interface SampleQuery {
  readonly query: LayerQuery;
  readonly times: number;
}

/**
 * How many samples are read together when each has `times` values of `parameters` parameters: a tile is decoded
 * once for all samples of a batch.
 */
export function batchLength({ times, parameters }: { times: number; parameters: number }): number {
  return Math.max(1, Math.floor(BATCH_VALUES / (times * parameters)));
}

/** Items in batches of at most `length`, in order. */
export function* batchesOf<T>(items: readonly T[], length: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += length) yield items.slice(start, start + length);
}

/** Values of `samples` in their order, the times of each together; NaN where there is no cell. */
export async function readSamples(
  layer: QueryableLayer,
  samples: readonly Sample[],
  asked: SampleQuery & { readonly context: ReadContext },
): Promise<Float64Array> {
  const corners = samples.flatMap(cornersOf);
  const values = new Float64Array(corners.length * asked.times).fill(Number.NaN);
  for (const group of groupByTile(layer, corners)) await readTile(layer, group, { ...asked, values });
  return corners.length === samples.length ? values : blendCorners(values, samples, asked.times);
}

/** One missing corner makes a value missing. */
function blendCorners(values: Float64Array, samples: readonly Sample[], times: number): Float64Array {
  const blended = new Float64Array(samples.length * times);
  let corner = 0;
  samples.forEach(({ site: { blend } }, at) => {
    for (const { weight } of blend ?? [{ weight: 1 }]) {
      for (let t = 0; t < times; t++) blended[at * times + t]! += weight * values[corner * times + t]!;
      corner++;
    }
  });
  return blended;
}

/** Samples that have a cell, by the tile they lie in; those of single cells. */
export function groupByTile(layer: QueryableLayer, samples: readonly Sample[]): TileSamples[] {
  const { tileShape, grid } = layer.manifest;
  const cols = Math.ceil(axisLength(grid.x) / tileShape.col);
  const rows = Math.ceil(axisLength(grid.y) / tileShape.row);
  const groups = new Map<number, PlacedSample[]>();
  samples.forEach((sample, at) => {
    if (!hasCell(sample)) return;
    const { col, row } = sample.site.cell!;
    const z = Math.floor((sample.level?.index ?? 0) / tileShape.z);
    const tile = (z * rows + Math.floor(row / tileShape.row)) * cols + Math.floor(col / tileShape.col);
    const group = groups.get(tile);
    if (group === undefined) groups.set(tile, [{ sample, at }]);
    else group.push({ sample, at });
  });
  return [...groups.values()];
}

/** Reads the columns, rows and levels of the samples slab by slab, so that long series need no more memory. */
async function readTile(
  layer: QueryableLayer,
  group: TileSamples,
  { query, times, context, values }: SampleQuery & { context: ReadContext; values: Float64Array },
): Promise<void> {
  const cols = positionsOf(group.map(({ sample }) => sample.site.cell!.col));
  const rows = positionsOf(group.map(({ sample }) => sample.site.cell!.row));
  const levels = positionsOf(group.flatMap(({ sample }) => sample.level?.index ?? []));
  const plan = layer.plan({
    ...query,
    x: spansOf([...cols.keys()]),
    y: spansOf([...rows.keys()]),
    ...(levels.size > 0 && { z: spansOf([...levels.keys()]) }),
  });
  const planeLength = Math.max(1, levels.size) * rows.size * cols.size;
  const placed = group.map(({ sample: { site, level }, at }) => {
    const levelAt = level?.index === undefined ? 0 : levels.get(level.index)!;
    const inPlane = (levelAt * rows.size + rows.get(site.cell!.row)!) * cols.size + cols.get(site.cell!.col)!;
    return { inPlane, at: at * times };
  });
  for await (const slab of layer.slabs(plan, context)) {
    const end = slab.start + slab.values.length;
    for (const { inPlane, at } of placed) {
      const first = Math.max(0, Math.ceil((slab.start - inPlane) / planeLength));
      for (let t = first; t * planeLength + inPlane < end; t++) {
        values[at + t] = slab.values[t * planeLength + inPlane - slab.start]!;
      }
    }
  }
}
