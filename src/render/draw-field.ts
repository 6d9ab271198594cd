import { type ColourRange, colourIndexes } from './colour-indexes.js';
import { type Field, ownValues } from './field.js';
import type { Picture } from './picture.js';
import type { MapStyle } from './style.js';

/**
 * The picture of a field, its colours over `range`.
 *
 * Throws: InvalidArgumentError for a range that is none.
 */
export function drawField(field: Field, style: MapStyle, range: ColourRange): Picture {
  switch (style.drawing) {
    case 'colours': {
      const indexes = colourIndexes(ownValues(field), range);
      return { kind: 'indexed', width: field.width, height: field.height, indexes, palette: style.palette };
    }
    default:
      return style.drawing satisfies never;
  }
}
