import { CorruptionError } from '../errors/index.js';
import type { TileKey, TileShape } from '../grid/index.js';
import { allocateCells, type CellType, isCellType } from '../raster/index.js';
import { parseCodecName } from './codec-name.js';
import type { AvroPair } from './record-schema.js';
import type { StoredPair, TileSummary } from './stored-tile.js';
import { cellCount, maxTileCells } from './tile-codec.js';

/** A pair whose every field has been checked; CorruptionError or UnsupportedError (codec) names a bad one. */
export function checkPair({ key, tile }: AvroPair): StoredPair {
  if ('ConstantTile' in tile) {
    const { value, ...rest } = tile.ConstantTile;
    const base = checkBase(rest);
    requireRepresentable(base.type, value);
    return { key: checkKey(key), tile: { ...base, kind: 'constant', value } };
  }
  const { codec, bytes, ...rest } = tile.CodedTile;
  const base = checkBase(rest);
  return { key: checkKey(key), tile: { ...base, kind: 'coded', codec: parseCodecName(codec), bytes } };
}

function checkKey({ level, parameter, col, row, t, z, custom }: TileKey): TileKey {
  for (const [field, value] of Object.entries({ level, col, row, t, z })) requireCount(field, value);
  for (const value of custom) requireCount('custom', value);
  return { level, parameter, col, row, t, z, custom };
}

interface UncheckedBase {
  readonly type: string;
  readonly shape: TileShape;
  readonly summary: TileSummary | null;
}

function checkBase({ type, shape: { t, z, row, col }, summary }: UncheckedBase) {
  if (!isCellType(type)) throw new CorruptionError('unknown cell type', { found: type });
  const shape = { t, z, row, col };
  if (
    ![t, z, row, col].every((size) => Number.isInteger(size) && size > 0) ||
    cellCount(shape) > maxTileCells
  ) {
    throw new CorruptionError('impossible tile shape', { found: shape, maxTileCells });
  }
  if (summary === null) return { type, shape };
  return { type, shape, summary: checkSummary(summary, cellCount(shape)) };
}

function checkSummary({ valid, min, max, sum }: TileSummary, cells: number): TileSummary {
  if (Number.isInteger(valid) && valid > 0 && valid <= cells && !(min > max)) {
    return { valid, min, max, sum };
  }
  throw new CorruptionError('impossible tile summary', { found: { valid, min, max, sum }, cells });
}

function requireCount(field: string, value: number): void {
  if (!Number.isInteger(value) || value < 0) {
    throw new CorruptionError('impossible tile key', { field, found: value });
  }
}

/** A typed array rounds or wraps what it cannot hold; what comes back must be what was stored. */
function requireRepresentable(type: CellType, value: number): void {
  const held = allocateCells(type, 1, value)[0];
  if (!Object.is(held, value))
    throw new CorruptionError('value its cell type cannot hold', { type, found: value });
}
