import { formatColour, type Rgba } from '../colours/colour.js';
import { arrowLength } from '../drawings/arrow-glyph.js';
import { contourLevels } from '../drawings/contour-levels.js';
import { glyphSize } from '../drawings/draw-wind.js';
import { inkValues } from '../drawings/ink.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ArrowStyle, ContourStyle } from '../styles/drawing-style.js';
import type { ArrowKey, CategoriesKey } from './legend-key.js';
import { paletteColour } from './palette-colour.js';
import { formatTick, linearTicks } from './ticks.js';

/** The value and colour of each line that a range has. */
export function contourKey({ levels, ink }: ContourStyle, range: ColourRange): CategoriesKey {
  const values = contourLevels(levels, range);
  const inked = inkValues(Float32Array.from(values), ink, range);
  const categories = values.map((value, at) => ({
    value,
    colour: paletteColour(inked, inked.indexes[at]!),
    label: formatTick(value),
  }));
  return { kind: 'categories', categories };
}

/** The arrow of a round speed, a large one of the range. */
export function arrowKey(style: ArrowStyle, colour: Rgba, { high }: ColourRange): ArrowKey {
  const value = linearTicks({ low: 0, high: Math.max(0, high) }, 2).at(-1)!;
  const pixels = arrowLength(value, high, glyphSize(style));
  return { kind: 'arrow', value, pixels, colour: formatColour(colour), label: formatTick(value) };
}

/** What the parts of a barb mean, in knots. */
export function barbKey(colour: Rgba): CategoriesKey {
  const parts = [
    { value: 5, label: 'half feather: 5 kt' },
    { value: 10, label: 'feather: 10 kt' },
    { value: 50, label: 'pennant: 50 kt' },
  ];
  return { kind: 'categories', categories: parts.map((part) => ({ ...part, colour: formatColour(colour) })) };
}
