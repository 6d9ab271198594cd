import { formatColour } from '../colours/colour.js';
import type { Palette } from '../colours/palette.js';

/** The colour that an index of a palette means, as text. */
export function paletteColour({ palette }: { readonly palette: Palette }, index: number): string {
  const [red = 0, green = 0, blue = 0, opacity = 0] = palette.subarray(4 * index, 4 * index + 4);
  return formatColour([red, green, blue, opacity]);
}
