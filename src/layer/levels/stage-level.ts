import type { LevelMethod } from '../../catalog/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { axisNumbers, type Grid, levelGrid, type TileKey } from '../../grid/index.js';
import {
  allocateCells,
  type Cells,
  isFloatType,
  noDataFill,
  type Parameter,
  storedNoData,
} from '../../raster/index.js';
import type { Staging } from '../../staging/index.js';
import type { LayerReader } from '../reading/layer-reader.js';
import type { RunTable } from '../run-table.js';
import { layoutOf, tileExtent } from '../tile-layout.js';
import { BoundedTasks } from '../writing/bounded-tasks.js';
import { asList, PartialTile } from '../writing/partial-tile.js';
import { encodeStaged, type TileEncoding } from '../writing/staged-tile.js';
import { methodOf } from './choose-levels.js';
import { type Planes, reduceBlocks } from './reduce-blocks.js';

const ENCODING = 4;
const DEGREE = Math.PI / 180;
const ORIGIN = { t: 0, z: 0, row: 0, col: 0 };

/** What making tiles of a level needs. */
export interface LevelJob {
  /** Shows the level below: of a snapshot that need not be committed. */
  readonly reader: LayerReader;
  /** Of the level to be made. */
  readonly runs: RunTable;
  readonly keyIndex: KeyIndex;
  readonly staging: Staging;
  readonly signal: AbortSignal | undefined;
}

/** Makes the tiles `keys` of one parameter at their level from the level below, and leaves them in staging. */
export async function stageLevel(
  parameter: Parameter,
  keys: Iterable<TileKey>,
  { reader, runs, keyIndex, staging, signal }: LevelJob,
): Promise<void> {
  const { grid, tileShape, codec, levelMethods } = reader.manifest;
  const method = methodOf(levelMethods, parameter.id) ?? 'mean';
  const tasks = new BoundedTasks(ENCODING);
  for (const key of keys) {
    signal?.throwIfAborted();
    const layout = layoutOf(parameter, levelGrid(grid, key.level), tileShape);
    const encoding: TileEncoding = { parameter, layout, codec };
    const tile = await makeTile(key, { reader, parameter, layout, method, signal });
    await tasks.add(async () => {
      const bytes = await encodeStaged({ tile, isWhole: true }, encoding);
      const { number } = runs.runOf(key);
      await staging.put({ run: number, index: keyIndex.indexOf(key), order: [key.t, 0], bytes }, signal);
    });
  }
  await tasks.finish();
}

/** Every tile of a parameter at a level. */
export function* levelKeys(
  parameter: Parameter,
  { grid, tileShape, level }: { grid: Grid; tileShape: TileEncoding['layout']['shape']; level: number },
  runs: RunTable,
): Generator<TileKey> {
  const { tiles } = layoutOf(parameter, levelGrid(grid, level), tileShape);
  for (const { z, custom, ...run } of runs.runs) {
    if (run.level !== level || run.parameter !== parameter.id) continue;
    for (let t = 0; t < tiles.t; t++) {
      for (let row = 0; row < tiles.row; row++) {
        for (let col = 0; col < tiles.col; col++) {
          yield { level, parameter: parameter.id, col, row, t, z, custom };
        }
      }
    }
  }
}

async function makeTile(
  key: TileKey,
  job: {
    readonly reader: LayerReader;
    readonly parameter: Parameter;
    readonly layout: TileEncoding['layout'];
    readonly method: LevelMethod;
    readonly signal: AbortSignal | undefined;
  },
): Promise<PartialTile> {
  const { reader, parameter, layout } = job;
  const { start, size } = tileExtent(key, layout);
  const below = levelGrid(reader.manifest.grid, key.level - 1);
  const fine = layoutOf(parameter, below, layout.shape).cells;
  const rows = { start: 2 * start.row, end: Math.min(2 * (start.row + size.row), fine.row) };
  const cols = { start: 2 * start.col, end: Math.min(2 * (start.col + size.col), fine.col) };
  const { custom } = reader.manifest.grid;
  const plan = reader.plan({
    parameter: parameter.id,
    level: key.level - 1,
    custom: Object.fromEntries(custom.map(({ name }, i) => [name, [one(key.custom[i]!)]])),
    t: [{ start: start.t, end: start.t + size.t }],
    z: [{ start: start.z, end: start.z + size.z }],
    y: [rows],
    x: [cols],
  });
  const planes: Planes = {
    values: await reader.read(plan, { signal: job.signal }),
    rows: rows.end - rows.start,
    cols: cols.end - cols.start,
  };
  const reduced = reduceBlocks(planes, job.method, rowWeights(below, rows));
  const tile = new PartialTile(key);
  const cells = { type: parameter.type, shape: asList(size), cells: pack(reduced.values, parameter) };
  tile.add({ window: { start: ORIGIN, size }, cells });
  return tile;
}

function one(index: number): { start: number; end: number } {
  return { start: index, end: index + 1 };
}

/** Areas of the cells of rows, up to a factor: on geographic grids they shrink towards the poles. */
function rowWeights({ crs, y }: Grid, rows: { start: number; end: number }): Float64Array {
  const weights = new Float64Array(rows.end - rows.start).fill(1);
  if (crs.kind !== 'geographic') return weights;
  const latitudes = axisNumbers(y);
  // A row at the pole still has some area; without it a block of nothing else would have no weight.
  return weights.map((_, i) => Math.max(Math.cos(latitudes[rows.start + i]! * DEGREE), 1e-6));
}

/** Physical values as stored cells; packed integers are rounded to the nearest step, and kept in their range. */
function pack(values: Float64Array, parameter: Parameter): Cells {
  const { type, scale, offset } = parameter;
  const cells = allocateCells(type, values.length);
  const missing = noDataFill(parameter);
  const noData = storedNoData(parameter);
  const isInteger = !isFloatType(type);
  for (let i = 0; i < values.length; i++) {
    const raw = (values[i]! - offset) / scale;
    if (Number.isNaN(raw)) cells[i] = missing;
    else {
      cells[i] = isInteger ? Math.round(raw) : raw;
      // The mean of cells with data has data, also where it would be the number that says "none".
      if (noData !== undefined && cells[i] === noData) cells[i] = besideNoData(raw, noData, type);
    }
  }
  return cells;
}

/** The nearest value of a cell type that does not say "no data", on the side where `raw` is. */
function besideNoData(raw: number, noData: number, type: Parameter['type']): number {
  if (!isFloatType(type)) return raw < noData ? noData - 1 : noData + 1;
  const smallest = type === 'float32' ? 2 ** -149 : Number.MIN_VALUE;
  const step = type === 'float32' ? 2 ** -23 : 2 ** -52;
  return noData === 0 ? smallest : noData * (1 + step);
}
