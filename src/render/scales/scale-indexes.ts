import { type ColourRange, checkColourRange } from './colour-range.js';
import { type ColourScale, checkScaleRange, usesRange } from './colour-scale.js';
import { type IndexSlots, scaleSteps } from './scale-steps.js';
import { stepIndexes } from './step-table.js';

/**
 * Palette index of each value: 0 for no data. Infinite values lie below or above every range.
 *
 * Throws: InvalidArgumentError for a range that the scale cannot take.
 */
export function scaleIndexes(
  values: Float32Array,
  scale: ColourScale,
  { range, slots }: { readonly range: ColourRange; readonly slots: IndexSlots },
): Uint8Array {
  if (usesRange(scale)) checkScaleRange(scale, range);
  else checkColourRange(range);
  if (scale.kind === 'cycle') return cycleIndexes(values, scale.count);
  return stepIndexes(values, scaleSteps(scale, range, slots));
}

function cycleIndexes(values: Float32Array, count: number): Uint8Array {
  const indexes = new Uint8Array(values.length);
  for (let cell = 0; cell < values.length; cell++) {
    const turn = Math.round(values[cell]!) % count;
    if (!Number.isNaN(turn)) indexes[cell] = 1 + (turn < 0 ? turn + count : turn);
  }
  return indexes;
}
