import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import type { LevelMethod } from '../../src/catalog/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { axisNumbers, levelGrid } from '../../src/grid/index.js';
import { LayerReader, verifyLayer, writeLayer } from '../../src/layer/index.js';
import { arraySource } from './array-source.js';

const noData = -9999;

/** What a coarse cell should be, from the native cells it covers two by two, level by level. */
function halve(
  { values, rows, cols }: { values: number[]; rows: number; cols: number },
  method: LevelMethod,
  latitudes: readonly number[],
): { values: number[]; rows: number; cols: number } {
  const out: number[] = [];
  for (let row = 0; row < rows; row += 2) {
    for (let col = 0; col < cols; col += 2) {
      const cells = [0, 1].flatMap((r) =>
        [0, 1]
          .filter((c) => row + r < rows && col + c < cols)
          .map((c) => ({
            value: values[(row + r) * cols + col + c]!,
            weight: Math.cos((latitudes[row + r]! * Math.PI) / 180),
          })),
      );
      out.push(combine(cells, method));
    }
  }
  return { values: out, rows: Math.ceil(rows / 2), cols: Math.ceil(cols / 2) };
}

function combine(cells: { value: number; weight: number }[], method: LevelMethod): number {
  if (method === 'nearest') return cells[0]!.value;
  const valid = cells.filter(({ value }) => !Number.isNaN(value));
  if (valid.length === 0) return Number.NaN;
  const sorted = valid.map(({ value }) => value).sort((a, b) => a - b);
  switch (method) {
    case 'mean':
      return (
        valid.reduce((sum, { value, weight }) => sum + value * weight, 0) /
        valid.reduce((sum, { weight }) => sum + weight, 0)
      );
    case 'min':
      return sorted[0]!;
    case 'max':
      return sorted.at(-1)!;
    case 'median': {
      const half = sorted.length >> 1;
      return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
    }
    case 'mode': {
      const count = (value: number) => sorted.filter((other) => other === value).length;
      return sorted.reduce((best, value) => (count(value) > count(best) ? value : best));
    }
    default:
      return method satisfies never;
  }
}

describe('levels of a layer', () => {
  it('are what the method makes of the cells below, two by two, whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          rows: fc.integer({ min: 1, max: 37 }),
          cols: fc.integer({ min: 1, max: 41 }),
          tile: fc.integer({ min: 1, max: 9 }),
          steps: fc.integer({ min: 1, max: 3 }),
          method: fc.constantFrom<LevelMethod>('mean', 'nearest', 'mode', 'min', 'max', 'median'),
          missing: fc.integer({ min: 2, max: 9 }),
        }),
        async ({ rows, cols, tile, steps, method, missing }) => {
          const source = arraySource({
            dims: ['t', 'y', 'x'],
            shape: [steps, rows, cols],
            chunkShape: [1, rows, cols],
            type: 'float64',
            noData,
            valueAt: (i) => (i % missing === 0 ? noData : (i * 37) % 11),
          });
          const store = createMemoryStore();
          await writeLayer(store, source, {
            layer: 'a',
            tileShape: { row: tile, col: tile },
            levelMethods: { p: method },
          });
          expect((await verifyLayer(store, 'a')).faults).toEqual([]);
          const reader = await LayerReader.open(store, 'a');
          const { grid, levels } = reader.manifest;
          const longest = Math.ceil(Math.max(rows, cols) / tile);
          expect(levels).toBe(1 + Math.ceil(Math.log2(longest)));
          for (let t = 0; t < steps; t++) {
            const time = [{ start: t, end: t + 1 }];
            let expected = {
              values: [...(await reader.read(reader.plan({ parameter: 'p', t: time })))],
              rows,
              cols,
            };
            for (let level = 1; level < levels; level++) {
              expected = halve(expected, method, axisNumbers(levelGrid(grid, level - 1).y));
              const found = await reader.read(reader.plan({ parameter: 'p', level, t: time }));
              expect(found.length).toBe(expected.values.length);
              found.forEach((value, i) => {
                if (Number.isNaN(expected.values[i]!)) expect(value).toBeNaN();
                else expect(value).toBeCloseTo(expected.values[i]!, 9);
              });
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('round packed integers to their step', async () => {
    const source = arraySource({
      dims: ['y', 'x'],
      shape: [2, 4],
      chunkShape: [2, 4],
      type: 'int16',
      scale: 0.1,
      offset: 5,
      valueAt: (i) => [1, 2, 10, 10, 2, 2, 10, 11][i]!,
    });
    const store = createMemoryStore();
    await writeLayer(store, source, { layer: 'a', tileShape: { row: 2, col: 2 } });
    const reader = await LayerReader.open(store, 'a');
    const [left, right] = await reader.read(reader.plan({ parameter: 'p', level: 1 }));
    expect(left).toBeCloseTo(5.2, 9);
    expect(right).toBeCloseTo(6, 9);
  });

  it('do not exist beyond the last', async () => {
    const source = arraySource({
      dims: ['y', 'x'],
      shape: [4, 4],
      chunkShape: [4, 4],
      type: 'uint8',
      valueAt: (i) => i,
    });
    const store = createMemoryStore();
    await writeLayer(store, source, { layer: 'a', levels: 1, tileShape: { row: 1, col: 1 } });
    const reader = await LayerReader.open(store, 'a');
    expect(() => reader.plan({ parameter: 'p', level: 1 })).toThrow(InvalidArgumentError);
    const key = { level: 1, parameter: 'p', col: 0, row: 0, t: 0, z: 0, custom: [] };
    expect((await reader.get(key)).kind).toBe('outside');
    await expect(writeLayer(store, source, { layer: 'b', levelMethods: { q: 'max' } })).rejects.toThrow(
      InvalidArgumentError,
    );
  });

  it('are made for parameters called like members of objects', async () => {
    const source = arraySource({
      dims: ['y', 'x'],
      shape: [4, 4],
      chunkShape: [4, 4],
      type: 'uint8',
      valueAt: (i) => i,
    });
    for (const id of ['constructor', '__proto__', 'toString']) {
      const store = createMemoryStore();
      const parameters = source.parameters.map((parameter) => ({ ...parameter, id }));
      await writeLayer(store, { ...source, parameters }, { layer: 'a', tileShape: { row: 2, col: 2 } });
      const reader = await LayerReader.open(store, 'a');
      const [first] = await reader.read(reader.plan({ parameter: id, level: 1 }));
      expect(first).toBe(3);
      expect((await verifyLayer(store, 'a')).faults).toEqual([]);
    }
  });

  it('has data where cells below have, also where their mean is the number that says "no data"', async () => {
    for (const [type, missing, cells, expected] of [
      ['int16', 20, [18, 22, 19, 21], 21],
      ['uint8', 255, [254, 255, 255, 255], 254],
      ['int16', 0, [-1, 1, 0, -1], -1],
      ['float64', 0, [-1, 1, 0, 0], Number.MIN_VALUE],
      ['float32', 0, [-1, 1, 0, 0], 2 ** -149],
      ['float32', -8, [-7, -9, -8, -8], -8 - 2 ** -20],
    ] as const) {
      const store = createMemoryStore();
      const source = arraySource({
        dims: ['y', 'x'],
        shape: [2, 2],
        chunkShape: [2, 2],
        type,
        noData: missing,
        valueAt: (i) => cells[i]!,
      });
      // Rows have different weights in a mean, so that nothing comes out even.
      const options = { layer: 'a', tileShape: { row: 1, col: 1 }, levelMethods: { p: 'median' } } as const;
      await writeLayer(store, source, options);
      const reader = await LayerReader.open(store, 'a');
      expect([...(await reader.read(reader.plan({ parameter: 'p', level: 1 })))]).toEqual([expected]);
    }
  });
});
