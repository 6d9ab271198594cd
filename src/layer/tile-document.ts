import type { Manifest } from '../catalog/index.js';
import { decodeTile, type StoredTile } from '../codec/index.js';
import { levelGrid, type TileKey, type TileShape } from '../grid/index.js';
import { type Parameter, toPhysical } from '../raster/index.js';
import { layoutOf, tileExtent } from './tile-layout.js';

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

/** Decodes a tile for people and programs that want numbers. What lies beyond the grid has no value. */
export async function describeTile(
  key: TileKey,
  tile: StoredTile,
  { parameter, manifest }: { readonly parameter: Parameter; readonly manifest: Manifest },
): Promise<TileDocument> {
  const cells = await decodeTile(tile, parameter);
  const valueAt = toPhysical(cells, parameter);
  const inside = isInside(tileInGrid(key, parameter, manifest), tile.shape);
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
      return inside(i) && Number.isFinite(value) ? value : null;
    }),
  };
}

/** How many cells of a tile lie in the grid, from its first on along each axis; the others are padding. */
export function tileInGrid(
  key: TileKey,
  parameter: Parameter,
  { grid, tileShape }: Pick<Manifest, 'grid' | 'tileShape'>,
): TileShape {
  return tileExtent(key, layoutOf(parameter, levelGrid(grid, key.level), tileShape)).size;
}

/** Tells by its position whether a cell of a tile lies inside `size`. */
function isInside(size: TileShape, shape: TileShape): (i: number) => boolean {
  return (i) => {
    const col = i % shape.col;
    const row = Math.floor(i / shape.col) % shape.row;
    const z = Math.floor(i / (shape.col * shape.row)) % shape.z;
    const t = Math.floor(i / (shape.col * shape.row * shape.z));
    return col < size.col && row < size.row && z < size.z && t < size.t;
  };
}
