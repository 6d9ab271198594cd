import { InvalidArgumentError } from '../../errors/index.js';
import { readColour } from '../colours/colour.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ColourScale } from '../scales/colour-scale.js';
import type { MapStyle } from '../style.js';
import { readEdge } from './colour-members.js';
import { type ColourStyle, colourStyle } from './colour-style.js';
import type { ArrowStyle, BarbStyle, ContourStyle } from './drawing-style.js';

/** What a request says beside the name of its style. Colours are texts as a URL has them. */
export interface StyleOverrides {
  readonly range?: ColourRange;
  /** `extend`, `transparent` or a colour. */
  readonly below?: string;
  readonly above?: string;
  /** A colour, or `transparent`. */
  readonly noData?: string;
  readonly scale?: 'linear' | 'log';
}

/**
 * The style with what a request says instead of what it says itself. A range changes nothing for breaks, categories
 * and intervals, whose values are their own.
 *
 * Throws: InvalidArgumentError for a colour that is none and for what the style's scale cannot take.
 */
export function overrideStyle(style: MapStyle, overrides: StyleOverrides): MapStyle {
  if (Object.values(overrides).every((value) => value === undefined)) return style;
  switch (style.drawing) {
    case 'colours':
      return overrideColours(style, overrides);
    case 'contours':
    case 'arrows':
    case 'barbs':
      return overrideInk(style, overrides);
    case 'hillshade': {
      const { tint } = style;
      if (tint === undefined) return overridePlain(style, overrides);
      return { ...overrideRange(style, overrides), tint: overrideColours(tint, overrides) };
    }
    default:
      return style satisfies never;
  }
}

function overrideInk<S extends ContourStyle | ArrowStyle | BarbStyle>(
  style: S,
  overrides: StyleOverrides,
): S {
  const { ink } = style;
  if (ink.kind === 'plain') return overridePlain(style, overrides);
  const colours = overrideColours(ink.colours, overrides);
  return { ...overrideRange(style, overrides), ink: { kind: 'values', colours } };
}

/** A style without colours for values takes a range, and nothing about colours. */
function overridePlain<S extends { readonly range?: ColourRange }>(style: S, overrides: StyleOverrides): S {
  const { range: _, ...colours } = overrides;
  const [wrong] = Object.entries(colours).find(([, value]) => value !== undefined) ?? [];
  if (wrong === undefined) return overrideRange(style, overrides);
  throw new InvalidArgumentError('this style has no colours for values', {
    member: wrong === 'noData' ? 'nodata' : wrong,
    allowed: 'a drawing with a ramp, such as contours/viridis',
  });
}

function overrideRange<S extends { readonly range?: ColourRange }>(
  style: S,
  { range = style.range }: StyleOverrides,
): S {
  return range === undefined ? style : { ...style, range };
}

function overrideColours(style: ColourStyle, overrides: StyleOverrides): ColourStyle {
  const { range = style.range, below, above, noData } = overrides;
  return colourStyle({
    ramp: style.ramp,
    scale: overrideScale(style.scale, overrides.scale),
    ...(range && { range }),
    below: below === undefined ? style.below : readEdge(below, 'below'),
    above: above === undefined ? style.above : readEdge(above, 'above'),
    noData: noData === undefined ? style.noData : readColour(noData, 'nodata'),
  });
}

function overrideScale(scale: ColourScale, wanted: StyleOverrides['scale']): ColourScale {
  if (wanted === undefined || wanted === scale.kind) return scale;
  if (scale.kind === 'linear' || scale.kind === 'log') return { kind: wanted };
  throw new InvalidArgumentError('this style has a scale of its own', {
    scale: wanted,
    style: scale.kind,
    allowed: 'a style with a linear or logarithmic scale',
  });
}
