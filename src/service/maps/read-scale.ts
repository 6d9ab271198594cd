import { InvalidArgumentError } from '../../errors/index.js';
import { shorten } from '../http/query-text.js';
import { maxScale } from './map-parameters.js';

/** Pixels for each of a tile's 256 on a side, from the 2 of `@2x` or `scale=2`. Throws: InvalidArgumentError. */
export function readScale(text = '1'): number {
  const scale = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (scale >= 1 && scale <= maxScale) return scale;
  throw new InvalidArgumentError('tiles of this size are not drawn', {
    parameter: 'scale',
    found: shorten(text),
    allowed: `1 to ${maxScale}`,
  });
}
