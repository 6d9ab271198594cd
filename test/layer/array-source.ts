import type { Axis, Grid } from '../../src/grid/index.js';
import { CRS84 } from '../../src/grid/index.js';
import { allocateCells, type CellType } from '../../src/raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../../src/sources/index.js';

const HOUR_MS = 3_600_000;

/** What a test wants of a source held in memory. */
export interface ArraySourceSpec {
  /** In stored order; x and y must be among them, `member` is a custom axis. */
  readonly dims: readonly ('member' | 't' | 'z' | 'y' | 'x')[];
  readonly shape: readonly number[];
  readonly chunkShape: readonly number[];
  readonly type: CellType;
  readonly noData?: number;
  readonly scale?: number;
  readonly offset?: number;
  /** Stored value of the cell at `index` in row-major order of `dims`. */
  readonly valueAt: (index: number) => number;
}

/** A source whose chunks are counted when they are read. */
export interface ArraySource extends Source {
  readonly chunkReads: ReadonlyMap<string, number>;
  /** Physical value (null for no data) at indexes by dimension name. */
  physicalAt(at: Readonly<Record<string, number>>): number | null;
}

/** A source with one parameter `p`, for tests that compare layers with brute force. */
export function arraySource(spec: ArraySourceSpec): ArraySource {
  const cells = allocateCells(
    spec.type,
    spec.shape.reduce((a, b) => a * b, 1),
  );
  for (let i = 0; i < cells.length; i++) cells[i] = spec.valueAt(i);
  const parameter: SourceParameter = {
    id: 'p',
    title: 'P',
    unit: 'K',
    type: spec.type,
    ...(spec.noData !== undefined && { noData: spec.noData }),
    scale: spec.scale ?? 1,
    offset: spec.offset ?? 0,
    axes: spec.dims.filter((dim) => dim !== 'x' && dim !== 'y'),
    attributes: {},
    dims: spec.dims,
    shape: spec.shape,
    chunkShape: spec.chunkShape,
  };
  const chunkReads = new Map<string, number>();
  return {
    location: 'memory',
    grid: gridOf(spec),
    parameters: [parameter],
    attributes: {},
    chunkReads,
    async read(_, window) {
      countChunks(chunkReads, spec.chunkShape, window);
      return { type: spec.type, ...cut(cells, spec.shape, window) };
    },
    async close() {},
    physicalAt(at) {
      const raw = cells[spec.dims.reduce((sum, dim, d) => sum * spec.shape[d]! + (at[dim] ?? 0), 0)]!;
      if (Number.isNaN(raw) || raw === spec.noData) return null;
      return raw * parameter.scale + parameter.offset;
    },
  };
}

function gridOf({ dims, shape }: ArraySourceSpec): Grid {
  const axis = (name: string, step: number, start = 0): Axis => ({
    name,
    coordinates: { kind: 'regular', start, step, count: shape[dims.indexOf(name as 'x')]! },
  });
  const has = (name: 't' | 'z' | 'member') => dims.includes(name);
  return {
    crs: CRS84,
    x: axis('x', 0.5, -20),
    y: axis('y', -0.5, 40),
    ...(has('z') && { z: { ...axis('z', 100, 100), unit: 'hPa' } }),
    ...(has('t') && { t: { ...axis('t', HOUR_MS), calendar: 'standard' as const } }),
    custom: has('member') ? [axis('member', 1)] : [],
  };
}

function countChunks(reads: Map<string, number>, chunkShape: readonly number[], window: SourceWindow): void {
  const walk = (d: number, id: string): void => {
    if (d === chunkShape.length) {
      reads.set(id, (reads.get(id) ?? 0) + 1);
      return;
    }
    const first = Math.floor(window.start[d]! / chunkShape[d]!);
    const last = Math.floor((window.end[d]! - 1) / chunkShape[d]!);
    for (let chunk = first; chunk <= last; chunk++) walk(d + 1, `${id}.${chunk}`);
  };
  walk(0, '');
}

function cut(
  cells: ReturnType<typeof allocateCells>,
  shape: readonly number[],
  { start, end }: SourceWindow,
) {
  const size = start.map((from, d) => end[d]! - from);
  const picked = cells.slice(
    0,
    size.reduce((a, b) => a * b, 1),
  );
  for (let i = 0; i < picked.length; i++) {
    let rest = i;
    let index = 0;
    let stride = 1;
    for (let d = shape.length - 1; d >= 0; d--) {
      index += (start[d]! + (rest % size[d]!)) * stride;
      rest = Math.floor(rest / size[d]!);
      stride *= shape[d]!;
    }
    picked[i] = cells[index]!;
  }
  return { shape: size, cells: picked };
}
