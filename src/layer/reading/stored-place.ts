import type { RunEntry } from '../../catalog/index.js';
import type { StoredPair, StoredTile } from '../../codec/index.js';
import type { KeyIndex } from '../../curve/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { Parameter } from '../../raster/index.js';
import type { TileLayout } from '../tile-layout.js';

/** What the tiles of a record must be, given where the record lies. */
export interface StoredPlace {
  readonly path: string;
  readonly run: RunEntry;
  readonly index: number;
  readonly parameter: Parameter;
  readonly layout: TileLayout;
  readonly keyIndex: KeyIndex;
}

/**
 * A checksum proves that a record is the one that was written, not that it is the one asked for: its tiles must
 * be of the run, lie at the index, and have the type and shape the layer says.
 *
 * Throws: CorruptionError.
 */
export function requirePlace({ key, tile }: StoredPair, place: StoredPlace): void {
  const { path, run, index, parameter, layout, keyIndex } = place;
  const isOfRun =
    key.level === run.level &&
    key.parameter === run.parameter &&
    key.z === run.z &&
    key.custom.length === run.custom.length &&
    key.custom.every((value, axis) => value === run.custom[axis]);
  if (!isOfRun) throw new CorruptionError('tile lies in the wrong run', { path, index, key });
  const { tiles, shape } = layout;
  const isInside = key.col < tiles.col && key.row < tiles.row && key.t < tiles.t;
  if (!isInside || keyIndex.indexOf(key) !== index) {
    throw new CorruptionError('tile lies at the wrong index', { path, index, key });
  }
  if (!hasLayout(tile, place)) {
    throw new CorruptionError('tile has the wrong type or shape', {
      path,
      index,
      key,
      expected: { type: parameter.type, ...shape },
      found: { type: tile.type, ...tile.shape },
    });
  }
}

function hasLayout(
  { shape: { t, z, row, col }, type }: StoredTile,
  { layout: { shape }, parameter }: Pick<StoredPlace, 'layout' | 'parameter'>,
): boolean {
  const hasShape = t === shape.t && z === shape.z && row === shape.row && col === shape.col;
  return hasShape && type === parameter.type;
}
