import { InvalidArgumentError } from '../../errors/index.js';
import { namedRamp } from '../colours/named-ramps.js';
import type { Ramp } from '../colours/ramp.js';
import type { MapStyle } from '../style.js';
import { type ColourStyle, colourStyle, plainEdges } from './colour-style.js';
import { readJsonStyle } from './json-style.js';

const maxStyleBytes = 8192;
const defaultRamp = 'viridis';
/** xpublish's word for drawing cells as colours. */
const colourPrefix = 'raster/';

const named = new Map<string, ColourStyle>();

/**
 * The style that a text means: a name (`viridis`, turned around `viridis_r`, `default`), also after `raster/`, or JSON
 * as docs/styles.md has it.
 *
 * Throws: InvalidArgumentError, for a name listing those it knows, for JSON naming the member.
 */
export function parseStyle(text: string): MapStyle {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > maxStyleBytes) {
    throw new InvalidArgumentError('a style is too long', {
      parameter: 'style',
      found: `${sizeBytes} bytes`,
      allowed: `at most ${maxStyleBytes} bytes`,
    });
  }
  const trimmed = text.trim();
  return /^[[{]/.test(trimmed) ? colourStyle(readJsonStyle(trimmed)) : namedStyle(trimmed);
}

function namedStyle(text: string): ColourStyle {
  const lower = text.toLowerCase();
  const name = lower.startsWith(colourPrefix) ? lower.slice(colourPrefix.length) : lower;
  const ramp = namedRamp(name === 'default' ? defaultRamp : name);
  const known = named.get(ramp.name!);
  if (known !== undefined) return known;
  const style = rampStyle(ramp);
  named.set(ramp.name!, style);
  return style;
}

/** A ramp over the range; a set of colours for integers in turn. */
export function rampStyle(ramp: Ramp): ColourStyle {
  const { isOrdered, list = [] } = ramp;
  return colourStyle({
    ...plainEdges,
    ramp,
    scale: isOrdered ? { kind: 'linear' } : { kind: 'cycle', count: list.length },
  });
}
