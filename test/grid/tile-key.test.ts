import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  CRS84,
  encodeName,
  keyBounds,
  parseLayerName,
  partitionName,
  spanTiles,
  tileCount,
} from '../../src/grid/index.js';
import { explicit, gridOf, regular } from './axes.js';

const grid = gridOf(CRS84, regular(0, 1, 100), regular(0, 1, 65));

describe('tiles of an axis', () => {
  it('cover every cell, the last one in part', () => {
    expect([1, 63, 64, 65, 128].map((cells) => tileCount(cells, 64))).toEqual([1, 1, 1, 2, 2]);
  });

  it('hold exactly the cells of a span', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 500 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        (start, length, tile) => {
          const touched = new Set(Array.from({ length }, (_, k) => Math.floor((start + k) / tile)));
          expect(spanTiles({ start, end: start + length }, tile)).toEqual([
            Math.min(...touched),
            Math.max(...touched),
          ]);
        },
      ),
    );
  });

  it('are bounded by closed corners', () => {
    const shape = { t: 4, z: 1, row: 64, col: 64 };
    const levels = { ...explicit(1000, 850), name: 'level' };
    expect(keyBounds({ ...grid, z: levels }, shape)).toEqual({
      min: { col: 0, row: 0, t: 0, z: 0 },
      max: { col: 1, row: 1, t: 0, z: 1 },
    });
  });
});

describe('names', () => {
  it('of partitions say which axis stands where', () => {
    const z = explicit(1000, 850);
    const custom = [{ ...explicit(1, 2, 3), name: 'number' }];
    expect(partitionName(0, [], grid)).toBe('all');
    expect(partitionName(3, [], { ...grid, z })).toBe('z3');
    expect(partitionName(3, [2], { ...grid, z, custom })).toBe('number-2.z3');
    expect(partitionName(0, [0], { ...grid, custom: [{ ...explicit(1, 2), name: 'a-1.z0/..' }] })).toBe(
      'a~2d1~2ez0~2f~2e~2e-0',
    );
  });

  it('are safe in paths and tell all texts apart', () => {
    expect([
      encodeName('t2m'),
      encodeName('2 m temp.'),
      encodeName('..'),
      encodeName('é~'),
      encodeName(''),
    ]).toEqual(['t2m', '2~20m~20temp~2e', '~2e~2e', '~c3~a9~7e', '~']);
    const texts = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        expect(encodeName(a)).toMatch(/^[A-Za-z0-9_~-]+$/);
        expect(encodeName(a) === encodeName(b)).toBe(a === b);
      }),
    );
    expect(() => encodeName('\ud800')).toThrow(InvalidArgumentError);
  });

  it('of layers are checked', () => {
    for (const name of ['a', '0', 'era5_t2m.2019-03', 'x'.repeat(64)])
      expect(parseLayerName(name)).toBe(name);
    for (const name of ['', '.', '-a', '_a', 'A', 'a/b', 'a b', 'a\n', 'x'.repeat(65)]) {
      expect(() => parseLayerName(name)).toThrow(InvalidArgumentError);
    }
  });
});
