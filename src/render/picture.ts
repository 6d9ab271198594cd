import type { Palette } from './colours/palette.js';

/** A picture, row by row from the top left: one palette index for each pixel, or four bytes RGBA. */
export type Picture = IndexedPicture | RgbaPicture;

export interface IndexedPicture {
  readonly kind: 'indexed';
  readonly width: number;
  readonly height: number;
  readonly indexes: Uint8Array;
  /** Index 0 is the colour of no data. */
  readonly palette: Palette;
}

export interface RgbaPicture {
  readonly kind: 'rgba';
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** Four bytes RGBA for each pixel. */
export function rgbaPixels(picture: Picture): Uint8Array {
  if (picture.kind === 'rgba') return picture.pixels;
  const { indexes, palette } = picture;
  const colours = new Uint32Array(256);
  new Uint8Array(colours.buffer).set(palette);
  const pixels = new Uint32Array(indexes.length);
  for (let pixel = 0; pixel < indexes.length; pixel++) pixels[pixel] = colours[indexes[pixel]!]!;
  return new Uint8Array(pixels.buffer);
}
