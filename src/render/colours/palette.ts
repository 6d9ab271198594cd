import { isSameColour, type Rgba, transparent } from './colour.js';
import { namedRamp } from './named-ramps.js';
import { sampleRamp } from './ramp.js';

/** RGBA of up to 256 colours, four bytes each. Colour 0 is that of no data, those of values run from 1 on. */
export type Palette = Uint8Array;

/** What becomes of values beyond a range: the first or last colour goes on, or a colour of their own. */
export type EdgeColour = 'extend' | Rgba;

/** A palette and what its indexes mean. */
export interface ColourTable {
  readonly palette: Palette;
  /** Colours 1 to `count` are those of values. */
  readonly count: number;
  /** Indexes for values below and above: 1 and `count`, 0 or one behind the colours. */
  readonly below: number;
  readonly above: number;
}

/** Colours that a palette has room for, beside that of no data. */
export const maxColours = 255;

/** Places that colours for values beyond a range take from a palette. */
export function edgesBeside(noData: Rgba, edges: readonly EdgeColour[]): number {
  return edges.filter((edge) => edge !== 'extend' && !isSameColour(edge, noData)).length;
}

/** Colours of values behind that of no data, then those of values below and above where they have their own. */
export function colourTable(
  colours: readonly Rgba[],
  { noData, below, above }: { readonly noData: Rgba; readonly below: EdgeColour; readonly above: EdgeColour },
): ColourTable {
  const all = [noData, ...colours];
  const place = (edge: EdgeColour, extended: number): number => {
    if (edge === 'extend') return extended;
    // No data and beyond the range look the same: one index keeps a tile of nothing else empty.
    return isSameColour(edge, noData) ? 0 : all.push(edge) - 1;
  };
  const edges = { below: place(below, 1), above: place(above, colours.length) };
  return { palette: Uint8Array.from(all.flat()), count: colours.length, ...edges };
}

const ramps = new Map<string, Palette>();

/**
 * The 256 colours of a ramp: 0 transparent for no data, 1..255 evenly along the ramp. Shared: do not change it.
 *
 * Throws: InvalidArgumentError, listing the names, for one it does not know.
 */
export function colourRamp(name: string): Palette {
  const known = ramps.get(name);
  if (known !== undefined) return known;
  const colours = sampleRamp(namedRamp(name), maxColours);
  const { palette } = colourTable(colours, { noData: transparent, below: 'extend', above: 'extend' });
  ramps.set(name, palette);
  return palette;
}
