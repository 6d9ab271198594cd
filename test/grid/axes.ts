import fc from 'fast-check';
import type { Axis, Coordinates, Crs, Grid } from '../../src/grid/index.js';

/** Web Mercator by name only: enough for the rules of projected axes. */
export const PROJECTED: Crs = { id: 'EPSG:3857', kind: 'projected' };

export function axisOf(coordinates: Coordinates, unit?: string): Axis {
  return { name: 'axis', coordinates, ...(unit !== undefined && { unit }) };
}

export function regular(start: number, step: number, count: number): Axis {
  return axisOf({ kind: 'regular', start, step, count });
}

export function explicit(...values: number[]): Axis {
  return axisOf({ kind: 'explicit', values });
}

export function gridOf(crs: Crs, x: Axis, y: Axis): Grid {
  return { crs, x, y, custom: [] };
}

/** Eighths are exact in binary, so oracles need no tolerance. */
export const eighths = (min: number, max: number) =>
  fc.integer({ min: min * 8, max: max * 8 }).map((n) => n / 8);

const sign = fc.constantFrom(1, -1);

const regularAxis = fc
  .record({
    start: eighths(-400, 400),
    step: eighths(1 / 8, 20),
    direction: sign,
    count: fc.integer({ min: 2, max: 40 }),
  })
  .map(({ start, step, direction, count }) => regular(start, step * direction, count));

/** Irregular axes by their gaps. */
const explicitAxis = fc
  .record({
    start: eighths(-400, 400),
    gaps: fc.array(eighths(1 / 8, 20), { maxLength: 30 }),
    direction: sign,
  })
  .map(({ start, gaps, direction }) => {
    let value = start;
    return explicit(start, ...gaps.map((gap) => (value += gap * direction)));
  });

/** Any axis: regular or irregular, ascending or descending, one cell or many. */
export const anyAxis = fc.oneof(regularAxis, explicitAxis);

/** Longitudes that go round the globe once, with or without a repeated column. */
const globalAxis = fc
  .record({
    start: eighths(-720, 720),
    count: fc.constantFrom(3, 4, 8, 12, 36, 144, 320),
    direction: sign,
    repeated: fc.boolean(),
  })
  .map(({ start, count, direction, repeated }) =>
    regular(start, (360 / count) * direction, repeated ? count + 1 : count),
  );

/** Parts of a circle, at most 350 degrees wide. */
const regionalAxis = fc
  .record({
    start: eighths(-720, 720),
    step: eighths(1 / 8, 10),
    direction: sign,
    count: fc.integer({ min: 2, max: 35 }),
  })
  .filter(({ step, count }) => step * (count - 1) + step * 1.5 < 360)
  .map(({ start, step, direction, count }) => regular(start, step * direction, count));

/** Irregular longitudes that go round the globe. */
const stretchedAxis = fc
  .record({
    start: eighths(-720, 720),
    gaps: fc.array(fc.constantFrom<number>(9, 10, 11), { minLength: 35, maxLength: 35 }),
    direction: sign,
  })
  .filter(({ gaps }) => Math.abs(gaps.reduce((a, b) => a + b) - 350) <= 4)
  .map(({ start, gaps, direction }) => {
    let value = start;
    return explicit(start, ...gaps.map((gap) => (value += gap * direction)));
  });

/** Any longitudes a geographic grid may have. */
export const anyLongitudes = fc.oneof(globalAxis, regionalAxis, stretchedAxis);
