import { CorruptionError } from '../errors/index.js';
import type { TileKey, TileShape } from '../grid/index.js';
import { allocateCells, type CellType, isCellType } from '../raster/index.js';
import { parseCodecName } from './codec-name.js';
import type { AvroCodedTile, AvroConstantTile, AvroPair } from './record-schema.js';
import type { StoredPair, StoredTile, TileSummary } from './stored-tile.js';
import { cellCount, maxTileCells } from './tile-codec.js';

/** A pair whose every field has been checked; CorruptionError or UnsupportedError (codec) names a bad one. */
export function checkPair({ key, tile }: AvroPair): StoredPair {
  return {
    key: checkKey(key),
    tile: 'ConstantTile' in tile ? checkConstant(tile.ConstantTile) : checkCoded(tile.CodedTile),
  };
}

// Members are named one by one from here on: rest and spread syntax take longer than all the rest of a decode.
function checkConstant({ type, shape, summary, value }: AvroConstantTile): StoredTile {
  const base = checkBase({ type, shape, summary });
  requireRepresentable(base.type, value);
  if (base.summary === undefined) return { kind: 'constant', type: base.type, shape: base.shape, value };
  return { kind: 'constant', type: base.type, shape: base.shape, summary: base.summary, value };
}

function checkCoded({ type, shape, summary, codec: name, bytes }: AvroCodedTile): StoredTile {
  const base = checkBase({ type, shape, summary });
  const codec = parseCodecName(name);
  if (base.summary === undefined) return { kind: 'coded', type: base.type, shape: base.shape, codec, bytes };
  return { kind: 'coded', type: base.type, shape: base.shape, summary: base.summary, codec, bytes };
}

function checkKey({ level, parameter, col, row, t, z, custom }: TileKey): TileKey {
  requireCount('level', level);
  requireCount('col', col);
  requireCount('row', row);
  requireCount('t', t);
  requireCount('z', z);
  for (const value of custom) requireCount('custom', value);
  return { level, parameter, col, row, t, z, custom };
}

interface UncheckedBase {
  readonly type: string;
  readonly shape: TileShape;
  readonly summary: TileSummary | null;
}

interface CheckedBase {
  readonly type: CellType;
  readonly shape: TileShape;
  readonly summary?: TileSummary;
}

function checkBase({ type, shape: { t, z, row, col }, summary }: UncheckedBase): CheckedBase {
  if (!isCellType(type)) throw new CorruptionError('unknown cell type', { found: type });
  const shape = { t, z, row, col };
  if (!(isSize(t) && isSize(z) && isSize(row) && isSize(col)) || cellCount(shape) > maxTileCells) {
    throw new CorruptionError('impossible tile shape', { found: shape, maxTileCells });
  }
  if (summary === null) return { type, shape };
  return { type, shape, summary: checkSummary(summary, cellCount(shape)) };
}

function isSize(size: number): boolean {
  return Number.isInteger(size) && size > 0;
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
