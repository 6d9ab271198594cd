import { InvalidArgumentError } from '../../errors/index.js';

const knotMetresPerSecond = 1852 / 3600;

const units: readonly { readonly knots: number; readonly names: readonly string[] }[] = [
  { knots: 1 / knotMetresPerSecond, names: ['m/s', 'm s-1', 'm.s-1', 'ms-1', 'metre per second'] },
  { knots: 1, names: ['kt', 'kts', 'kn', 'knot', 'knots'] },
  { knots: 1 / 1.852, names: ['km/h', 'km h-1', 'km.h-1', 'kph'] },
  { knots: 1609.344 / 1852, names: ['mph', 'mi/h', 'mile/h'] },
];
const knotsOf = new Map(units.flatMap(({ knots, names }) => names.map((name) => [name, knots])));

/** Units of speed that barbs can be drawn from. Powers may also be written `m s**-1`, `m s^-1` or `m s\u207b\u00b9`. */
export const windUnits: readonly string[] = [...knotsOf.keys()];

/**
 * Knots in one of a unit of speed.
 *
 * Throws: InvalidArgumentError for a unit that is none, or none known here.
 */
export function knotsPerUnit(unit: string | undefined): number {
  const plain = (unit ?? '').normalize('NFKD').replaceAll('\u2212', '-').toLowerCase();
  const knots = knotsOf.get(
    plain
      .replace(/\*\*|\^/g, '')
      .replaceAll('\u00b7', '.')
      .replaceAll('meter', 'metre')
      .replace(/\s+/g, ' ')
      .trim(),
  );
  if (knots !== undefined) return knots;
  throw new InvalidArgumentError('barbs need a speed with its unit', {
    member: 'unit',
    found: unit?.slice(0, 40) ?? 'none',
    allowed: `${windUnits.join(', ')}; a style may name it: {"drawing":"barbs","unit":"m/s"}`,
  });
}
