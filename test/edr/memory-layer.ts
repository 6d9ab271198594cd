import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { type Axis, axisLength, CRS84, type Grid } from '../../src/grid/index.js';
import { LayerReader, type WriteOptions, writeLayer } from '../../src/layer/index.js';
import { allocateCells, type CellType } from '../../src/raster/index.js';
import type { Source, SourceParameter } from '../../src/sources/index.js';

/** Indexes of a cell by axis: x, y, and those of t, z and custom axes that the parameter has. */
export type CellIndexes = Readonly<Record<string, number>>;

/** A parameter of a layer in memory. */
export interface MemoryParameter {
  readonly id: string;
  readonly axes: readonly string[];
  readonly type?: CellType;
  readonly scale?: number;
  readonly offset?: number;
  readonly noData?: number;
  /** K when absent. */
  readonly unit?: string;
  readonly valueAt: (at: CellIndexes) => number;
}

/** A regular axis. */
export function regular(name: string, start: number, step: number, count: number, unit?: string): Axis {
  return { name, coordinates: { kind: 'regular', start, step, count }, ...(unit && { unit }) };
}

/** A grid of 10 degrees around the world, latitudes from north to south; 0..350 by default. */
export function worldGrid(others: Partial<Grid> = {}): Grid {
  return {
    crs: CRS84,
    x: regular('lon', 0, 10, 36, 'degrees_east'),
    y: regular('lat', 85, -10, 18, 'degrees_north'),
    custom: [],
    ...others,
  };
}

/** Hours from 2020-01-01. */
export function hours(count: number): NonNullable<Grid['t']> {
  return { ...regular('time', Date.UTC(2020, 0, 1), 3_600_000, count), calendar: 'standard' };
}

/** Pressure levels. */
export function levels(...values: number[]): NonNullable<Grid['z']> {
  return { name: 'level', unit: 'hPa', positive: 'down', coordinates: { kind: 'explicit', values } };
}

/** Writes a grid and its parameters into a store in memory and opens the layer. */
export async function memoryLayer(
  grid: Grid,
  parameters: readonly MemoryParameter[],
  {
    store = createMemoryStore(),
    layer = 'sample',
    ...options
  }: Partial<WriteOptions> & { readonly store?: BlobStore; readonly layer?: string } = {},
): Promise<LayerReader> {
  await writeLayer(store, memorySource(grid, parameters), { layer, ...options });
  return LayerReader.open(store, layer);
}

/** A source whose cells are computed when they are read. */
export function memorySource(grid: Grid, parameters: readonly MemoryParameter[]): Source {
  const described = parameters.map((parameter) => describe(grid, parameter));
  return {
    location: 'memory',
    title: 'Sample',
    grid,
    parameters: described,
    attributes: {},
    async read({ id, dims, type }, { start, end }) {
      const { valueAt } = parameters.find((parameter) => parameter.id === id)!;
      const shape = start.map((from, d) => end[d]! - from);
      const cells = allocateCells(
        type,
        shape.reduce((a, b) => a * b, 1),
      );
      for (let i = 0; i < cells.length; i++) {
        let rest = i;
        const at: Record<string, number> = Object.create(null);
        for (let d = dims.length - 1; d >= 0; d--) {
          at[roleOf(grid, dims[d]!)] = start[d]! + (rest % shape[d]!);
          rest = Math.floor(rest / shape[d]!);
        }
        cells[i] = valueAt(at);
      }
      return { type, shape, cells };
    },
    async close() {},
  };
}

function describe(
  grid: Grid,
  { id, axes, type = 'float64', scale = 1, offset = 0, noData, unit = 'K' }: MemoryParameter,
) {
  const custom = grid.custom.map(({ name }) => name).filter((name) => axes.includes(name));
  const own = ['t', 'z'].filter((name) => axes.includes(name) && !custom.includes(name));
  const roles = [...custom, ...own, 'y', 'x'];
  const shape = roles.map((name) => axisLength(axisOf(grid, name)));
  const parameter: SourceParameter = {
    id,
    title: `Title of ${id}`,
    unit,
    type,
    scale,
    offset,
    axes,
    attributes: {},
    dims: roles.map((name) => axisOf(grid, name).name),
    shape,
    chunkShape: shape,
    ...(noData !== undefined && { noData }),
  };
  return parameter;
}

function roleOf(grid: Grid, name: string): string {
  return ['x', 'y', 'z', 't'].find((role) => axisOf(grid, role)?.name === name) ?? name;
}

function axisOf(grid: Grid, name: string): Axis {
  const custom = grid.custom.find((axis) => axis.name === name);
  if (custom === undefined && (name === 't' || name === 'z' || name === 'y' || name === 'x'))
    return grid[name]!;
  return custom!;
}
