import { formatInstant, type Grid, type IndexSpan, selectedNumbers } from '../grid/index.js';
import type { Domain } from './coverage.js';

/** The time and level axes of a domain. A layer without time is stated at its reference time, if it has one. */
export function domainTimeAndLevel(
  grid: Grid,
  { t, z }: { readonly t?: readonly IndexSpan[]; readonly z?: readonly IndexSpan[] },
): Pick<Domain, 't' | 'z' | 'calendar' | 'vertical'> {
  const times = timeTexts(grid, t);
  return {
    ...(times.length > 0 && {
      t: { kind: 'times', values: times },
      calendar: grid.t?.calendar ?? grid.referenceTime!.calendar,
    }),
    ...(grid.z && z && { z: { kind: 'numbers', values: selectedNumbers(grid.z, z) } }),
    ...(grid.z && z && { vertical: verticalOf(grid) }),
  };
}

/** The times chosen, or the reference time of a layer without times; none where nothing says one. */
export function timeTexts({ t: axis, referenceTime }: Grid, t: readonly IndexSpan[] | undefined): string[] {
  if (axis !== undefined && t !== undefined) {
    return selectedNumbers(axis, t).map((instant) => formatInstant(instant, axis.calendar));
  }
  if (axis !== undefined || referenceTime === undefined) return [];
  return [formatInstant(referenceTime.instant, referenceTime.calendar)];
}

/** How a domain describes its levels. */
export function verticalOf({ z }: Grid): NonNullable<Domain['vertical']> {
  return {
    ...(z?.unit !== undefined && { unit: z.unit }),
    ...(z?.title !== undefined && { title: z.title }),
    ...(z?.positive !== undefined && { positive: z.positive }),
  };
}
