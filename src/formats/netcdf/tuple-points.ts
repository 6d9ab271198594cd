import { InvalidArgumentError } from '../../errors/index.js';
import { cellCoordinates } from '../cell-coordinates.js';
import type { Domain } from '../coverage.js';
import { lengthOf } from '../domain-axes.js';
import type { Points } from './point-places.js';

/** Axes of a domain of tuples that are no single value. */
export function longAxes({ t, z, x: _x, y: _y, ...domain }: Domain): Domain {
  return {
    ...domain,
    ...(t !== undefined && lengthOf(t) > 1 && { t }),
    ...(z !== undefined && lengthOf(z) > 1 && { z }),
  };
}

/** The coordinates of each tuple of one domain after the other; a single time or level is that of all. */
export function* eachTuplePoints(domains: readonly Domain[]): Generator<Points> {
  for (const domain of domains) yield tuplePoints(domain);
}

function tuplePoints(domain: Domain): Points {
  const axes = longAxes(domain);
  const { x, y, z, t } = cellCoordinates(domain);
  if (x === undefined || y === undefined)
    throw new InvalidArgumentError('a domain of tuples has no x or no y');
  const { length } = x.values;
  const spread = <T>(values: readonly T[]): readonly T[] =>
    values.length === length ? values : Array.from({ length }, () => values[0]!);
  return {
    xs: x.values,
    ys: y.values,
    ...(axes.z === undefined && z && { zs: spread(z.values) }),
    ...(axes.t === undefined && t && { ts: spread(t.values) }),
  };
}
