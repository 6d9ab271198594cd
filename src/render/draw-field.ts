import { InvalidArgumentError } from '../errors/index.js';
import { drawContours } from './drawings/draw-contours.js';
import { drawHillshade } from './drawings/draw-hillshade.js';
import { drawWind } from './drawings/draw-wind.js';
import { type Field, ownValues } from './field.js';
import type { Picture } from './picture.js';
import type { ColourRange } from './scales/colour-range.js';
import { scaleIndexes } from './scales/scale-indexes.js';
import { fieldCountOf, type MapStyle } from './style.js';

/**
 * The picture of a field, or of as many as `fieldCountOf` says, with the margin that `marginOf` says; its colours over
 * `range`.
 *
 * Throws: InvalidArgumentError for a range or unit that the style cannot take and for too few or too many fields.
 */
export function drawField(
  fields: Field | readonly [Field, ...Field[]],
  style: MapStyle,
  range: ColourRange,
): Picture {
  const [field, ...others] = 'width' in fields ? [fields] : fields;
  checkCount(1 + others.length, fieldCountOf(style));
  switch (style.drawing) {
    case 'colours': {
      const { width, height } = field;
      const indexes = scaleIndexes(ownValues(field), style.scale, { range, slots: style.slots });
      return { kind: 'indexed', width, height, indexes, palette: style.palette };
    }
    case 'contours':
      return drawContours(field, style, range);
    case 'hillshade':
      return drawHillshade(field, style, range);
    case 'arrows':
    case 'barbs':
      return drawWind([field, others[0]!], style, range);
    default:
      return style satisfies never;
  }
}

function checkCount(found: number, allowed: number): void {
  if (found === allowed) return;
  throw new InvalidArgumentError('a style is drawn from another number of parameters', { found, allowed });
}
