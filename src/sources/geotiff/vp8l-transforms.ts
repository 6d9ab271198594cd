import { CorruptionError } from '../../errors/index.js';
import type { BitReader } from './vp8l-bits.js';
import { predictPixel } from './vp8l-predict.js';

/** Pixels as 0xAARRGGBB, row by row. */
export interface ArgbImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint32Array;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A step that made a picture easier to compress; `width` is that of the picture before it. */
export type Transform =
  | {
      readonly kind: 'predictor' | 'colour';
      readonly width: number;
      readonly blockBits: number;
      readonly data: ArgbImage;
    }
  | { readonly kind: 'subtract-green'; readonly width: number }
  | {
      readonly kind: 'palette';
      readonly width: number;
      readonly packBits: number;
      readonly colours: Uint32Array;
    };

const KINDS = ['predictor', 'colour', 'subtract-green', 'palette'] as const;

/** Reads the transforms in the order in which they were applied, and the width that is left. */
export function readTransforms(
  bits: BitReader,
  { width, height }: Size,
  readImage: (bits: BitReader, size: Size) => ArgbImage,
): { readonly transforms: readonly Transform[]; readonly codedWidth: number } {
  const transforms: Transform[] = [];
  let codedWidth = width;
  while (bits.read(1) === 1) {
    const kind = KINDS[bits.read(2)]!;
    if (transforms.some((known) => known.kind === kind))
      throw new CorruptionError('WebP: transform occurs twice', { kind });
    if (kind === 'subtract-green') transforms.push({ kind, width: codedWidth });
    else if (kind === 'palette') {
      const size = bits.read(8) + 1;
      const colours = readImage(bits, { width: size, height: 1 }).pixels;
      for (let k = 1; k < size; k++) colours[k] = addPixels(colours[k]!, colours[k - 1]!);
      const packBits = size <= 2 ? 3 : size <= 4 ? 2 : size <= 16 ? 1 : 0;
      transforms.push({ kind, width: codedWidth, packBits, colours });
      codedWidth = Math.ceil(codedWidth / 2 ** packBits);
    } else {
      const blockBits = bits.read(3) + 2;
      const data = readImage(bits, {
        width: Math.ceil(codedWidth / 2 ** blockBits),
        height: Math.ceil(height / 2 ** blockBits),
      });
      transforms.push({ kind, width: codedWidth, blockBits, data });
    }
  }
  return { transforms, codedWidth };
}

/** Undoes the transforms, last first. */
export function undoTransforms(image: ArgbImage, transforms: readonly Transform[]): Uint32Array {
  let { pixels } = image;
  for (const transform of transforms.toReversed()) {
    const { width } = transform;
    if (transform.kind === 'subtract-green') pixels = pixels.map(addGreen);
    else if (transform.kind === 'palette') pixels = fromPalette(pixels, image.height, transform);
    else if (transform.kind === 'predictor') addPredictions(pixels, transform);
    else
      for (let at = 0; at < pixels.length; at++)
        pixels[at] = undoColour(pixels[at]!, blockPixel(transform, at % width, Math.floor(at / width)));
  }
  return pixels;
}

function blockPixel(
  { blockBits, data }: { readonly blockBits: number; readonly data: ArgbImage },
  x: number,
  y: number,
): number {
  return data.pixels[(y >> blockBits) * data.width + (x >> blockBits)]!;
}

function addPredictions(
  pixels: Uint32Array,
  transform: { readonly width: number; readonly blockBits: number; readonly data: ArgbImage },
): void {
  const { width } = transform;
  for (let at = 0; at < pixels.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const mode = (blockPixel(transform, x, y) >> 8) & 15;
    pixels[at] = addPixels(pixels[at]!, predictPixel(pixels, { at, width, mode }));
  }
}

/** Adds each of the four bytes on its own. */
function addPixels(a: number, b: number): number {
  const alphaAndGreen = (a & 0xff00ff00) + (b & 0xff00ff00);
  const redAndBlue = (a & 0x00ff00ff) + (b & 0x00ff00ff);
  return ((alphaAndGreen & 0xff00ff00) | (redAndBlue & 0x00ff00ff)) >>> 0;
}

function addGreen(pixel: number): number {
  const green = (pixel >> 8) & 255;
  return addPixels(pixel, (green << 16) | green);
}

/** Red and blue were stored less parts of green and red. */
function undoColour(pixel: number, factors: number): number {
  const green = signed(pixel >> 8);
  const red = ((pixel >> 16) + ((signed(factors) * green) >> 5)) & 255;
  const blue =
    (pixel + ((signed(factors >> 8) * green) >> 5) + ((signed(factors >> 16) * signed(red)) >> 5)) & 255;
  return ((pixel & 0xff00ff00) | (red << 16) | blue) >>> 0;
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

function fromPalette(
  pixels: Uint32Array,
  height: number,
  { width, packBits, colours }: Extract<Transform, { kind: 'palette' }>,
): Uint32Array {
  const out = new Uint32Array(width * height);
  const packedWidth = Math.ceil(width / 2 ** packBits);
  const indexBits = 8 >> packBits;
  const perByte = 2 ** packBits - 1;
  for (let at = 0; at < out.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const packed = (pixels[y * packedWidth + (x >> packBits)]! >> 8) & 255;
    // An index beyond the palette is transparent black.
    out[at] = colours[(packed >> ((x & perByte) * indexBits)) & (2 ** indexBits - 1)] ?? 0;
  }
  return out;
}
