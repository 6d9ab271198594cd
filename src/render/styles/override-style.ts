import { InvalidArgumentError } from '../../errors/index.js';
import { readColour } from '../colours/colour.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ColourScale } from '../scales/colour-scale.js';
import type { MapStyle } from '../style.js';
import { colourStyle } from './colour-style.js';
import { readEdge } from './json-style.js';

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
    case 'colours': {
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
    default:
      return style.drawing satisfies never;
  }
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
