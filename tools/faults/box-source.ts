import { CRS84 } from '../../src/grid/index.js';
import type { Source, SourceParameter } from '../../src/sources/index.js';
import type { FieldCells } from './field-cells.js';

/** Rows and columns of cells, half-open. */
export interface CellBox {
  readonly row: readonly [start: number, end: number];
  readonly col: readonly [start: number, end: number];
}

/** The one parameter of a box source. */
export const BOX_PARAMETER = 'stamp';

/** Of the centre of a column of the grid that all boxes share. */
export function longitudeOf(col: number): number {
  return col - 170;
}

/** Of the centre of a row of that grid. */
export function latitudeOf(row: number): number {
  return 80 - row;
}

/** A source in memory of the cells of `box`, on a grid of one degree that all boxes share; `valueAt` tells each. */
export function boxSource({ row, col }: CellBox, valueAt: (row: number, col: number) => number): Source {
  const shape = [row[1] - row[0], col[1] - col[0]];
  const parameter: SourceParameter = {
    id: BOX_PARAMETER,
    title: 'Stamp',
    type: 'float64',
    scale: 1,
    offset: 0,
    axes: [],
    attributes: {},
    dims: ['y', 'x'],
    shape,
    chunkShape: shape,
  };
  const axis = (name: string, { start, step, count }: { start: number; step: number; count: number }) => ({
    name,
    coordinates: { kind: 'regular' as const, start, step, count },
  });
  return {
    location: 'memory',
    grid: {
      crs: CRS84,
      x: axis('x', { start: longitudeOf(col[0]), step: 1, count: shape[1]! }),
      y: axis('y', { start: latitudeOf(row[0]), step: -1, count: shape[0]! }),
      custom: [],
    },
    parameters: [parameter],
    attributes: {},
    async read(_, { start, end }) {
      const size = [end[0]! - start[0]!, end[1]! - start[1]!] as const;
      const cells = Float64Array.from({ length: size[0] * size[1] }, (_value, i) =>
        valueAt(row[0] + start[0]! + Math.floor(i / size[1]), col[0] + start[1]! + (i % size[1])),
      );
      return { type: 'float64', shape: size, cells };
    },
    async close() {},
  };
}

/** `cells` with those in a box replaced by what `change` makes of them. */
export function changeBox(
  { values, ...size }: FieldCells,
  { row, col }: CellBox,
  change: (value: number) => number,
): FieldCells {
  const changed = values.slice();
  for (let r = row[0]; r < row[1]; r++) {
    for (let c = col[0]; c < col[1]; c++) changed[r * size.cols + c] = change(values[r * size.cols + c]!);
  }
  return { ...size, values: changed };
}
