import { formatColour } from '../colours/colour.js';
import { namedRamps, type RampKind, rampNames } from '../colours/named-ramps.js';
import { sampleRamp } from '../colours/ramp.js';
import { shades } from '../drawings/draw-hillshade.js';
import { fieldCountOf, type MapStyle } from '../style.js';
import { defaultDrawings } from './default-drawings.js';
import type { Ink } from './drawing-style.js';

/** A style as lists of styles show it. */
export interface StyleSummary {
  readonly id: string;
  readonly title: string;
  readonly drawing: MapStyle['drawing'];
  /** Of the ramp; drawings that are no plain colours have none of their own. */
  readonly kind: RampKind | 'drawing';
  /** Parameters that it is drawn from. */
  readonly parameters: 1 | 2;
  /** Sixteen colours along the ramp, all of a set, or the one of a drawing, as `#rrggbb`. */
  readonly colours: readonly string[];
}

const sampleSize = 16;

const titles = {
  contours: 'Contour lines',
  hillshade: 'Hillshade',
  arrows: 'Wind arrows',
  barbs: 'Wind barbs',
};

/**
 * Names of styles, drawings after ramps; a ramp is also known with `_r` behind it, turned around, and may follow a drawing
 * (`contours/viridis`).
 */
export const styleNames: readonly string[] = [...rampNames, ...Object.keys(defaultDrawings)];

/** All styles that have a name. */
export function listStyles(): StyleSummary[] {
  const ramps = namedRamps.map(({ id, title, kind, ramp }) => {
    const colours = ramp.isOrdered ? sampleRamp(ramp, sampleSize) : (ramp.list ?? []);
    return {
      id,
      title,
      kind,
      drawing: 'colours' as const,
      parameters: 1 as const,
      colours: colours.map(formatColour),
    };
  });
  const drawings = Object.values(defaultDrawings).map((style) => ({
    id: style.drawing,
    title: titles[style.drawing],
    kind: 'drawing' as const,
    drawing: style.drawing,
    parameters: fieldCountOf(style),
    colours:
      style.drawing === 'hillshade'
        ? sampleRamp(shades, sampleSize).map(formatColour)
        : inkColours(style.ink),
  }));
  return [...ramps, ...drawings];
}

function inkColours(ink: Ink): string[] {
  return ink.kind === 'plain' ? [formatColour(ink.colour)] : [];
}
