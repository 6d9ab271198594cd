import { InvalidArgumentError } from '../../errors/index.js';
import { readColour } from '../colours/colour.js';
import type { EdgeColour } from '../colours/palette.js';
import type { ColourRange } from '../scales/colour-range.js';
import { type ColourRules, plainEdges } from './colour-style.js';
import { checkMembers, isJsonObject, memberError, readList, readNumber } from './json-members.js';
import { readRamp } from './ramp-member.js';
import { readScale } from './scale-member.js';
import { isTitilerColormap, readTitilerColormap, readTitilerIntervals } from './titiler-colormap.js';

const members = [
  ...['ramp', 'scale', 'range', 'centre', 'breaks', 'classes', 'categories'],
  ...['below', 'above', 'nodata'],
];

/**
 * The rules of a JSON style: one of docs/styles.md, or a colormap in titiler's forms.
 *
 * Throws: InvalidArgumentError that names the member, what was found and what is allowed.
 */
export function readJsonStyle(text: string): ColourRules {
  const document = parseJson(text);
  if (Array.isArray(document)) return readTitilerIntervals(document);
  if (!isJsonObject(document)) throw memberError('style', document, 'a name or a JSON object');
  if (isTitilerColormap(document)) return readTitilerColormap(document);
  checkMembers(document, members);
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

function readRange(value: unknown): ColourRange | undefined {
  if (value === undefined) return undefined;
  const [low, high] = readList(value, 'range', { min: 2, max: 2 }).map((end) => readNumber(end, 'range'));
  if (!(low! <= high!)) throw memberError('range', value, '[low, high], low not above high');
  return { low: low!, high: high! };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidArgumentError(
      'a style in brackets is JSON',
      { style: text.slice(0, 80), problem: cause instanceof Error ? cause.message : String(cause) },
      { cause },
    );
  }
}
