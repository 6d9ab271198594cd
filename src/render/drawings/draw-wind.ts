import { InvalidArgumentError } from '../../errors/index.js';
import type { Field } from '../field.js';
import type { RgbaPicture } from '../picture.js';
import type { ColourRange } from '../scales/colour-range.js';
import type { ArrowStyle, BarbStyle } from '../styles/drawing-style.js';
import { arrowReach, drawArrow } from './arrow-glyph.js';
import { barbReach, drawBarb } from './barb-glyph.js';
import { inkValues } from './ink.js';
import { InkSheet } from './ink-sheet.js';
import { latticeWinds, windSpeeds } from './wind-lattice.js';
import { knotsPerUnit } from './wind-unit.js';

/** Glyphs of wider lattices are not larger than this, in pixels. */
const maxGlyphSize = 32;

/** Pixels beside a tile whose glyphs reach into it. */
export function windMargin(style: ArrowStyle | BarbStyle, scale: number): number {
  const size = glyphSize(style) * scale;
  const reach = style.drawing === 'arrows' ? arrowReach(size) : barbReach(size);
  return Math.ceil(reach + style.width * scale) + 1;
}

/**
 * The winds of two fields, components to the east and to the north, as glyphs. The first pixel of the field lies a whole
 * number of spacings from the corner of the world.
 *
 * Throws: InvalidArgumentError for fields of different sizes, a unit that barbs cannot be drawn from, and a range that
 * the ink's scale cannot take.
 */
export function drawWind(
  [u, v]: readonly [Field, Field],
  style: ArrowStyle | BarbStyle,
  range: ColourRange,
): RgbaPicture {
  const scale = u.scale ?? 1;
  const winds = [...latticeWinds(u, v, style.spacing * scale)];
  const speeds = windSpeeds(winds);
  const { palette, indexes } = inkValues(speeds, style.ink, range);
  const sheet = new InkSheet(u);
  const size = glyphSize(style) * scale;
  const knots = style.drawing === 'barbs' ? barbKnots(style, [u, v]) : 0;
  for (const [at, wind] of winds.entries()) {
    const pen = { width: style.width * scale, colour: indexes[at]! };
    const speed = speeds[at]!;
    // An index of 0 is no data: a speed that the ink has no colour for.
    if (pen.colour === 0) continue;
    if (style.drawing === 'arrows') drawArrow(sheet, wind, { speed, size, pen, fastest: range.high });
    else drawBarb(sheet, wind, { knots: speed * knots, size, pen });
  }
  return sheet.print(palette);
}

/** Knots in one of the unit that both components have. */
export function barbKnots(
  { unit }: BarbStyle,
  [u, v]: readonly [Pick<Field, 'unit'>, Pick<Field, 'unit'>],
): number {
  if (unit !== undefined) return knotsPerUnit(unit);
  const knots = knotsPerUnit(u.unit);
  if (knotsPerUnit(v.unit) === knots) return knots;
  throw new InvalidArgumentError('both components of a wind have the same unit', {
    found: v.unit,
    allowed: u.unit,
  });
}

/** Pixels that a glyph is about as large as. */
export function glyphSize({ spacing }: ArrowStyle | BarbStyle): number {
  return Math.min(spacing, maxGlyphSize);
}
