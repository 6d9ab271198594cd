import type { TileKey } from '../../grid/index.js';
import type { Cells } from '../../raster/index.js';
import type { TileWork, WorkedTile } from './tile-work.js';

/** What an encoding thread is told. */
export type EncodingRequest =
  /** Kind of work, known by its number from then on. */
  | { readonly kind: 'work'; readonly number: number; readonly work: TileWork }
  | {
      readonly kind: 'tile';
      readonly id: number;
      readonly number: number;
      readonly key: TileKey;
      readonly cells: Cells;
    };

/** Its answer to a tile; the cells come back for their memory. */
export type EncodingReply =
  | { readonly kind: 'done'; readonly id: number; readonly tile: WorkedTile; readonly cells: Cells }
  /** An error loses its class on the way between threads, so that who asked does the work again to have it. */
  | { readonly kind: 'failed'; readonly id: number; readonly cells: Cells };
