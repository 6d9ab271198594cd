import { InvalidArgumentError } from '../errors/index.js';
import { emptyTilePng, encodeIndexedPng } from './files/indexed-png.js';
import { encodePng } from './files/png-file.js';
import { encodeBySharp } from './files/sharp-pictures.js';
import type { IndexedPicture, Picture, RgbaPicture } from './picture.js';

/** Files that a picture can become. */
export type PictureFormat = 'png' | 'webp' | 'jpg';

/**
 * The bytes of a picture as a file. PNG holds every colour exactly; WebP does for pictures of up to 32 colours and is
 * lossy for others; JPEG is lossy and shows white where a picture is transparent.
 *
 * Throws: UnsupportedError for a format that this installation cannot write.
 */
export async function encodePicture(picture: Picture, format: PictureFormat): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return picture.kind === 'indexed' ? encodeIndexed(picture) : encodeRgba(picture);
    case 'webp':
    case 'jpg':
      return encodeBySharp(picture, format);
    default:
      return format satisfies never;
  }
}

function encodeIndexed(picture: IndexedPicture): Promise<Uint8Array> {
  const { width, height, indexes, palette } = picture;
  const isMapTile = width === 256 && height === 256;
  const isEmpty = isMapTile && palette[3] === 0 && indexes.every((index) => index === 0);
  return isEmpty ? emptyTilePng() : encodeIndexedPng(picture);
}

/** Unfiltered: on coloured fields every filter made files larger (68 kB: 70 to 76) and took longer. */
async function encodeRgba({ width, height, pixels }: RgbaPicture): Promise<Uint8Array> {
  if (pixels.length !== width * height * 4 || pixels.length === 0) {
    throw new InvalidArgumentError('a picture needs four bytes per pixel', {
      width,
      height,
      bytes: pixels.length,
    });
  }
  return encodePng({ width, height, colours: 'rgba', pixels, filter: 'none' });
}
