import { InvalidArgumentError } from '../../errors/index.js';
import { namedRamp, rampNames } from '../colours/named-ramps.js';
import type { MapStyle } from '../style.js';
import type { ColourStyle } from './colour-style.js';
import { type DrawingName, defaultDrawings, isDrawingName } from './default-drawings.js';
import { readJsonStyle } from './json-style.js';
import { rampStyle } from './ramp-style.js';

const maxStyleBytes = 8192;
const defaultRamp = 'viridis';
/** xpublish's word for drawing cells as colours. */
const colourPrefix = 'raster/';

const named = new Map<string, ColourStyle>();

/**
 * The style that a text means: a name (`viridis`, turned around `viridis_r`, `default`), also after `raster/`; a
 * drawing (`contours`, `hillshade`, `arrows`, `barbs`), also with such a name behind it (`contours/viridis`); or JSON as
 * docs/styles.md has it.
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
  return /^[[{]/.test(trimmed) ? readJsonStyle(trimmed) : namedStyle(trimmed.toLowerCase());
}

function namedStyle(text: string): MapStyle {
  const [first, ...rest] = text.split('/');
  if (isDrawingName(first!)) {
    return rest.length === 0 ? defaultDrawings[first] : drawingOver(first, namedColours(rest.join('/')));
  }
  return text.startsWith(colourPrefix)
    ? namedColours(text.slice(colourPrefix.length))
    : namedColours(text, [...rampNames, ...Object.keys(defaultDrawings)]);
}

/** A drawing in the colours of a style. */
function drawingOver(drawing: DrawingName, colours: ColourStyle): MapStyle {
  if (drawing === 'hillshade') return { ...defaultDrawings.hillshade, tint: colours };
  return { ...defaultDrawings[drawing], ink: { kind: 'values', colours } };
}

function namedColours(name: string, known = rampNames): ColourStyle {
  const ramp = namedRamp(name === 'default' ? defaultRamp : name, known);
  const made = named.get(ramp.name!);
  if (made !== undefined) return made;
  const style = rampStyle(ramp);
  named.set(ramp.name!, style);
  return style;
}
