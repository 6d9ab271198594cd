import type Sharp from 'sharp';
import { UnsupportedError } from '../../errors/index.js';
import { type Picture, rgbaPixels } from '../picture.js';

/** Formats that the optional package sharp writes. */
export type SharpFormat = 'webp' | 'jpg';

/** Few colours have edges that must stay where they are; of many, neighbours in the ramp look alike anyway. */
const maxLosslessColours = 33;
const webpQuality = 90;
const jpegQuality = 90;

let loaded: Promise<typeof Sharp | undefined> | undefined;

/** Whether this installation can write WebP and JPEG. */
export async function hasSharp(): Promise<boolean> {
  return (await loadSharp()) !== undefined;
}

/**
 * WebP or JPEG of a picture, made by libvips' threads. Quality 90: 3 ms and 4 kB for a smooth 256 x 256 tile of 255
 * colours, where lossless takes 12 ms and as much as PNG (39 kB); so only pictures of few colours are lossless.
 * JPEG knows no transparency: what can be seen through becomes white.
 *
 * Throws: UnsupportedError when sharp is not installed.
 */
export async function encodeBySharp(picture: Picture, format: SharpFormat): Promise<Uint8Array> {
  const sharp = await loadSharp();
  if (sharp === undefined) {
    throw new UnsupportedError('this installation has no sharp, which writes WebP and JPEG', {
      parameter: 'format',
      found: format,
      allowed: 'png',
    });
  }
  const { width, height } = picture;
  const image = sharp(rgbaPixels(picture), { raw: { width, height, channels: 4 } });
  if (format === 'jpg') {
    return image
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' })
      .toBuffer();
  }
  const lossless = picture.kind === 'indexed' && picture.palette.length <= 4 * maxLosslessColours;
  return image.webp({ lossless, quality: webpQuality, effort: 0 }).toBuffer();
}

function loadSharp(): Promise<typeof Sharp | undefined> {
  loaded ??= importSharp();
  return loaded;
}

/** Absent, or without the binary for this machine: both mean that it is not there. */
async function importSharp(): Promise<typeof Sharp | undefined> {
  try {
    const { default: sharp } = await import('sharp');
    // Tiles come many at a time: one thread each, and nothing kept between them.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  } catch {
    return undefined;
  }
}
