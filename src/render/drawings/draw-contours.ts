import type { Field } from '../field.js';
import type { RgbaPicture } from '../picture.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ContourStyle } from '../styles/drawing-style.js';
import { contourLevels } from './contour-levels.js';
import { contourLines } from './contour-lines.js';
import { inkValues } from './ink.js';
import { InkSheet } from './ink-sheet.js';

/** Pixels beside a tile whose lines reach into it. */
export function contourMargin({ width }: ContourStyle, scale: number): number {
  return Math.ceil((width * scale) / 2) + 2;
}

/** Throws: InvalidArgumentError for an interval that makes too many lines, and what the ink's scale cannot take. */
export function drawContours(
  field: Field,
  { levels, ink, width }: ContourStyle,
  range: ColourRange,
): RgbaPicture {
  const values = contourLevels(levels, range);
  const { palette, indexes } = inkValues(Float32Array.from(values), ink, range);
  const sheet = new InkSheet(field);
  const pens = values.map((_, level) => ({ width: width * (field.scale ?? 1), colour: indexes[level]! }));
  contourLines(field, values, (segment, level) => sheet.line(segment, pens[level]!));
  return sheet.print(palette);
}
