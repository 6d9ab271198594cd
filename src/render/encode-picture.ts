import { UnsupportedError } from '../errors/index.js';
import { emptyTilePng, encodeIndexedPng } from './indexed-png.js';
import type { Picture } from './picture.js';

/** Files that a picture can become. */
export type PictureFormat = 'png' | 'webp' | 'jpg';

/**
 * The bytes of a picture as a file.
 *
 * Throws: UnsupportedError for a format that this machine cannot write.
 */
export async function encodePicture(picture: Picture, format: PictureFormat): Promise<Uint8Array> {
  if (format !== 'png' || picture.kind !== 'indexed') {
    throw new UnsupportedError('pictures are written as png', { parameter: 'format', found: format });
  }
  const isMapTile = picture.width === 256 && picture.height === 256;
  if (isMapTile && picture.indexes.every((index) => index === 0)) return emptyTilePng();
  return encodeIndexedPng(picture);
}
