import { axisLength, axisNumbers, type Grid, type IndexSpan } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import { addWork, noWork, type PlannedWork, planWork } from './answer-plan.js';
import type { QueryableLayer } from './edr-request.js';
import { oneIndex } from './index-list.js';
import type { Lattice, LatticeMasks } from './lattice.js';
import type { QueryCrs } from './query-crs.js';
import { SampleCells } from './sample-cells.js';
import { readSampleGrid, type SampleBlock, sampleBlocks } from './sample-values.js';
import { monotonicLongitudes } from './state-longitude.js';

/** Samples along an axis that are looked at to judge the work. */
const LOOKED_AT = 128;

/** Columns and rows of all samples. */
interface Part {
  readonly x: IndexSpan;
  readonly y: IndexSpan;
}

/** A grid of samples in the coordinates of the query: each has the value of the cell that holds it. */
export function sampleLattice(
  layer: QueryableLayer,
  samples: {
    readonly grid: Grid;
    readonly masks: LatticeMasks;
    readonly crs: QueryCrs;
    readonly part?: Part;
  },
): Lattice {
  const { masks, crs, part } = samples;
  const grid = part
    ? { ...samples.grid, x: cut(samples.grid.x, part.x), y: cut(samples.grid.y, part.y) }
    : samples.grid;
  const columns = axisLength(grid.x);
  const rows = axisLength(grid.y);
  const centres = () => ({
    xs: axisNumbers(grid.x),
    ys: axisNumbers(grid.y),
    ...(part && { x: [part.x], y: [part.y] }),
  });
  return {
    ...masks,
    crs: crs.crs,
    columns,
    rows,
    centres,
    stated() {
      const { xs, ys } = centres();
      return { xs: crs.isGeographic ? monotonicLongitudes(xs) : xs, ys };
    },
    work: (queries) => samplesWork(layer, new SampleCells(layer, centres(), crs), { columns, rows, queries }),
    part: (spans) => sampleLattice(layer, { ...samples, part: spans }),
    async open(mask, context) {
      const cells = new SampleCells(layer, centres(), crs);
      if (part === undefined && !(await cells.hasAny(mask, context.signal))) return undefined;
      return (query) => readSampleGrid(layer, { cells, mask, columns, rows, query, context });
    },
  };
}

function cut(axis: Grid['x'], { start, end }: IndexSpan): Grid['x'] {
  return { ...axis, coordinates: { kind: 'explicit', values: axisNumbers(axis).slice(start, end) } };
}

/** What one tile takes stands for all tiles that a block of samples is read from. */
function samplesWork(
  layer: QueryableLayer,
  cells: SampleCells,
  {
    columns,
    rows,
    queries,
  }: { readonly columns: number; readonly rows: number; readonly queries: readonly LayerQuery[] },
): PlannedWork {
  const tiles = cells.estimateTiles(LOOKED_AT);
  if (tiles === undefined) return noWork;
  const { col, row } = tiles.cell;
  const blockWork = (query: LayerQuery, block: SampleBlock): PlannedWork => {
    const {
      segments,
      tiles: each,
      bytes,
    } = planWork(layer, [{ ...query, ...block.choices, x: oneIndex(col), y: oneIndex(row) }]);
    // Bands of rows share their tiles, all but those at their edges.
    const share =
      Math.ceil((tiles.count * (block.end - block.start)) / rows) + Math.ceil(Math.sqrt(tiles.count));
    const count = Math.min(tiles.count, share);
    return { segments: segments * count, tiles: each * count, bytes: bytes * count };
  };
  return queries
    .flatMap((query) =>
      [...sampleBlocks(layer, { columns, rows, query })].map((block) => blockWork(query, block)),
    )
    .reduce(addWork, noWork);
}
