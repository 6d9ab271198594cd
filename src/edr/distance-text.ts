import { InvalidArgumentError } from '../errors/index.js';
import { EARTH_RADIUS_METRES } from '../grid/index.js';
import { parseNumber, shorten } from './number-text.js';

const METRES: Readonly<Record<string, number>> = { km: 1000, m: 1, mi: 1609.344, nmi: 1852 };
/** No two places are farther apart. */
const MAX_METRES = Math.PI * EARTH_RADIUS_METRES;

/** Units that distances on the ground are given in. */
export const distanceUnits: readonly string[] = Object.keys(METRES);

/** A number and its unit as a request spells them, each with the name of its parameter. */
export interface QuantityText {
  readonly name: string;
  readonly text: string | undefined;
  readonly unitName: string;
  readonly unit: string | undefined;
}

/**
 * Metres of a distance, from 0 to half the circumference of the Earth.
 * Throws: InvalidArgumentError naming the parameter that is missing or wrong, and what is allowed.
 */
export function parseDistance(quantity: QuantityText): number {
  const { name, text, unitName, unit } = quantity;
  if (text === undefined) throw new InvalidArgumentError(`${name} is required`, { parameter: name });
  const metresPerUnit = parseUnit(unit, unitName, METRES);
  const metres = parseNumber(text, name) * metresPerUnit;
  if (metres >= 0 && metres <= MAX_METRES) return metres;
  throw new InvalidArgumentError(`${name} is out of range`, {
    parameter: name,
    found: shorten(text),
    allowed: `0 to ${Math.floor(MAX_METRES / metresPerUnit)} ${unit}`,
  });
}

/** What one of a unit is in the unit that `factors` count in. Throws InvalidArgumentError naming those allowed. */
export function parseUnit(
  unit: string | undefined,
  parameter: string,
  factors: Readonly<Record<string, number>>,
): number {
  const allowed = Object.keys(factors).join(', ');
  if (unit === undefined) throw new InvalidArgumentError(`${parameter} is required`, { parameter, allowed });
  const token = unit.trim();
  const known = Object.keys(factors).find((name) => name.toLowerCase() === token.toLowerCase());
  if (known !== undefined) return factors[known]!;
  throw new InvalidArgumentError(`${parameter} is not known here`, {
    parameter,
    found: shorten(unit),
    allowed,
  });
}
