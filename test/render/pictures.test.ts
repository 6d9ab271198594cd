import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import {
  drawField,
  emptyTilePng,
  encodePicture,
  hasSharp,
  type Picture,
  parseStyle,
  rgbaPixels,
} from '../../src/render/index.js';
import { readPng } from './read-png.js';

const side = 256;

/** A smooth field with a hole in its upper left corner. */
function tile(style: string): Picture {
  const values = Float32Array.from({ length: side * side }, (_, pixel) => {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    return x < 32 && y < 32 ? Number.NaN : Math.sin(x / 60) + Math.cos(y / 45);
  });
  return drawField({ width: side, height: side, margin: 0, values }, parseStyle(style), { low: -2, high: 2 });
}

const picture = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 })
      .map((pixels): Picture => ({ kind: 'rgba', width, height, pixels })),
  );

describe('encodePicture as PNG', () => {
  it('writes pictures of any colours', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (drawn) => {
        const read = readPng(await encodePicture(drawn, 'png'));
        expect(read).toMatchObject({ width: drawn.width, height: drawn.height, colourType: 6 });
        expect(read.rgba).toEqual(rgbaPixels(drawn));
      }),
    );
  });

  it('writes indexed pictures with the colours that they have in memory', async () => {
    for (const style of ['viridis', '{"breaks":[-1,0,1],"below":"#ff000080","nodata":"white"}', 'set1']) {
      const drawn = tile(style);
      const read = readPng(await encodePicture(drawn, 'png'));
      expect([read.colourType, Buffer.compare(read.rgba, rgbaPixels(drawn))]).toEqual([3, 0]);
    }
  });

  it('shares the empty tile only where no data cannot be seen', async () => {
    const field = {
      width: side,
      height: side,
      margin: 0,
      values: new Float32Array(side * side).fill(Number.NaN),
    };
    const range = { low: 0, high: 1 };
    const clear = await encodePicture(drawField(field, parseStyle('viridis'), range), 'png');
    expect(clear).toBe(await emptyTilePng());
    const white = await encodePicture(drawField(field, parseStyle('{"nodata":"white"}'), range), 'png');
    expect(new Set(readPng(white).rgba)).toEqual(new Set([255]));
  });

  it('refuses pixels that do not fill the picture', async () => {
    const wrong: Picture = { kind: 'rgba', width: 2, height: 2, pixels: new Uint8Array(15) };
    await expect(encodePicture(wrong, 'png')).rejects.toThrow(InvalidArgumentError);
  });

  it('draws as many fields as the style wants', () => {
    const field = { width: 1, height: 1, margin: 0, values: Float32Array.of(1) };
    const range = { low: 0, high: 1 };
    const style = parseStyle('viridis');
    expect(drawField([field], style, range)).toEqual(drawField(field, style, range));
    expect(() => drawField([field, field], style, range)).toThrow(InvalidArgumentError);
  });
});

const isThere = await hasSharp();
if (!isThere) console.warn('sharp is not installed: WebP and JPEG are not tested');

describe.runIf(!isThere)('encodePicture without sharp', () => {
  it('names the format that can be written', async () => {
    await expect(encodePicture(tile('viridis'), 'webp')).rejects.toThrow(UnsupportedError);
    await expect(encodePicture(tile('viridis'), 'jpg')).rejects.toMatchObject({ fields: { allowed: 'png' } });
  });
});

describe.runIf(isThere)('encodePicture by sharp', () => {
  /** RGBA of a file, by libvips' decoders. */
  async function decode(bytes: Uint8Array): Promise<{ format: string; pixels: Uint8Array }> {
    const { default: sharp } = await import('sharp');
    const { format } = await sharp(bytes).metadata();
    return { format, pixels: await sharp(bytes).ensureAlpha().raw().toBuffer() };
  }

  /** Largest difference of a channel between two pictures where the first can be seen. */
  function largestDifference(a: Uint8Array, b: Uint8Array): number {
    return a.reduce((most, byte, at) => {
      const isSeen = a[at - (at % 4) + 3]! > 0;
      return isSeen ? Math.max(most, Math.abs(byte - b[at]!)) : most;
    }, 0);
  }

  it('keeps every colour of few in WebP', async () => {
    for (const style of ['{"breaks":[-1,0,1],"below":"#ff000080"}', 'set1']) {
      const drawn = tile(style);
      const { format, pixels } = await decode(await encodePicture(drawn, 'webp'));
      expect(format).toBe('webp');
      expect(largestDifference(rgbaPixels(drawn), pixels)).toBe(0);
    }
  });

  it('comes near to the colours of ramps in WebP, with no data transparent', async () => {
    const drawn = tile('viridis');
    const file = await encodePicture(drawn, 'webp');
    const { pixels } = await decode(file);
    const opacities = (bytes: Uint8Array) => bytes.filter((_, at) => at % 4 === 3);
    expect(Buffer.compare(opacities(pixels), opacities(rgbaPixels(drawn)))).toBe(0);
    const inner = (bytes: Uint8Array) => bytes.subarray(40 * side * 4);
    expect(largestDifference(inner(rgbaPixels(drawn)), inner(pixels))).toBeLessThan(12);
    expect(file.length).toBeLessThan((await encodePicture(drawn, 'png')).length);
  });

  it('shows no data white in JPEG', async () => {
    const drawn = tile('viridis');
    const { format, pixels } = await decode(await encodePicture(drawn, 'jpg'));
    expect(format).toBe('jpeg');
    expect([...pixels.subarray(0, 4)].map((byte) => Math.round(byte / 8))).toEqual([32, 32, 32, 32]);
    const inner = (bytes: Uint8Array) => bytes.subarray(40 * side * 4);
    expect(largestDifference(inner(rgbaPixels(drawn)), inner(pixels))).toBeLessThan(12);
  });

  it('reads our own files, of indexes and of colours, as they were drawn', async () => {
    const drawn = tile('turbo');
    const rgba: Picture = { kind: 'rgba', width: side, height: side, pixels: rgbaPixels(drawn) };
    for (const one of [drawn, rgba]) {
      const { format, pixels } = await decode(await encodePicture(one, 'png'));
      expect([format, largestDifference(rgbaPixels(drawn), pixels)]).toEqual(['png', 0]);
    }
  });
});
