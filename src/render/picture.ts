import type { Palette } from './palette.js';

/** A picture, row by row from the top left: one palette index for each pixel, or four bytes RGBA. */
export type Picture =
  | {
      readonly kind: 'indexed';
      readonly width: number;
      readonly height: number;
      readonly indexes: Uint8Array;
      /** Index 0 is transparent. */
      readonly palette: Palette;
    }
  | {
      readonly kind: 'rgba';
      readonly width: number;
      readonly height: number;
      readonly pixels: Uint8Array;
    };
