import { type Axis, axisLength, numberAt } from './axis.js';
import { cellEdges, rowEdges } from './cell.js';
import type { Crs } from './crs.js';

const RADIANS = Math.PI / 180;

/** Edges of the cell of an index: towards the index before it, then towards the one after. */
export type CellBounds = (index: number) => readonly [before: number, after: number];

/** Reads the edges of columns, half-way between centres; those of an axis of one cell are at its centre. */
export function columnBounds(x: Axis): CellBounds {
  return boundsWithin(x, cellEdges(x));
}

/** Reads the edges of rows; on geographic grids the outermost are those of `rowEdges`. */
export function rowBounds(y: Axis, crs: Crs): CellBounds {
  return boundsWithin(y, rowEdges(y, crs));
}

/**
 * Reads the area of a cell of each row, up to a factor that all rows share. On geographic grids it is exact on a sphere,
 * the difference of the sines of the row's edges; cells of projected grids count as equal, as do all of a single row.
 */
export function rowAreas(y: Axis, crs: Crs): (index: number) => number {
  if (crs.kind !== 'geographic' || axisLength(y) === 1) return () => 1;
  const bounds = rowBounds(y, crs);
  return (index) => {
    const [before, after] = bounds(index);
    // No row is without weight, wherever its source puts it.
    return Math.max(Number.EPSILON, Math.abs(Math.sin(after * RADIANS) - Math.sin(before * RADIANS)));
  };
}

function boundsWithin(axis: Axis, { low, high }: { low: number; high: number }): CellBounds {
  const at = numberAt(axis);
  const last = axisLength(axis) - 1;
  const [first, end] = at(last) < at(0) ? [high, low] : [low, high];
  return (index) => [
    index === 0 ? first : (at(index - 1) + at(index)) / 2,
    index === last ? end : (at(index) + at(index + 1)) / 2,
  ];
}
