import * as chromatic from 'd3-scale-chromatic';
import { InvalidArgumentError } from '../../errors/index.js';
import { type Rgba, readColour } from './colour.js';
import { type Ramp, rampOfColours, reverseRamp } from './ramp.js';

/** What the colours of a ramp are for. */
export type RampKind = 'sequential' | 'diverging' | 'cyclical' | 'categorical';

/** A ramp with a name. */
export interface NamedRamp {
  readonly id: string;
  readonly title: string;
  readonly kind: RampKind;
  readonly ramp: Ramp;
}

/** The whole package is wanted, each part by its name. */
const d3 = { ...chromatic };

const perceptual = ['Cividis', 'Cool', 'Inferno', 'Magma', 'Plasma', 'Turbo', 'Viridis', 'Warm'] as const;
const brewerSequential = [
  ...(['Blues', 'Greens', 'Greys', 'Oranges', 'Purples', 'Reds'] as const),
  ...(['BuGn', 'BuPu', 'GnBu', 'OrRd', 'PuBu', 'PuBuGn', 'PuRd', 'RdPu'] as const),
  ...(['YlGn', 'YlGnBu', 'YlOrBr', 'YlOrRd'] as const),
] as const;
const brewerDiverging = [
  ...(['BrBG', 'PRGn', 'PiYG', 'PuOr', 'RdBu'] as const),
  ...(['RdGy', 'RdYlBu', 'RdYlGn', 'Spectral'] as const),
] as const;
const cyclical = ['Rainbow', 'Sinebow'] as const;
const categorical = [
  ...(['Accent', 'Category10', 'Dark2', 'Observable10', 'Paired', 'Pastel1', 'Pastel2'] as const),
  ...(['Set1', 'Set2', 'Set3', 'Tableau10'] as const),
] as const;

/** Every ramp of d3-scale-chromatic, by name. */
export const namedRamps: readonly NamedRamp[] = [
  ...perceptual.map((title) => smoothRamp(title, 'sequential', d3[`interpolate${title}`])),
  smoothRamp('Cubehelix', 'sequential', d3.interpolateCubehelixDefault),
  ...brewerSequential.map((title) => brewerRamp(title, 'sequential')),
  ...brewerDiverging.map((title) => brewerRamp(title, 'diverging')),
  ...cyclical.map((title) => smoothRamp(title, 'cyclical', d3[`interpolate${title}`])),
  ...categorical.map((title) => colourSet(title)),
].sort((a, b) => (a.id < b.id ? -1 : 1));

const byName: ReadonlyMap<string, Ramp> = new Map(
  namedRamps.flatMap(({ id, ramp }) => [
    [id, ramp],
    [`${id}_r`, reverseRamp(ramp)],
  ]),
);

/** Names of all ramps, sorted; each is also known with `_r` behind it, turned around. */
export const rampNames: readonly string[] = namedRamps.map(({ id }) => id);

/** Throws: InvalidArgumentError, listing `known` names, for one it does not know. Capitals do not count. */
export function namedRamp(name: string, known = rampNames): Ramp {
  const ramp = byName.get(name.toLowerCase());
  if (ramp !== undefined) return ramp;
  throw new InvalidArgumentError('unknown style', { style: name.slice(0, 100), known });
}

function smoothRamp(title: string, kind: RampKind, interpolate: (place: number) => string): NamedRamp {
  const name = title.toLowerCase();
  const colourAt = (place: number) => readColour(interpolate(place), 'ramp');
  return { id: name, title, kind, ramp: { name, isOrdered: true, colourAt } };
}

/** ColorBrewer chose the colours for 3 to 9 (or 11) classes by hand. */
function brewerRamp(
  title: (typeof brewerSequential | typeof brewerDiverging)[number],
  kind: RampKind,
): NamedRamp {
  const named = smoothRamp(title, kind, d3[`interpolate${title}`]);
  const classes = (count: number) => d3[`scheme${title}`][count]?.map(colourOf);
  return { ...named, ramp: { ...named.ramp, classes } };
}

function colourSet(title: (typeof categorical)[number]): NamedRamp {
  const name = title.toLowerCase();
  const ramp = { ...rampOfColours(d3[`scheme${title}`].map(colourOf)), name, isOrdered: false };
  return { id: name, title, kind: 'categorical', ramp };
}

function colourOf(text: string): Rgba {
  return readColour(text, 'ramp');
}
