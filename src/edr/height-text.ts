import { InvalidArgumentError } from '../errors/index.js';
import type { Grid } from '../grid/index.js';
import { parseUnit, type QuantityText } from './distance-text.js';
import { parseNumber, shorten } from './number-text.js';

/** Units that can be turned into each other, by what they are in the first. */
const FAMILIES: readonly Readonly<Record<string, number>>[] = [
  { hPa: 1, Pa: 0.01, mbar: 1, kPa: 10 },
  { m: 1, km: 1000, ft: 0.3048 },
];
/** Spellings of sources. */
const ALIASES: Readonly<Record<string, string>> = {
  millibar: 'hPa',
  millibars: 'hPa',
  mb: 'hPa',
  pascal: 'Pa',
  metre: 'm',
  metres: 'm',
  meter: 'm',
  meters: 'm',
};
/** How CF spells that levels have no unit. */
const NO_UNIT = '1';

/** Units in which the height of a corridor can be given, that of the layer's levels first. */
export function heightUnits(grid: Grid): string[] {
  return Object.keys(heightFactors(grid));
}

/**
 * A height in the unit of the layer's levels; undefined when the request gives neither number nor unit, and on a layer
 * without levels.
 * Throws: InvalidArgumentError naming the parameter that is missing or wrong, and what is allowed.
 */
export function parseHeight({ name, text, unitName, unit }: QuantityText, grid: Grid): number | undefined {
  if (text === undefined && unit === undefined) return undefined;
  if (text === undefined) throw new InvalidArgumentError(`${name} is required`, { parameter: name });
  const factor = parseUnit(unit, unitName, heightFactors(grid));
  const height = parseNumber(text, name);
  if (height >= 0) return grid.z && height * factor;
  throw new InvalidArgumentError(`${name} is negative`, {
    parameter: name,
    found: shorten(text),
    allowed: '0 and above',
  });
}

/** What one of each unit is in the unit of the layer's levels. Any unit will do where there are none. */
function heightFactors({ z }: Grid): Readonly<Record<string, number>> {
  if (z === undefined) return Object.assign({}, ...FAMILIES.toReversed());
  const own = z.unit?.trim() || NO_UNIT;
  const token = ALIASES[own.toLowerCase()] ?? own;
  const family = FAMILIES.find((units) => Object.hasOwn(units, token));
  if (family === undefined) return { [own]: 1 };
  const others = Object.entries(family).map(([name, factor]) => [name, factor / family[token]!]);
  return { [token]: 1, ...Object.fromEntries(others) };
}
