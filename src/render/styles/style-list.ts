import { formatColour } from '../colours/colour.js';
import { namedRamps, type RampKind, rampNames } from '../colours/named-ramps.js';
import { sampleRamp } from '../colours/ramp.js';
import type { MapStyle } from '../style.js';

/** A style as lists of styles show it. */
export interface StyleSummary {
  readonly id: string;
  readonly title: string;
  readonly drawing: MapStyle['drawing'];
  readonly kind: RampKind;
  /** Sixteen colours along the ramp, or all of a set, as `#rrggbb`. */
  readonly colours: readonly string[];
}

const sampleSize = 16;

/** Names of styles, sorted; each is also known with `_r` behind it, turned around. */
export const styleNames: readonly string[] = rampNames;

/** All styles that have a name. */
export function listStyles(): StyleSummary[] {
  return namedRamps.map(({ id, title, kind, ramp }) => {
    const colours = ramp.isOrdered ? sampleRamp(ramp, sampleSize) : (ramp.list ?? []);
    return { id, title, kind, drawing: 'colours', colours: colours.map(formatColour) };
  });
}
