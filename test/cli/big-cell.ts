import { expect } from 'vitest';
import { type BigField, bigFieldLatitude, bigFieldLongitude, bigFieldValue } from '../../tools/big-field.js';
import { type Asked, query } from './query-answer.js';

/** A cell of the field of tools/big-field.ts. */
export interface BigCell {
  readonly time: number;
  readonly row: number;
  readonly col: number;
}

/** Options that choose one cell, and no other. */
export function cellOptions(field: BigField, { time, row, col }: BigCell): string[] {
  const [x, y] = [bigFieldLongitude(field, col), bigFieldLatitude(field, row)];
  const instant = new Date(Date.UTC(2000, 0, 1) + time * 3_600_000).toISOString();
  return [`--bbox=${[x - 1e-3, y - 1e-3, x + 1e-3, y + 1e-3].join(',')}`, '--datetime', instant];
}

/** Asks for one cell of a layer written from `field`: the answer must be the float32 computed here. */
export async function expectBigCell(asked: Asked, field: BigField, cell: BigCell): Promise<void> {
  const { values } = await query(asked, ...cellOptions(field, cell));
  expect(values, JSON.stringify(cell)).toEqual([bigFieldValue(field, cell)]);
}
