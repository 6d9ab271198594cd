import type { ColourRange } from '../scales/colour-range.js';
import { scaleIndexes } from '../scales/scale-indexes.js';

/** Index 0 of a ramp is for no data. */
const RAMP = { count: 255, below: 1, above: 255 };

/** Index of each value in the palette of a ramp, values beyond the range in its last colours. Throws: as `scaleIndexes`. */
export function rampIndexes(values: Float64Array, range: ColourRange): Uint8Array {
  return scaleIndexes(Float32Array.from(values), { kind: 'linear' }, { range, slots: RAMP });
}
