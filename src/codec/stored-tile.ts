import type { TileKey, TileShape } from '../grid/index.js';
import type { CellType, Summary } from '../raster/index.js';

/** How the cells of one tile were packed into bytes. `shuffle-*` regroups bytes by significance first. */
export type CodecName = 'raw' | 'deflate' | 'shuffle-deflate' | 'zstd' | 'shuffle-zstd';

/** Statistics over the valid cells of a tile, in physical units; absent when none is valid. */
export type TileSummary = Summary;

interface StoredTileBase {
  readonly type: CellType;
  readonly shape: TileShape;
  readonly summary?: TileSummary;
}

/** A tile as it lies in a record: one value for all cells, or coded bytes (a view into the record). */
export type StoredTile =
  | (StoredTileBase & { readonly kind: 'constant'; readonly value: number })
  | (StoredTileBase & { readonly kind: 'coded'; readonly codec: CodecName; readonly bytes: Uint8Array });

export interface StoredPair {
  readonly key: TileKey;
  readonly tile: StoredTile;
}
