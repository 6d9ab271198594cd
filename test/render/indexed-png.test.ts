import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { colourRamp, emptyTilePng, encodeIndexedPng } from '../../src/render/index.js';
import { readPng } from './read-png.js';

const image = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      indexes: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
      palette: fc.uint8Array({ minLength: 1024, maxLength: 1024 }),
    }),
  );

describe('encodeIndexedPng', () => {
  it('writes what a decoder of its own reads back', async () => {
    await fc.assert(
      fc.asyncProperty(image, async ({ width, height, indexes, palette }) => {
        const read = readPng(await encodeIndexedPng({ width, height, indexes, palette }));
        expect(read).toMatchObject({ width, height, colourType: 3 });
        expect(read.indexes).toEqual(indexes);
        const rgba = [...indexes].flatMap((index) => [...palette.subarray(index * 4, index * 4 + 4)]);
        expect([...read.rgba]).toEqual(rgba);
      }),
    );
  });

  it('orders its chunks as the format demands', async () => {
    const palette = colourRamp('viridis');
    const bytes = await encodeIndexedPng({ width: 2, height: 1, indexes: Uint8Array.of(0, 255), palette });
    expect(readPng(bytes).chunkTypes).toEqual(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
    expect([...readPng(bytes).rgba]).toEqual([0, 0, 0, 0, 0xfd, 0xe7, 0x25, 255]);
  });

  it('refuses indexes that do not fill the image and palettes of odd size', async () => {
    const good = { width: 2, height: 2, indexes: new Uint8Array(4), palette: new Uint8Array(8) };
    for (const wrong of [{ width: 3 }, { palette: new Uint8Array(5) }, { palette: new Uint8Array(1028) }]) {
      await expect(encodeIndexedPng({ ...good, ...wrong })).rejects.toThrow(InvalidArgumentError);
    }
  });
});

describe('emptyTilePng', () => {
  it('is one shared, small, transparent tile', async () => {
    const bytes = await emptyTilePng();
    expect(await emptyTilePng()).toBe(bytes);
    expect(bytes.length).toBeLessThan(500);
    const { width, height, rgba } = readPng(bytes);
    expect([width, height]).toEqual([256, 256]);
    expect(rgba.every((byte) => byte === 0)).toBe(true);
  });
});
