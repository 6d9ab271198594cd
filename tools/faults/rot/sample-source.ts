import { CRS84, type Grid } from '../../../src/grid/index.js';
import { allocateCells, type CellType } from '../../../src/raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../../../src/sources/index.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2024, 0, 1);

/** Cells along each axis; `z` and `member` may be left out. */
export interface SampleShape {
  readonly member?: number;
  readonly t: number;
  readonly z?: number;
  readonly y: number;
  readonly x: number;
}

/** One parameter of a sample: on the axes named, in the order of `SampleShape`, then y and x. */
export interface SampleParameter {
  readonly id: string;
  readonly type: CellType;
  readonly axes: readonly ('member' | 't' | 'z')[];
  readonly scale?: number;
  readonly offset?: number;
  readonly noData?: number;
}

/** A source whose cells are computed; another `seed` gives other values everywhere. */
export interface SampleSpec {
  readonly seed: number;
  readonly shape: SampleShape;
  /** Source chunks along every axis, at most; not those of tiles, so that tiles arrive in parts. */
  readonly chunk: number;
  readonly parameters: readonly SampleParameter[];
  /** Steps the time axis begins later, for an update that reaches beyond the layer. */
  readonly laterBy?: number;
}

/** The source, ready to be written as a layer. */
export function sampleSource(spec: SampleSpec): Source {
  return {
    location: `sample-${spec.seed}`,
    grid: gridOf(spec),
    parameters: spec.parameters.map((parameter) => describe(parameter, spec)),
    attributes: {},
    async read({ id, dims, type }, window) {
      const shape = dims.map((_, d) => window.end[d]! - window.start[d]!);
      const cells = allocateCells(
        type,
        shape.reduce((a, b) => a * b, 1),
      );
      const parameter = spec.parameters.find((candidate) => candidate.id === id)!;
      fill(cells, { dims, shape, window, valueAt: (at) => sampleValue(spec, parameter, at) });
      return { type, shape, cells };
    },
    async close() {},
  };
}

/**
 * The stored value of one cell: rough enough not to repeat, with a stretch that is constant (a constant tile) and
 * one without data.
 */
export function sampleValue(
  { seed, laterBy = 0 }: SampleSpec,
  { type, noData }: SampleParameter,
  at: Readonly<Record<string, number>>,
): number {
  const { member = 0, t = 0, z = 0, y = 0, x = 0 } = at;
  const isFloat = type === 'float32' || type === 'float64';
  const missing = noData ?? (isFloat ? Number.NaN : 0);
  if ((x + 3 * y + t) % 41 === 0) return missing;
  if (x < 8 && y < 8) return 7;
  const mixed = hash(seed, member, t + laterBy, z, y, x);
  if (type === 'uint8' || type === 'int8') return 1 + (mixed % 90);
  if (!isFloat) return 1000 + (mixed % 20_000);
  const value = 250 + 40 * Math.sin(y / 5 + seed) + (mixed % 1024) / 64;
  return type === 'float32' ? Math.fround(value) : value;
}

/** A whole number below 2 ** 31 from whole numbers. */
function hash(...numbers: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const number of numbers) {
    state = Math.imul(state ^ number, 0x85ebca6b);
    state ^= state >>> 13;
    state = Math.imul(state, 0xc2b2ae35);
    state ^= state >>> 16;
  }
  return state >>> 1;
}

function gridOf({ shape, laterBy = 0 }: SampleSpec): Grid {
  const regular = (start: number, step: number, count: number) =>
    ({ kind: 'regular', start, step, count }) as const;
  return {
    crs: CRS84,
    x: { name: 'lon', coordinates: regular(-20, 0.5, shape.x) },
    y: { name: 'lat', coordinates: regular(40, -0.5, shape.y) },
    t: {
      name: 'time',
      coordinates: regular(START_MS + laterBy * HOUR_MS, HOUR_MS, shape.t),
      calendar: 'standard',
    },
    ...(shape.z !== undefined && {
      z: { name: 'level', unit: 'hPa', coordinates: regular(1000, -100, shape.z) },
    }),
    custom: shape.member === undefined ? [] : [{ name: 'member', coordinates: regular(0, 1, shape.member) }],
  };
}

function describe(parameter: SampleParameter, { shape, chunk }: SampleSpec): SourceParameter {
  const names = { member: 'member', t: 'time', z: 'level' } as const;
  const { scale = 1, offset = 0, axes, ...rest } = parameter;
  const own = [...axes, 'y', 'x'] as const;
  const lengths = own.map((axis) => shape[axis] ?? 1);
  return {
    ...rest,
    title: parameter.id,
    scale,
    offset,
    axes,
    attributes: {},
    dims: [...axes.map((axis) => names[axis]), 'lat', 'lon'],
    shape: lengths,
    chunkShape: lengths.map((length) => Math.min(length, chunk)),
  };
}

const AXIS_OF: Readonly<Record<string, string>> = {
  member: 'member',
  time: 't',
  level: 'z',
  lat: 'y',
  lon: 'x',
};

interface Filling {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly window: SourceWindow;
  readonly valueAt: (at: Readonly<Record<string, number>>) => number;
}

function fill(cells: { length: number; [i: number]: number }, job: Filling): void {
  const { dims, shape, window, valueAt } = job;
  const at: Record<string, number> = {};
  for (let i = 0; i < cells.length; i++) {
    let rest = i;
    for (let d = dims.length - 1; d >= 0; d--) {
      at[AXIS_OF[dims[d]!]!] = window.start[d]! + (rest % shape[d]!);
      rest = Math.floor(rest / shape[d]!);
    }
    cells[i] = valueAt(at);
  }
}
