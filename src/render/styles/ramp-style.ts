import type { Ramp } from '../colours/ramp.js';
import { type ColourStyle, colourStyle, plainEdges } from './colour-style.js';

/** A ramp over the range; a set of colours for integers in turn. */
export function rampStyle(ramp: Ramp): ColourStyle {
  const { isOrdered, list = [] } = ramp;
  return colourStyle({
    ...plainEdges,
    ramp,
    scale: isOrdered ? { kind: 'linear' } : { kind: 'cycle', count: list.length },
  });
}
