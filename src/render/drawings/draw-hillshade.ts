import { transparent } from '../colours/colour.js';
import { maxColours, type Palette } from '../colours/palette.js';
import { type Ramp, rampOfColours, sampleRamp } from '../colours/ramp.js';
import { type Field, ownValues } from '../field.js';
import type { Picture, RgbaPicture } from '../picture.js';
import type { ColourRange } from '../scales/colour-range.js';
import { scaleIndexes } from '../scales/scale-indexes.js';
import type { ColourStyle } from '../styles/colour-style.js';
import type { HillshadeStyle } from '../styles/drawing-style.js';
import { type Light, shadeField } from './shade-field.js';

/** From black, where no light falls, to white. */
export const shades: Ramp = rampOfColours([
  [0, 0, 0, 255],
  [255, 255, 255, 255],
]);
const greys: Palette = Uint8Array.from([transparent, ...sampleRamp(shades, maxColours)].flat());
/** How white the brightest slopes of coloured relief become. */
const brightest = 0.5;

/** Throws: InvalidArgumentError for a field without margin or ground, and a range that the colours cannot take. */
export function drawHillshade(field: Field, { light, tint }: HillshadeStyle, range: ColourRange): Picture {
  const lit = shadeField(field, light);
  const { width, height } = field;
  if (tint !== undefined)
    return { kind: 'rgba', width, height, pixels: tinted(field, { lit, light, tint, range }) };
  const indexes = new Uint8Array(lit.length);
  for (let pixel = 0; pixel < lit.length; pixel++) {
    const shade = lit[pixel]!;
    if (!Number.isNaN(shade)) indexes[pixel] = 1 + Math.round(shade * (maxColours - 1));
  }
  return { kind: 'indexed', width, height, indexes, palette: greys };
}

interface Tinting {
  readonly lit: Float32Array;
  readonly light: Light;
  readonly tint: ColourStyle;
  readonly range: ColourRange;
}

/** Level ground has the very colour of its height; slopes in the shade are darker, those in the light paler. */
function tinted(field: Field, { lit, light, tint, range }: Tinting): RgbaPicture['pixels'] {
  const { palette, scale, slots } = tint;
  const indexes = scaleIndexes(ownValues(field), scale, { range, slots });
  // As shades are stored: a light from nearly above would make level ground pale otherwise.
  const level = Math.fround(Math.sin((light.altitude * Math.PI) / 180));
  const pixels = new Uint8Array(lit.length * 4);
  for (let pixel = 0; pixel < lit.length; pixel++) {
    const shade = lit[pixel]!;
    const dark = Number.isNaN(shade) ? 1 : Math.min(1, shade / level);
    const pale = shade > level ? (brightest * (shade - level)) / (1 - level) : 0;
    const from = 4 * indexes[pixel]!;
    const white = 255 * pale + 0.5;
    const share = dark * (1 - pale);
    // Storing a number in the array cuts off what is behind the point.
    pixels[4 * pixel] = palette[from]! * share + white;
    pixels[4 * pixel + 1] = palette[from + 1]! * share + white;
    pixels[4 * pixel + 2] = palette[from + 2]! * share + white;
    pixels[4 * pixel + 3] = palette[from + 3]!;
  }
  return pixels;
}
