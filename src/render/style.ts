import type { ColourRange } from './colour-indexes.js';
import { colourRamp, type Palette } from './palette.js';

/** How values become a picture; each drawing has what it needs. */
export type MapStyle = ColourStyle;

/** A colour for each value. */
export interface ColourStyle {
  readonly drawing: 'colours';
  readonly palette: Palette;
  /** Values of the first and the last colour; those of the layer's statistics when absent. */
  readonly range?: ColourRange;
}

/** Pixels beyond its own that a drawing looks at, on every side. */
export function marginOf(style: MapStyle): number {
  switch (style.drawing) {
    case 'colours':
      return 0;
    default:
      return style.drawing satisfies never;
  }
}

/** The style that a text means: the name of a ramp. Throws: InvalidArgumentError, listing the names it knows. */
export function parseStyle(text: string): MapStyle {
  return { drawing: 'colours', palette: colourRamp(text) };
}
