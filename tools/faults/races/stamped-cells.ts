import type { CellBox } from '../box-source.js';

/** The layer that is published again and again while it is read. */
export const STAMPED_LAYER = 'stamped';
/** Its grid, in tiles of 8 by 8 cells. */
export const STAMPED_GRID = { rows: 48, cols: 56, tile: 8 } as const;

const CELLS = STAMPED_GRID.rows * STAMPED_GRID.cols;

/** What snapshot `version` has in a native cell: the version and the place of the cell. */
export function stampAt(version: number, row: number, col: number): number {
  return version * CELLS + row * STAMPED_GRID.cols + col;
}

/** The version that a value of a cell was written with, whatever its place. */
export function versionOf(stamp: number): number {
  return Math.floor(stamp / CELLS);
}

/** The first cell of an answer, row by row, that is not of `version` or not of its place; undefined when all are. */
export function findWrongCell(
  values: ArrayLike<number>,
  {
    box: { row, col },
    level,
    version,
  }: { readonly box: CellBox; readonly level: number; readonly version: number },
): { readonly row: number; readonly col: number; readonly found: number } | undefined {
  const width = col[1] - col[0];
  for (let i = 0; i < width * (row[1] - row[0]); i++) {
    const place = { row: row[0] + Math.floor(i / width), col: col[0] + (i % width) };
    if (values[i] !== stampAt(version, lastBelow(place.row, level), lastBelow(place.col, level))) {
      return { ...place, found: values[i]! };
    }
  }
  return undefined;
}

/** Levels are made by `max`, so a cell of one holds the last native cell below it; the grid halves without a rest. */
function lastBelow(index: number, level: number): number {
  return (index + 1) * 2 ** level - 1;
}
