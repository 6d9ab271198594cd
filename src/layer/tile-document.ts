import { decodeTile, type StoredTile } from '../codec/index.js';
import type { TileKey } from '../grid/index.js';
import { type Parameter, toPhysical } from '../raster/index.js';

/** A stored tile as a JSON document: physical values in the order of `dims`, null for no data. */
export interface TileDocument {
  readonly key: TileKey;
  readonly unit: string | null;
  /** Type of the cells as stored; `values` are scaled. */
  readonly type: string;
  readonly kind: StoredTile['kind'];
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly summary: StoredTile['summary'];
  readonly values: readonly (number | null)[];
}

/** Decodes a tile for people and programs that want numbers. */
export async function describeTile(
  key: TileKey,
  tile: StoredTile,
  parameter: Parameter,
): Promise<TileDocument> {
  const cells = await decodeTile(tile, parameter);
  const valueAt = toPhysical(cells, parameter);
  return {
    key,
    unit: parameter.unit ?? null,
    type: tile.type,
    kind: tile.kind,
    dims: ['t', 'z', 'row', 'col'],
    shape: [tile.shape.t, tile.shape.z, tile.shape.row, tile.shape.col],
    summary: tile.summary,
    values: Array.from(cells, (_, i) => {
      const value = valueAt(i);
      return Number.isFinite(value) ? value : null;
    }),
  };
}
