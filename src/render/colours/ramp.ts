import { InvalidArgumentError } from '../../errors/index.js';
import type { Rgba } from './colour.js';

/** Colours in an order, or a set of colours that have none. */
export interface Ramp {
  /** As styles name it; absent for a ramp of one's own. */
  readonly name?: string;
  /** False for sets of colours made for categories: nothing lies between two of them. */
  readonly isOrdered: boolean;
  /** The colour at a place from 0 (low) to 1 (high). */
  readonly colourAt: (place: number) => Rgba;
  /** The colours themselves, where there are just so many. */
  readonly list?: readonly Rgba[];
  /** Colours chosen by hand for so many classes, where there are such. */
  readonly classes?: (count: number) => readonly Rgba[] | undefined;
}

/** A colour at a place from 0 to 1. */
export interface RampStop {
  readonly place: number;
  readonly colour: Rgba;
}

/** `count` colours evenly along a ramp, both ends among them; of one, the middle. */
export function sampleRamp(ramp: Ramp, count: number): Rgba[] {
  if (count === 1) return [ramp.colourAt(0.5)];
  return Array.from({ length: count }, (_, index) => ramp.colourAt(index / (count - 1)));
}

/**
 * Colours of `count` classes or categories.
 *
 * Throws: InvalidArgumentError when a ramp of single colours has not as many.
 */
export function classColours(ramp: Ramp, count: number): readonly Rgba[] {
  const { list } = ramp;
  if (list === undefined) return ramp.classes?.(count) ?? sampleRamp(ramp, count);
  // A list is meant as it is written; of a set any number may be used.
  if (list.length === count || (!ramp.isOrdered && list.length > count)) return list.slice(0, count);
  throw new InvalidArgumentError('a ramp of single colours has one for each class', {
    member: 'ramp',
    found: `${list.length} colours${ramp.name === undefined ? '' : ` (${ramp.name})`}`,
    allowed: `${count} colours, or the name of a sequential or diverging ramp`,
  });
}

/** A ramp through stops in ascending order, colours between them mixed linearly in sRGB. */
export function rampOfStops(stops: readonly RampStop[]): Ramp {
  return { isOrdered: true, colourAt: (place) => colourBetween(stops, place) };
}

/** A ramp of colours at even distances. */
export function rampOfColours(list: readonly Rgba[]): Ramp {
  const last = Math.max(1, list.length - 1);
  return { ...rampOfStops(list.map((colour, index) => ({ place: index / last, colour }))), list };
}

export function reverseRamp(ramp: Ramp): Ramp {
  return {
    ...(ramp.name !== undefined && { name: `${ramp.name}_r` }),
    isOrdered: ramp.isOrdered,
    colourAt: (place) => ramp.colourAt(1 - place),
    ...(ramp.list && { list: ramp.list.toReversed() }),
    classes: (count) => ramp.classes?.(count)?.toReversed(),
  };
}

function colourBetween(stops: readonly RampStop[], place: number): Rgba {
  const after = stops.findIndex((stop) => stop.place >= place);
  const high = stops.at(after)!;
  const low = stops[Math.max(0, after - 1)]!;
  const width = high.place - low.place;
  const share = width > 0 ? (place - low.place) / width : 1;
  const mix = (part: 0 | 1 | 2 | 3) =>
    Math.round(low.colour[part] + share * (high.colour[part] - low.colour[part]));
  return [mix(0), mix(1), mix(2), mix(3)];
}
