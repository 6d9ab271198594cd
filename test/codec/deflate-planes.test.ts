import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTile, encodeTile } from '../../src/codec/index.js';
import { bytesOfCells, type Cells, cellsFromBytes } from '../../src/raster/index.js';
import { createRandom } from '../../tools/random.js';
import { parameterOf } from './sample-tiles.js';

const WIDTHS = { uint8: 1, int16: 2, float32: 4, float64: 8 } as const;
const parts = ['noise', 'repeated noise', 'ramp', 'zeros'] as const;

/** The bytes of one plane, cell after cell. */
function planeOf(kind: (typeof parts)[number], count: number, seed: number): Uint8Array {
  const random = createRandom(seed);
  const noise = Uint8Array.from({ length: count }, () => random() * 256);
  switch (kind) {
    case 'noise':
      return noise;
    case 'repeated noise':
      return noise.map((_, i) => noise[i % 9216]!);
    case 'ramp':
      return noise.map((_, i) => (i >> 6) % 64);
    case 'zeros':
      return noise.fill(0);
    default:
      return kind satisfies never;
  }
}

function cellsOf(type: keyof typeof WIDTHS, planes: readonly Uint8Array[]): Cells {
  const width = WIDTHS[type];
  const bytes = new Uint8Array(planes[0]!.length * width);
  for (let i = 0; i < bytes.length; i++) bytes[i] = planes[i % width]![Math.floor(i / width)]!;
  return cellsFromBytes(type, bytes);
}

async function encodedOf(type: keyof typeof WIDTHS, planes: readonly Uint8Array[]) {
  const cells = cellsOf(type, planes);
  const parameter = { ...parameterOf(type), noData: undefined };
  const shape = { t: 1, z: 1, row: 1, col: cells.length };
  const tile = await encodeTile({ type, shape, cells, parameter, codec: 'shuffle-deflate' });
  return { cells, parameter, tile };
}

describe('shuffle-deflate of planes of every kind', () => {
  it('keeps the cells, as one raw deflate stream', async () => {
    const type = fc.constantFrom(...(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[]));
    const kinds = fc.array(fc.constantFrom(...parts), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(type, kinds, fc.integer({ min: 1, max: 80_000 }), async (type, kinds, count) => {
        const planes = kinds.slice(0, WIDTHS[type]).map((kind, k) => planeOf(kind, count, k));
        const { cells, parameter, tile } = await encodedOf(type, planes);
        const decoded = await decodeTile(tile, parameter);
        // Comparing bytes one by one, as `toEqual` does, takes a minute.
        expect(Buffer.compare(bytesOfCells(decoded), bytesOfCells(cells))).toBe(0);
        if (tile.kind === 'coded' && tile.codec === 'shuffle-deflate') {
          expect(Buffer.concat(planes).equals(inflateRawSync(tile.bytes))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('stores noise as it is and packs what is beside it', async () => {
    const planes = [planeOf('noise', 73_728, 1), planeOf('zeros', 73_728, 2)];
    const { tile } = await encodedOf('int16', planes);
    if (tile.kind !== 'coded') throw new Error('noise is not constant');
    expect(tile.bytes.length).toBeLessThan(73_728 + 500);
    expect(Buffer.from(tile.bytes).includes(Buffer.from(planes[0]!.subarray(0, 65_535)))).toBe(true);
  });

  it('finds what is repeated within the 32 KiB of deflate, noise or not', async () => {
    const { tile } = await encodedOf('uint8', [planeOf('repeated noise', 73_728, 3)]);
    if (tile.kind !== 'coded') throw new Error('noise is not constant');
    expect(tile.bytes.length).toBeLessThan(73_728 / 4);
  });
});
