import type { StoredPair, StoredTile } from '../../src/codec/index.js';
import type { TileKey } from '../../src/grid/index.js';
import { allocateCells, type Cells, type CellType, type Parameter } from '../../src/raster/index.js';

/** A parameter of the given cell type, not packed. */
export function parameterOf(type: CellType, noData?: number): Parameter {
  const base = { id: 't2m', title: 'Temperature', type, scale: 1, offset: 0, axes: ['t'], attributes: {} };
  return noData === undefined ? base : { ...base, noData };
}

/** A smooth field with a little noise, as weather has; fits every cell type. */
export function smoothCells(type: CellType, length: number): Cells {
  const cells = allocateCells(type, length);
  for (let i = 0; i < length; i++) cells[i] = 60 + 40 * Math.sin(i / 97) + ((i * 7919) % 13) / 4;
  return cells;
}

export const sampleKey: TileKey = {
  level: 0,
  parameter: 't2m',
  col: 3,
  row: 70_000,
  t: 5,
  z: 0,
  custom: [2, 1],
};

export const constantTile: StoredTile = {
  kind: 'constant',
  type: 'float32',
  shape: { t: 1, z: 1, row: 4, col: 4 },
  value: Number.NaN,
};

export const codedTile: StoredTile = {
  kind: 'coded',
  type: 'int16',
  shape: { t: 1, z: 1, row: 1, col: 3 },
  summary: { valid: 3, min: 1, max: 3, sum: 6 },
  codec: 'raw',
  bytes: Uint8Array.of(1, 0, 2, 0, 3, 0),
};

export const samplePairs: StoredPair[] = [
  { key: sampleKey, tile: constantTile },
  { key: { ...sampleKey, t: 6, custom: [] }, tile: codedTile },
];
