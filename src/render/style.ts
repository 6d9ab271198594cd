import { contourMargin } from './drawings/draw-contours.js';
import { barbKnots, windMargin } from './drawings/draw-wind.js';
import { shadeMargin } from './drawings/shade-field.js';
import type { Field } from './field.js';
import { type ColourRange, checkColourRange } from './scales/colour-range.js';
import { checkScaleRange, naturalRange, usesRange } from './scales/colour-scale.js';
import type { ColourStyle } from './styles/colour-style.js';
import type { ArrowStyle, BarbStyle, ContourStyle, HillshadeStyle } from './styles/drawing-style.js';

/** How values become a picture; each drawing has what it needs. */
export type MapStyle = ColourStyle | ContourStyle | HillshadeStyle | ArrowStyle | BarbStyle;

/** Pixels beyond its own that a drawing looks at, on every side, in a picture of `scale` (see `Field`). */
export function marginOf(style: MapStyle, scale = 1): number {
  switch (style.drawing) {
    case 'colours':
      return 0;
    case 'contours':
      return contourMargin(style, scale);
    case 'hillshade':
      return shadeMargin;
    case 'arrows':
    case 'barbs':
      return windMargin(style, scale);
    default:
      return style satisfies never;
  }
}

/** Fields that a drawing is made of: two for the components of a vector, to the east and to the north. */
export function fieldCountOf({ drawing }: MapStyle): 1 | 2 {
  return drawing === 'arrows' || drawing === 'barbs' ? 2 : 1;
}

/** Throws: InvalidArgumentError for values whose units the style cannot draw. */
export function checkUnits(style: MapStyle, units: readonly Pick<Field, 'unit'>[]): void {
  if (style.drawing === 'barbs') barbKnots(style, [units[0] ?? {}, units[1] ?? {}]);
}

/** The colours that a style has for values. */
export function coloursOf(style: MapStyle): ColourStyle | undefined {
  switch (style.drawing) {
    case 'colours':
      return style;
    case 'hillshade':
      return style.tint;
    case 'contours':
    case 'arrows':
    case 'barbs':
      return style.ink.kind === 'values' ? style.ink.colours : undefined;
    default:
      return style satisfies never;
  }
}

/**
 * Values of the first and the last colour: those of the request, else of the style, else of what is stored of the
 * parameter (of a wind: `speedRange`), else 0 to 1. Take the stored ones from the whole layer, never from a tile:
 * neighbours must agree. Contour lines have values of the range, arrows are longest at its high end.
 *
 * Throws: InvalidArgumentError for a range that the style cannot take.
 */
export function rangeOf(
  style: MapStyle,
  {
    requested,
    stored = { low: 0, high: 1 },
  }: { readonly requested?: ColourRange | undefined; readonly stored?: ColourRange | undefined },
): ColourRange {
  const scale = coloursOf(style)?.scale;
  const range = requested ?? style.range ?? (scale === undefined ? stored : naturalRange(scale, stored));
  if (scale !== undefined && usesRange(scale)) checkScaleRange(scale, range);
  else checkColourRange(range);
  return range;
}

/** Speeds that components in these ranges can have at most: from 0 on. */
export function speedRange(u: ColourRange, v: ColourRange): ColourRange {
  const largest = ({ low, high }: ColourRange) => Math.max(Math.abs(low), Math.abs(high));
  return { low: 0, high: Math.hypot(largest(u), largest(v)) };
}
