import type { DenseField, Place } from './dense-field.js';
import { type ModelGrid, sizesOf } from './model-grid.js';

/** Cells of a tile along each axis; one along `member`. */
export type TileSizes = Pick<Place, 't' | 'z' | 'y' | 'x'>;

/** What a snapshot of a layer must show; never changed once made. */
export interface Content {
  readonly grid: ModelGrid;
  readonly fields: readonly DenseField[];
  readonly tile: TileSizes;
  readonly levels: number;
}

/** A layer as it must be: its snapshots and their names. */
export interface LayerModel {
  readonly snapshots: Map<number, Content>;
  readonly tags: Map<string, number>;
}

/** All layers of a store as they must be. */
export interface StoreModel {
  readonly layers: Map<string, LayerModel>;
}

/** The newest snapshot. */
export function newestOf({ snapshots }: LayerModel): {
  readonly sequence: number;
  readonly content: Content;
} {
  const sequence = Math.max(...snapshots.keys());
  return { sequence, content: snapshots.get(sequence)! };
}

/** Levels until one tile shows all columns and rows. */
export function levelsUntilOneTile(grid: ModelGrid, tile: TileSizes): number {
  let { x, y } = sizesOf(grid);
  let levels = 1;
  while (x > tile.x || y > tile.y) {
    [x, y] = [Math.ceil(x / 2), Math.ceil(y / 2)];
    levels++;
  }
  return levels;
}
