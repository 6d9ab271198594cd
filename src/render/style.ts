import { type ColourRange, checkColourRange } from './scales/colour-range.js';
import { checkScaleRange, naturalRange, usesRange } from './scales/colour-scale.js';
import type { ColourStyle } from './styles/colour-style.js';

/** How values become a picture; each drawing has what it needs. */
export type MapStyle = ColourStyle;

/** Pixels beyond its own that a drawing looks at, on every side. */
export function marginOf(style: MapStyle): number {
  switch (style.drawing) {
    case 'colours':
      return 0;
    default:
      return style.drawing satisfies never;
  }
}

/** Fields that a drawing is made of: two for the components of a vector. */
export function fieldCountOf(style: MapStyle): number {
  switch (style.drawing) {
    case 'colours':
      return 1;
    default:
      return style.drawing satisfies never;
  }
}

/**
 * Values of the first and the last colour: those of the request, else of the style, else of what is stored of the
 * parameter, else 0 to 1. Take the stored ones from the whole layer, never from a tile: neighbours must agree.
 *
 * Throws: InvalidArgumentError for a range that the style cannot take.
 */
export function rangeOf(
  style: MapStyle,
  {
    requested,
    stored,
  }: { readonly requested?: ColourRange | undefined; readonly stored?: ColourRange | undefined },
): ColourRange {
  const { scale } = style;
  const range = requested ?? style.range ?? naturalRange(scale, stored ?? { low: 0, high: 1 });
  if (usesRange(scale)) checkScaleRange(scale, range);
  else checkColourRange(range);
  return range;
}
