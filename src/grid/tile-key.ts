import { axisLength } from './axis.js';
import type { Grid, IndexSpan } from './grid.js';
import { encodeName } from './name.js';

/**
 * Which tile: integers counted in tiles from the start of each axis; 0 on an axis the parameter lacks.
 * `custom` follows the order of `Grid.custom` (custom axes have one value per tile).
 */
export interface TileKey {
  readonly level: number;
  readonly parameter: string;
  readonly col: number;
  readonly row: number;
  readonly t: number;
  readonly z: number;
  readonly custom: readonly number[];
}

/** Cells of a tile along each axis; every tile of a layer has this shape, edge tiles are padded with no-data. */
export interface TileShape {
  readonly t: number;
  readonly z: number;
  readonly row: number;
  readonly col: number;
}

/** Tile numbers along the four axes of a key; what `KeyBounds` has two corners of. */
export type KeyCorner = Pick<TileKey, 'col' | 'row' | 't' | 'z'>;

/** A closed box of tile keys: both corners are keys the layer may hold. */
export interface KeyBounds {
  readonly min: KeyCorner;
  readonly max: KeyCorner;
}

/** How many tiles of `tileLength` cells cover an axis; the last one may be padded. */
export function tileCount(axisLength: number, tileLength: number): number {
  return Math.ceil(axisLength / tileLength);
}

/** All keys of a grid; axes it lacks have tile 0 only. */
export function keyBounds(grid: Grid, shape: TileShape): KeyBounds {
  return {
    min: { col: 0, row: 0, t: 0, z: 0 },
    max: {
      col: tileCount(axisLength(grid.x), shape.col) - 1,
      row: tileCount(axisLength(grid.y), shape.row) - 1,
      t: grid.t ? tileCount(axisLength(grid.t), shape.t) - 1 : 0,
      z: grid.z ? tileCount(axisLength(grid.z), shape.z) - 1 : 0,
    },
  };
}

/** First and last tile that hold cells of a span, both included. */
export function spanTiles({ start, end }: IndexSpan, tileLength: number): [first: number, last: number] {
  return [Math.floor(start / tileLength), Math.ceil(end / tileLength) - 1];
}

/**
 * Folder name of a partition: `all` when no axis is outside the curve, else such as `z3` or `number-2.z3`.
 * Different partitions of a grid have different names.
 */
export function partitionName(z: number, custom: readonly number[], grid: Grid): string {
  const parts = grid.custom.map(
    (axis, k) => `${encodeName(axis.name).replaceAll('-', '~2d')}-${custom[k] ?? 0}`,
  );
  if (grid.z) parts.push(`z${z}`);
  return parts.length === 0 ? 'all' : parts.join('.');
}
