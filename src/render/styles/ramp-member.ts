import { readColour } from '../colours/colour.js';
import { namedRamp } from '../colours/named-ramps.js';
import { maxColours } from '../colours/palette.js';
import { type Ramp, type RampStop, rampOfColours, rampOfStops } from '../colours/ramp.js';
import { memberError, readList, readNumber } from './json-members.js';

const allowed = 'the name of a ramp, a list of colours, or a list of [place, colour] with places from 0 to 1';

/** The ramp of a JSON style: a name, colours at even distances, or colours with places, [0.5, "red"] or ["red", 0.5]. */
export function readRamp(value: unknown): Ramp {
  if (typeof value === 'string') return namedRamp(value);
  if (!Array.isArray(value)) throw memberError('ramp', value, allowed);
  const list = readList(value, 'ramp', { min: 1, max: maxColours + 1 });
  if (!list.every(isStop)) return rampOfColours(list.map((colour, at) => readColour(colour, `ramp[${at}]`)));
  const stops = list.map((stop, at) => readStop(stop, `ramp[${at}]`));
  checkPlaces(stops);
  return rampOfStops(stops);
}

function isStop(value: unknown): value is readonly [unknown, unknown] {
  return Array.isArray(value) && value.length === 2;
}

function readStop([first, second]: readonly [unknown, unknown], member: string): RampStop {
  const [place, colour] = typeof first === 'number' ? [first, second] : [second, first];
  return { place: readNumber(place, member), colour: readColour(colour, member) };
}

/** Two colours may share a place: there the ramp jumps. */
function checkPlaces(stops: readonly RampStop[]): void {
  const places = stops.map(({ place }) => place);
  const wrong = places.findIndex((place, at) => place < (places[at - 1] ?? 0));
  if (wrong >= 0) throw memberError(`ramp[${wrong}]`, places[wrong], 'places in ascending order');
  if (places.length < 2 || places[0] !== 0 || places.at(-1) !== 1) {
    throw memberError('ramp', `places from ${places[0]} to ${places.at(-1)}`, 'places from 0 to 1');
  }
}
