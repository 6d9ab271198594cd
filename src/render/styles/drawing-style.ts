import type { Rgba } from '../colours/colour.js';
import type { ContourLevels } from '../drawings/contour-levels.js';
import type { Light } from '../drawings/shade-field.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ColourStyle } from './colour-style.js';

/** What lines and glyphs are drawn with: one colour, or colours for values. */
export type Ink =
  | { readonly kind: 'plain'; readonly colour: Rgba }
  | { readonly kind: 'values'; readonly colours: ColourStyle };

/** Lines of equal value. */
export interface ContourStyle {
  readonly drawing: 'contours';
  readonly levels: ContourLevels;
  readonly ink: Ink;
  /** Pixels. */
  readonly width: number;
  readonly range?: ColourRange;
}

/** Relief in the light of a sun, in greys, or in colours for heights. */
export interface HillshadeStyle {
  readonly drawing: 'hillshade';
  readonly light: Light;
  readonly tint?: ColourStyle;
  readonly range?: ColourRange;
}

interface WindStyle {
  readonly ink: Ink;
  /** Pixels of lines, and from one glyph to the next. */
  readonly width: number;
  readonly spacing: number;
  /** Speeds. */
  readonly range?: ColourRange;
}

/** Arrows as long as the wind is fast. */
export interface ArrowStyle extends WindStyle {
  readonly drawing: 'arrows';
}

/** Barbs as weather charts have them. */
export interface BarbStyle extends WindStyle {
  readonly drawing: 'barbs';
  /** Of both components; the parameters' own when absent. */
  readonly unit?: string;
}
