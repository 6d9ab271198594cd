import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BigField, bigFieldValue } from '../../tools/big-field.js';
import { type BigSource, bigFieldOfSize, writeBigSource } from '../../tools/big-source.js';

const chunks = [3, 7, 11] as const;
const field: BigField = bigFieldOfSize(8 * 4 * 20 * 30, { seed: 5, rows: 20, cols: 30 });
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tilecurve-big-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('big source', () => {
  test('holds as many whole time steps as the size asks for', () => {
    expect(field.times).toBe(8);
    expect(bigFieldOfSize(8 * 4 * 20 * 30 + 1, field).times).toBe(9);
  });

  for (const id of ['none', 'zlib'] as const) {
    test(`keeps the field's value in every cell with codec ${id}`, async () => {
      const source: BigSource = { field, chunks, codec: id === 'none' ? { id } : { id, level: 1 } };
      await writeBigSource(join(folder, id), source);
      let seen = 0;
      for (const name of readdirSync(join(folder, id, 'field')).filter((entry) => !entry.startsWith('.'))) {
        const bytes = readFileSync(join(folder, id, 'field', name));
        seen += checkChunk(name.split('.').map(Number), id === 'none' ? bytes : inflateSync(bytes));
      }
      expect(seen).toBe(field.times * field.rows * field.cols);
    });
  }
});

/** Compares one chunk with the field and its padding with NaN; the number of cells inside the grid. */
function checkChunk(position: readonly number[], bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(bytes.byteLength).toBe(chunks[0] * chunks[1] * chunks[2] * 4);
  let inside = 0;
  for (let at = 0; at < bytes.byteLength / 4; at++) {
    const time = position[0]! * chunks[0] + Math.floor(at / (chunks[1] * chunks[2]));
    const row = position[1]! * chunks[1] + (Math.floor(at / chunks[2]) % chunks[1]);
    const col = position[2]! * chunks[2] + (at % chunks[2]);
    const isInside = time < field.times && row < field.rows && col < field.cols;
    expect(view.getFloat32(at * 4, true)).toBe(isInside ? bigFieldValue(field, { time, row, col }) : NaN);
    if (isInside) inside++;
  }
  return inside;
}
