import { axisLength, type Grid } from '../src/grid/index.js';
import { allocateCells, type Parameter } from '../src/raster/index.js';
import type { Source, SourceParameter, SourceWindow } from '../src/sources/index.js';

/** A parameter whose cells are known by their place. */
export interface DenseParameter extends Parameter {
  /** Cells of a chunk along each axis, short where it has fewer entries than axes; 4 cells when absent. */
  readonly chunkCells?: number;
  /** Stored value at indexes in the order custom axes, t, z, y, x, of the axes that the parameter has. */
  readonly valueAt: (at: readonly number[]) => number;
}

/** A source whose cells are computed when they are read. */
export function denseSource(grid: Grid, parameters: readonly DenseParameter[]): Source {
  const described = parameters.map((parameter) => describe(grid, parameter));
  return {
    location: 'computed',
    grid,
    parameters: described,
    attributes: {},
    async read({ id, type }, window) {
      const { valueAt } = parameters.find((parameter) => parameter.id === id)!;
      const shape = window.end.map((end, d) => end - window.start[d]!);
      const cells = allocateCells(
        type,
        shape.reduce((a, b) => a * b, 1),
      );
      let i = 0;
      for (const at of positionsIn(window)) cells[i++] = valueAt(at);
      return { type, shape, cells };
    },
    async close() {},
  };
}

/** Every index in a window, the last axis fastest. */
export function* positionsIn({ start, end }: SourceWindow): Generator<number[]> {
  const at = start.slice();
  if (start.some((from, d) => from >= end[d]!)) return;
  for (;;) {
    yield at.slice();
    let d = at.length - 1;
    while (d >= 0 && ++at[d]! >= end[d]!) {
      at[d] = start[d]!;
      d--;
    }
    if (d < 0) return;
  }
}

function describe(grid: Grid, { valueAt, chunkCells = 4, ...parameter }: DenseParameter): SourceParameter {
  const has = (name: string) => parameter.axes.includes(name);
  const axes = [
    ...grid.custom.filter(({ name }) => has(name)),
    ...(grid.t && has('t') ? [grid.t] : []),
    ...(grid.z && has('z') ? [grid.z] : []),
    grid.y,
    grid.x,
  ];
  const shape = axes.map((axis) => axisLength(axis));
  return {
    ...parameter,
    dims: axes.map(({ name }) => name),
    shape,
    chunkShape: shape.map((length) => Math.min(length, chunkCells)),
  };
}
