import { readColour } from '../colours/colour.js';
import type { EdgeColour } from '../colours/palette.js';
import type { ColourRange } from '../scales/colour-range.js';
import { type ColourRules, plainEdges } from './colour-style.js';
import { memberError, readList, readNumber } from './json-members.js';
import { readRamp } from './ramp-member.js';
import { readScale } from './scale-member.js';

/** Members of a JSON style that say which value has which colour. */
export const colourMembers: readonly string[] = [
  ...['ramp', 'scale', 'range', 'centre', 'breaks', 'classes', 'categories'],
  ...['below', 'above', 'nodata'],
];

/** The rules of colours in a JSON style. */
export function readColourRules(document: Readonly<Record<string, unknown>>): ColourRules {
  const ramp = readRamp(document.ramp ?? 'viridis');
  const range = readRange(document.range);
  return {
    ramp,
    scale: readScale(document, ramp),
    ...(range && { range }),
    below: readEdge(document.below ?? plainEdges.below, 'below'),
    above: readEdge(document.above ?? plainEdges.above, 'above'),
    noData: readColour(document.nodata ?? 'transparent', 'nodata'),
  };
}

/** `extend`, or a colour; `transparent` is one. */
export function readEdge(value: unknown, member: string): EdgeColour {
  return value === 'extend' ? value : readColour(value, member);
}

/** `[low, high]`; undefined when absent. */
export function readRange(value: unknown): ColourRange | undefined {
  if (value === undefined) return undefined;
  const [low, high] = readList(value, 'range', { min: 2, max: 2 }).map((end) => readNumber(end, 'range'));
  if (!(low! <= high!)) throw memberError('range', value, '[low, high], low not above high');
  return { low: low!, high: high! };
}
