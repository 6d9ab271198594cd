import type { Palette } from '../colours/palette.js';
import { html, type Markup } from '../markup.js';
import type { ColourRange } from '../scales/colour-range.js';
import { drawing, scaleOf } from './drawing.js';
import { rampIndexes } from './ramp-indexes.js';
import { numberTicks } from './ticks.js';

const WIDTH = 640;
const HEIGHT = 64;
const BAR = { left: 40, right: WIDTH - 40, top: 4, bottom: 24 };
const STRIPES = 64;
const MAX_TICKS = 5;

/** Which colours stand for which values; a single stripe where there is only one value. */
export function colourLegend(palette: Palette, range: ColourRange, title: string): Markup {
  const toX = scaleOf({ range }, BAR.left, BAR.right);
  const ticks = numberTicks(range, MAX_TICKS);
  const { low, high } = range;
  const values =
    low === high
      ? [low]
      : Array.from({ length: STRIPES }, (_, i) => low + ((high - low) * i) / (STRIPES - 1));
  const width = (BAR.right - BAR.left) / values.length;
  const stripes = hexColours(Float64Array.from(values), range, palette).map(
    (colour, i) =>
      html`<rect x="${(BAR.left + i * width).toFixed(1)}" y="${BAR.top}" width="${(width + 0.5).toFixed(1)}" height="${BAR.bottom - BAR.top}" fill="${colour}"/>`,
  );
  const marks = ticks.map(({ value, label }) => {
    const at = toX(value).toFixed(1);
    return html`<path class="axis" d="M${at} ${BAR.bottom}v5"/><text x="${at}" y="${BAR.bottom + 22}" text-anchor="middle">${label}</text>`;
  });
  const description = `Colours from ${low} to ${high}`;
  return html`<div class="ramp">${drawing({ width: WIDTH, height: HEIGHT, title, description }, html`${stripes}${marks}`)}</div>`;
}

/** The colour of each value as CSS has it; undefined for a missing one. Throws: as `rampIndexes`. */
export function hexColours(
  values: Float64Array,
  range: ColourRange,
  palette: Palette,
): (string | undefined)[] {
  return Array.from(rampIndexes(values, range), (index) =>
    index === 0 ? undefined : `#${Buffer.from(palette.subarray(index * 4, index * 4 + 3)).toString('hex')}`,
  );
}
