import { type BlobStore, openStore } from '../../src/blob/index.js';
import { type Axis, CRS84, type Grid } from '../../src/grid/index.js';
import { type WriteOptions, writeLayer } from '../../src/layer/index.js';
import { allocateCells } from '../../src/raster/index.js';
import type { Source, SourceParameter } from '../../src/sources/index.js';

const HOUR_MS = 3_600_000;

/** A layer whose cells are computed while it is written: one parameter, `field`, of float32. */
export interface ComputedLayer {
  readonly name: string;
  /** Without `times` the layer has no time axis. */
  readonly size: { readonly times?: number; readonly rows: number; readonly cols: number };
  readonly valueAt: (time: number, row: number, col: number) => number;
  /** Of that size; the whole world when absent. */
  readonly grid?: Grid;
  readonly options: Omit<WriteOptions, 'layer'>;
}

/** Writes a layer into the directory `location`, beside those that are there. */
export async function writeComputedLayer(location: string, layer: ComputedLayer): Promise<BlobStore> {
  const store = openStore(location);
  await writeLayer(store, computedSource(layer), { ...layer.options, layer: layer.name });
  return store;
}

/** Chunks are rows of tiles over some times, so that each is read once and little is held. */
function computedSource({ size, valueAt, options, grid = computedGrid(size) }: ComputedLayer): Source {
  const { times, rows, cols } = size;
  const { t = 1, row = rows } = options.tileShape ?? {};
  const hasTime = times !== undefined;
  const parameter: SourceParameter = {
    id: 'field',
    title: 'Field',
    unit: 'K',
    type: 'float32',
    scale: 1,
    offset: 0,
    axes: hasTime ? ['t'] : [],
    attributes: {},
    dims: [...(hasTime ? ['time'] : []), grid.y.name, grid.x.name],
    shape: [...(hasTime ? [times] : []), rows, cols],
    chunkShape: [...(hasTime ? [t] : []), row, cols],
  };
  return {
    location: 'computed',
    title: 'Field',
    grid,
    parameters: [parameter],
    attributes: {},
    async read(_, { start, end }) {
      const shape = start.map((from, d) => end[d]! - from);
      const cells = allocateCells(
        'float32',
        shape.reduce((product, length) => product * length, 1),
      );
      const [firstTime, lastTime] = hasTime ? [start[0]!, end[0]!] : [0, 1];
      const [firstRow, firstCol] = start.slice(-2) as [number, number];
      const [lastRow, lastCol] = end.slice(-2) as [number, number];
      let at = 0;
      for (let time = firstTime; time < lastTime; time++) {
        for (let y = firstRow; y < lastRow; y++) {
          for (let x = firstCol; x < lastCol; x++) cells[at++] = valueAt(time, y, x);
        }
      }
      return { type: 'float32', shape, cells };
    },
    async close() {},
  };
}

/** The whole world, however many cells that is. */
function computedGrid({ times, rows, cols }: ComputedLayer['size']): Grid {
  const axis = (name: string, start: number, step: number, count: number, unit?: string): Axis => ({
    name,
    coordinates: { kind: 'regular', start, step, count },
    ...(unit !== undefined && { unit }),
  });
  const [dx, dy] = [360 / cols, 180 / rows];
  return {
    crs: CRS84,
    x: axis('lon', -180 + dx / 2, dx, cols, 'degrees_east'),
    y: axis('lat', 90 - dy / 2, -dy, rows, 'degrees_north'),
    ...(times !== undefined && {
      t: { ...axis('time', Date.UTC(2020, 0, 1), HOUR_MS, times), calendar: 'standard' },
    }),
    custom: [],
  };
}
