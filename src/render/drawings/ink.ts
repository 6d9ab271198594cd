import type { Palette } from '../colours/palette.js';
import type { ColourRange } from '../scales/colour-range.js';
import { scaleIndexes } from '../scales/scale-indexes.js';
import type { Ink } from '../styles/drawing-style.js';

/** Colours of things that have values: a palette and the index of each. */
export interface InkedValues {
  readonly palette: Palette;
  readonly indexes: Uint8Array;
}

/** Throws: InvalidArgumentError for a range that the ink's scale cannot take. */
export function inkValues(values: Float32Array, ink: Ink, range: ColourRange): InkedValues {
  switch (ink.kind) {
    case 'plain':
      return {
        palette: Uint8Array.of(0, 0, 0, 0, ...ink.colour),
        indexes: new Uint8Array(values.length).fill(1),
      };
    case 'values': {
      const { palette, scale, slots } = ink.colours;
      return { palette, indexes: scaleIndexes(values, scale, { range, slots }) };
    }
    default:
      return ink satisfies never;
  }
}
