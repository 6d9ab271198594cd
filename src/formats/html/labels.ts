import type { NumberRange } from '../../render/index.js';
import { coordinateOf } from '../cell-coordinates.js';
import type { CoverageParameter, Domain } from '../coverage.js';
import type { ReadCoverage } from './read-coverage.js';

/** `Air temperature (K)`. */
export function parameterLabel({ title, unit }: CoverageParameter): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

/** A range as short as people need it. */
export function rangeText({ low, high }: NumberRange): string {
  return `from ${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}`;
}

/** `500 hPa`. */
export function levelLabel(value: number, { unit, title }: NonNullable<Domain['vertical']> = {}): string {
  if (unit !== undefined) return `${value} ${unit}`;
  return `${title ?? 'level'} ${value}`;
}

/** What levels are called on an axis: `Pressure (hPa)`. */
export function levelTitle({ unit, title }: NonNullable<Domain['vertical']> = {}): string {
  return unit === undefined ? (title ?? 'Level') : `${title ?? 'Level'} (${unit})`;
}

/** `8.5, 47.4`, as the columns of a table have them. */
export function placeLabel(x: number, y: number): string {
  return `${x}, ${y}`;
}

/**
 * Names of coverages that are shown together: what differs among them of their ids, custom axes, levels, times and
 * places, or their numbers where nothing does.
 */
export function coverageLabels(coverages: readonly ReadCoverage[]): string[] {
  const parts = coverages.map(labelParts);
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  const differing = names.filter((name) => new Set(parts.map((part) => part[name])).size > 1);
  return parts.map((part, index) => {
    const texts = differing.flatMap((name) => part[name] ?? []);
    return texts.length > 0 ? texts.join(', ') : String(index + 1);
  });
}

function labelParts({ coverage, cells }: ReadCoverage): Readonly<Record<string, string>> {
  const { id, members = {}, domain } = coverage;
  const { x, y, z, t } = cells;
  const isOnePlace = isOne(x.values) && isOne(y.values);
  return {
    ...(id !== undefined && { ':id': id }),
    ...Object.fromEntries(Object.entries(members).map(([name, value]) => [name, `${name} ${value}`])),
    ...(z && isOne(z.values) && { ':z': levelLabel(z.values[0]!, domain.vertical) }),
    ...(t && isOne(t.values) && { ':t': t.values[0]! }),
    ...(isOnePlace && { ':place': placeLabel(coordinateOf(x, 0), coordinateOf(y, 0)) }),
  };
}

/** A path at one level has it at each of its points. */
function isOne(values: readonly unknown[]): boolean {
  return values.every((value) => value === values[0]);
}
