import { formatInstant, type Grid, type IndexSpan, selectedNumbers } from '../grid/index.js';
import type { Domain, DomainAxis } from './coverage.js';

/** The time and level axes of a domain. A layer without time is stated at its reference time, if it has one. */
export function domainTimeAndLevel(
  grid: Grid,
  { t, z }: { readonly t?: readonly IndexSpan[]; readonly z?: readonly IndexSpan[] },
): Pick<Domain, 't' | 'z' | 'calendar' | 'vertical'> {
  const times = timeAxis(grid, t);
  return {
    ...(times && { t: times, calendar: grid.t?.calendar ?? grid.referenceTime!.calendar }),
    ...(grid.z && z && { z: { kind: 'numbers', values: selectedNumbers(grid.z, z) } }),
    ...(grid.z && z && { vertical: verticalOf(grid) }),
  };
}

/** How a domain describes its levels. */
export function verticalOf({ z }: Grid): NonNullable<Domain['vertical']> {
  return {
    ...(z?.unit !== undefined && { unit: z.unit }),
    ...(z?.title !== undefined && { title: z.title }),
    ...(z?.positive !== undefined && { positive: z.positive }),
  };
}

function timeAxis(grid: Grid, t: readonly IndexSpan[] | undefined): DomainAxis | undefined {
  const { t: axis, referenceTime } = grid;
  if (axis !== undefined && t !== undefined) {
    const texts = selectedNumbers(axis, t).map((instant) => formatInstant(instant, axis.calendar));
    return { kind: 'times', values: texts };
  }
  if (axis !== undefined || referenceTime === undefined) return undefined;
  return { kind: 'times', values: [formatInstant(referenceTime.instant, referenceTime.calendar)] };
}
