import { readColour } from '../colours/colour.js';
import { maxColours } from '../colours/palette.js';
import { rampOfColours } from '../colours/ramp.js';
import type { ColourScale, Interval } from '../scales/colour-scale.js';
import { type ColourRules, plainEdges } from './colour-style.js';
import { memberError, readList, readNumber } from './json-members.js';
import { readKey, sortCategories } from './scale-member.js';

/** Whether a JSON object is a colormap in titiler's form: all its members are numbers. */
export function isTitilerColormap(object: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(object);
  return keys.length > 0 && keys.every((key) => /^\s*-?[\d.]/.test(key));
}

/**
 * titiler's `{"1": "#rrggbb", "2": [r, g, b, a]}`: a colour for each value, others transparent. All of 0 to 255 are a
 * ramp over the range, 0 to 255 when the request has none, as titiler reads them.
 */
export function readTitilerColormap(object: Readonly<Record<string, unknown>>): ColourRules {
  const entries = Object.entries(object).map(([key, colour]) => {
    const member = `colormap.${key.slice(0, 20)}`;
    return { value: readKey(key, member), colour: readColour(colour, member) };
  });
  const colours = entries.map(({ colour }) => colour);
  const ramp = rampOfColours(colours);
  if (entries.length === 256 && entries.every(({ value }, at) => value === at)) {
    return { ...plainEdges, ramp, scale: { kind: 'linear' }, range: { low: 0, high: 255 } };
  }
  return { ...plainEdges, ramp, scale: { kind: 'categories', categories: sortCategories(entries) } };
}

/** titiler's `[[[low, high], colour], ...]`: colours of values from low up to, not including, high. */
export function readTitilerIntervals(value: unknown): ColourRules {
  const list = readList(value, 'colormap', { min: 1, max: maxColours });
  const intervals = list.map(readInterval).sort((a, b) => a.low - b.low);
  const overlap = intervals.find(({ low }, at) => at > 0 && low < intervals[at - 1]!.high);
  if (overlap !== undefined) {
    throw memberError('colormap', [overlap.low, overlap.high], 'intervals that do not overlap');
  }
  const scale: ColourScale = { kind: 'intervals', intervals };
  return { ...plainEdges, ramp: rampOfColours(intervals.map(({ colour }) => colour)), scale };
}

function readInterval(entry: unknown, at: number): Interval {
  const member = `colormap[${at}]`;
  const [bounds, colour] = readList(entry, member, { min: 2, max: 2 });
  const [low, high] = readList(bounds, member, { min: 2, max: 2 }).map((value) => readNumber(value, member));
  if (!(low! < high!)) throw memberError(member, bounds, '[low, high], low below high');
  return { low: low!, high: high!, colour: readColour(colour, member) };
}
