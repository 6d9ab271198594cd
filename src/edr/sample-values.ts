import { type AxisSelection, sliceSelection } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { CellMask } from './cell-mask.js';
import { countOf } from './coverage-parts.js';
import type { QueryableLayer, ReadContext } from './edr-request.js';
import type { SampleCells, TileSamples } from './sample-cells.js';

/** Values of a block: 8 MiB. */
const BLOCK_VALUES = 1 << 20;

/** How large a grid of samples is, and a query without x and y. */
interface SampledQuery {
  readonly columns: number;
  readonly rows: number;
  readonly query: LayerQuery;
}

/** Samples that are read together: rows `start` up to `end`, at some times and levels. */
export interface SampleBlock {
  readonly start: number;
  readonly end: number;
  readonly choices: { readonly t?: AxisSelection; readonly z?: AxisSelection };
  /** Times times levels. */
  readonly planes: number;
}

/**
 * The values of samples in the order t, z, y, x; NaN outside the mask and where there is no cell. Only tiles that hold a
 * sample are read, and each once for a block: of as many times as there is room for.
 */
export async function* readSampleGrid(
  layer: QueryableLayer,
  asked: SampledQuery & {
    readonly cells: SampleCells;
    readonly mask: CellMask | undefined;
    readonly context: ReadContext;
  },
): AsyncGenerator<Float64Array> {
  const { cells, mask, columns, query, context } = asked;
  let found:
    | { readonly start: number; readonly end: number; readonly tiles: readonly TileSamples[] }
    | undefined;
  for (const { start, end, choices, planes } of sampleBlocks(layer, asked)) {
    if (found?.start !== start || found.end !== end) {
      found = { start, end, tiles: await cells.tilesOf({ start, end }, mask, context.signal) };
    }
    const length = (end - start) * columns;
    const values = new Float64Array(planes * length).fill(Number.NaN);
    for (const tile of found.tiles) {
      await readTile(layer, tile, { query: { ...query, ...choices }, values, length, context });
    }
    yield values;
  }
}

/** Blocks in the order of the values: all rows and levels over several times, or some of what is at one time. */
export function* sampleBlocks(layer: QueryableLayer, asked: SampledQuery): Generator<SampleBlock> {
  const { columns, rows, query } = asked;
  const { t, z } = query;
  const [times, levels] = [countOf(t), countOf(z)];
  const rowsAtOnce = Math.min(rows, Math.max(1, Math.floor(BLOCK_VALUES / columns)));
  const plane = columns * rows;
  const levelsAtOnce = Math.min(levels, Math.max(1, Math.floor(BLOCK_VALUES / plane)));
  const room = levelsAtOnce < levels ? 1 : Math.max(1, Math.floor(BLOCK_VALUES / (plane * levels)));
  const timesAtOnce = wholeTiles(room, layer.manifest.tileShape.t);
  for (const [time, endTime] of ranges(times, timesAtOnce)) {
    for (const [level, endLevel] of ranges(levels, levelsAtOnce)) {
      const choices = {
        ...(t && { t: sliceSelection(t, time, endTime) }),
        ...(z && { z: sliceSelection(z, level, endLevel) }),
      };
      const planes = (endTime - time) * (endLevel - level);
      for (const [start, end] of ranges(rows, rowsAtOnce)) yield { start, end, choices, planes };
    }
  }
}

/** Tiles hold several times, and are decoded once when these are read together. */
function wholeTiles(times: number, tileLength: number): number {
  return times > tileLength ? times - (times % tileLength) : times;
}

function* ranges(length: number, step: number): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < length; start += step) yield [start, Math.min(length, start + step)];
}

async function readTile(
  layer: QueryableLayer,
  { x, y, planeLength, samples, inPlane }: TileSamples,
  {
    query,
    values,
    length,
    context,
  }: {
    readonly query: LayerQuery;
    readonly values: Float64Array;
    /** Samples of a plane of `values`. */
    readonly length: number;
    readonly context: ReadContext;
  },
): Promise<void> {
  for await (const slab of layer.slabs(layer.plan({ ...query, x, y }), context)) {
    const end = slab.start + slab.values.length;
    for (let i = 0; i < samples.length; i++) {
      const cell = inPlane[i]!;
      let plane = Math.max(0, Math.ceil((slab.start - cell) / planeLength));
      for (; plane * planeLength + cell < end; plane++) {
        values[plane * length + samples[i]!] = slab.values[plane * planeLength + cell - slab.start]!;
      }
    }
  }
}
