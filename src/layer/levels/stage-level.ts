import type { LevelMethod } from '../../catalog/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { type Grid, levelGrid, type TileKey } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { Staging } from '../../staging/index.js';
import type { LayerReader } from '../reading/layer-reader.js';
import type { RunTable } from '../run-table.js';
import { layoutOf, tileExtent } from '../tile-layout.js';
import { BoundedTasks } from '../writing/bounded-tasks.js';
import { asList, PartialTile } from '../writing/partial-tile.js';
import type { TileEncoding } from '../writing/tile-encoding.js';
import { workOnTile } from '../writing/tile-work.js';
import { methodOf } from './choose-levels.js';
import { packValues, rowWeights } from './halve-tile.js';
import { type Planes, reduceBlocks } from './reduce-blocks.js';

const ENCODING = 4;
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
      const { bytes } = await workOnTile(key, tile.join(layout.shape, parameter), encoding);
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
  const cells = { type: parameter.type, shape: asList(size), cells: packValues(reduced.values, parameter) };
  tile.add({ window: { start: ORIGIN, size }, cells });
  return tile;
}

function one(index: number): { start: number; end: number } {
  return { start: index, end: index + 1 };
}
