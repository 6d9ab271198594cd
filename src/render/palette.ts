import * as scales from 'd3-scale-chromatic';
import { InvalidArgumentError } from '../errors/index.js';

/** RGBA of up to 256 colours, four bytes each. Of a ramp, colour 0 is transparent and 1..255 run from low to high. */
export type Palette = Uint8Array;

/** The sequential and diverging schemes of d3-scale-chromatic; the cyclical ones would show two ends as one. */
const interpolators: ReadonlyMap<string, (t: number) => string> = new Map([
  ['blues', scales.interpolateBlues],
  ['brbg', scales.interpolateBrBG],
  ['bugn', scales.interpolateBuGn],
  ['bupu', scales.interpolateBuPu],
  ['cividis', scales.interpolateCividis],
  ['cool', scales.interpolateCool],
  ['cubehelix', scales.interpolateCubehelixDefault],
  ['gnbu', scales.interpolateGnBu],
  ['greens', scales.interpolateGreens],
  ['greys', scales.interpolateGreys],
  ['inferno', scales.interpolateInferno],
  ['magma', scales.interpolateMagma],
  ['oranges', scales.interpolateOranges],
  ['orrd', scales.interpolateOrRd],
  ['piyg', scales.interpolatePiYG],
  ['plasma', scales.interpolatePlasma],
  ['prgn', scales.interpolatePRGn],
  ['pubu', scales.interpolatePuBu],
  ['pubugn', scales.interpolatePuBuGn],
  ['puor', scales.interpolatePuOr],
  ['purd', scales.interpolatePuRd],
  ['purples', scales.interpolatePurples],
  ['rdbu', scales.interpolateRdBu],
  ['rdgy', scales.interpolateRdGy],
  ['rdpu', scales.interpolateRdPu],
  ['rdylbu', scales.interpolateRdYlBu],
  ['rdylgn', scales.interpolateRdYlGn],
  ['reds', scales.interpolateReds],
  ['spectral', scales.interpolateSpectral],
  ['turbo', scales.interpolateTurbo],
  ['viridis', scales.interpolateViridis],
  ['warm', scales.interpolateWarm],
  ['ylgn', scales.interpolateYlGn],
  ['ylgnbu', scales.interpolateYlGnBu],
  ['ylorbr', scales.interpolateYlOrBr],
  ['ylorrd', scales.interpolateYlOrRd],
]);

const ramps = new Map<string, Palette>();

/** Names that `colourRamp` knows, sorted. */
export const rampNames: readonly string[] = [...interpolators.keys()];

/**
 * The 256 colours of a ramp: 0 transparent for no data, 1..255 evenly along the ramp. Shared: do not change it.
 *
 * Throws: InvalidArgumentError, listing the names, for one it does not know.
 */
export function colourRamp(name: string): Palette {
  const known = ramps.get(name);
  if (known !== undefined) return known;
  const interpolate = interpolators.get(name);
  if (interpolate === undefined) {
    throw new InvalidArgumentError('unknown style', { style: name, known: rampNames });
  }
  const rgba = new Uint8Array(256 * 4);
  for (let index = 1; index < 256; index++) {
    rgba.set([...parseColour(interpolate((index - 1) / 254)), 255], index * 4);
  }
  ramps.set(name, rgba);
  return rgba;
}

/** The package answers '#rrggbb' for some schemes and 'rgb(r, g, b)' for others. */
function parseColour(text: string): [number, number, number] {
  const [, red = '', green = '', blue = ''] =
    /^#(..)(..)(..)$/.exec(text) ?? /^rgb\((\d+), *(\d+), *(\d+)\)$/.exec(text) ?? [];
  const radix = text.startsWith('#') ? 16 : 10;
  return [Number.parseInt(red, radix), Number.parseInt(green, radix), Number.parseInt(blue, radix)];
}
