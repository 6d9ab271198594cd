import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  type Axis,
  axisNumbers,
  CRS84,
  crsFromId,
  findColumn,
  isGlobal,
  selectedNumbers,
  selectLongitudes,
  spanIndexes,
} from '../../src/grid/index.js';
import { anyLongitudes, eighths, explicit, PROJECTED, regular } from './axes.js';

const modulo = (value: number) => ((value % 360) + 360) % 360;
const widthOf = (west: number, east: number) =>
  west <= east ? Math.min(east - west, 360) : modulo(east - west);

function select(axis: Axis, west: number, east: number) {
  const selection = selectLongitudes(axis, CRS84, west, east);
  if (!selection) return { spans: 0, indexes: [], xs: [] };
  return {
    spans: selection.length,
    indexes: [...spanIndexes(selection)],
    xs: selectedNumbers(axis, selection),
  };
}

/** Distance round the circle. */
const circleDistance = (a: number, b: number) => Math.min(modulo(a - b), modulo(b - a));

const boxes = fc.oneof(
  fc.record({ west: eighths(-400, 400), east: eighths(-400, 400) }),
  fc
    .record({ west: eighths(-400, 400), width: eighths(0, 400) })
    .map((b) => ({ west: b.west, east: b.west + b.width })),
  fc.constantFrom(
    { west: -180, east: 180 },
    { west: 0, east: 360 },
    { west: 350, east: 370 },
    { west: 170, east: -170 },
  ),
);

describe('selectLongitudes', () => {
  it('has every meridian in the box, once, inside the box, monotonic from west to east', () => {
    fc.assert(
      fc.property(anyLongitudes, boxes, (axis, { west, east }) => {
        const width = widthOf(west, east);
        const centres = axisNumbers(axis);
        const isInside = (lon: number) => modulo(lon - west) <= width;
        const { spans, indexes, xs } = select(axis, west, east);
        const wanted = new Set(centres.filter(isInside).map(modulo));
        expect(new Set(indexes.map((i) => modulo(centres[i]!)))).toEqual(wanted);
        expect(new Set(indexes).size).toBe(indexes.length);
        xs.forEach((x, k) => {
          expect(x).toBeGreaterThanOrEqual(west);
          expect(x).toBeLessThanOrEqual(west + width);
          expect(modulo(x - centres[indexes[k]!]!)).toBe(0);
        });
        const keepsOrder = centres[0]! > centres[1]! && spans === 1 && west <= east && xs.length > 1;
        const ascending = keepsOrder ? xs.toReversed() : xs;
        expect(ascending).toEqual([...new Set(xs)].sort((a, b) => a - b));
      }),
      { numRuns: 1000 },
    );
  });

  it('has as many columns as the box has centres when no column repeats', () => {
    fc.assert(
      fc.property(anyLongitudes, boxes, (axis, { west, east }) => {
        const centres = axisNumbers(axis);
        fc.pre(new Set(centres.map(modulo)).size === centres.length);
        const inside = centres.filter((lon) => modulo(lon - west) <= widthOf(west, east));
        expect(select(axis, west, east).indexes.length).toBe(inside.length);
      }),
    );
  });

  it.each([
    ['0..360', regular(0, 0.15, 2400)],
    ['-180..180', regular(-180, 0.15, 2400)],
    ['from 180 on', regular(180, 0.15, 2400)],
    ['descending', regular(359.85, -0.15, 2400)],
    ['repeating its first column', regular(0, 0.15, 2401)],
  ])('gives each column of a %s grid once for the whole world, however it is written', (_, axis) => {
    for (const [west, east] of [
      [-180, 180],
      [0, 360],
      [-360, 0],
      [-200, 200],
      [-500, 500],
      [20.1, 380.1],
    ] as const) {
      const { xs } = select(axis, west, east);
      expect(new Set(xs.map((x) => Math.round(modulo(x) / 0.15) % 2400)).size).toBe(2400);
      expect(Math.min(...xs) - west).toBeGreaterThan(-1e-6);
      expect(Math.min(...xs) - west).toBeLessThan(0.15);
      expect(Math.max(...xs) - west).toBeLessThan(360 + 1e-6);
    }
  });

  it('keeps a world that fits the box as it is stored', () => {
    expect(selectLongitudes(regular(0, 1, 361), CRS84, 0, 360)).toEqual([{ start: 0, end: 361 }]);
    expect(selectLongitudes(regular(-180, 1, 361), CRS84, -180, 180)).toEqual([{ start: 0, end: 361 }]);
    expect(selectLongitudes(regular(180, 1, 360), CRS84, -180, 180)).toEqual([
      { start: 0, end: 360, shift: -360 },
    ]);
  });

  it('crosses the antimeridian and the seam of the grid', () => {
    expect(select(regular(-179.5, 1, 360), 178, -178).xs).toEqual([178.5, 179.5, 180.5, 181.5]);
    expect(select(regular(0, 1, 360), 350, 370).xs).toEqual(Array.from({ length: 21 }, (_, k) => 350 + k));
    expect(select(regular(0, 2.5, 144), -5, 5).xs).toEqual([-5, -2.5, 0, 2.5, 5]);
  });

  it('gives two spans where a regional grid is touched in two parts', () => {
    const axis = regular(10, 10, 34);
    expect(selectLongitudes(axis, CRS84, 300, 30)).toEqual([
      { start: 29, end: 34 },
      { start: 0, end: 3, shift: 360 },
    ]);
    expect(select(axis, 300, 30).xs).toEqual([300, 310, 320, 330, 340, 370, 380, 390]);
  });

  it('keeps the order of a descending axis in one span, and runs west to east across the antimeridian', () => {
    expect(select(regular(40, -10, 9), -15, 15).xs).toEqual([10, 0, -10]);
    expect(select(regular(350, -10, 36), -15, 15).xs).toEqual([-10, 0, 10]);
    expect(select(regular(350, -10, 36), 170, -170).xs).toEqual([170, 180, 190]);
  });

  it('knows its edges in spite of float noise on either side', () => {
    expect(select(regular(0, 0.15, 2400), -0.3, 0.3).xs).toEqual([-0.3, -0.15, 0, 0.15, 0.3]);
    expect(select(regular(-180, 0.15, 2400), 359.7, 360.3).xs).toEqual([359.7, 359.85, 360, 360.15, 360.3]);
  });

  it('finds one meridian for a box without width, and nothing between two', () => {
    expect(select(regular(0, 1, 360), -90, -90).xs).toEqual([-90]);
    expect(selectLongitudes(regular(0, 1, 360), CRS84, 0.2, 0.8)).toBeUndefined();
    expect(selectLongitudes(explicit(200), CRS84, -161, -159)).toEqual([{ start: 0, end: 1, shift: -360 }]);
  });

  it('reads plain numbers on a projected grid', () => {
    const axis = regular(0, 100, 10);
    expect(selectLongitudes(axis, PROJECTED, 150, 420)).toEqual([{ start: 2, end: 5 }]);
    expect(selectLongitudes(axis, PROJECTED, -360, -10)).toBeUndefined();
    expect(() => selectLongitudes(axis, PROJECTED, 420, 150)).toThrow(InvalidArgumentError);
  });

  it('refuses longitudes that are no finite numbers', () => {
    expect(() => selectLongitudes(regular(0, 1, 360), CRS84, Number.NaN, 1)).toThrow(InvalidArgumentError);
    expect(() => selectLongitudes(regular(0, 1, 360), CRS84, 0, Infinity)).toThrow(InvalidArgumentError);
  });
});

describe('findColumn', () => {
  it('finds the nearest meridian round the circle, ties to the lower index', () => {
    fc.assert(
      fc.property(anyLongitudes, eighths(-720, 720), (axis, longitude) => {
        const centres = axisNumbers(axis);
        const distances = centres.map((centre) => circleDistance(centre, longitude));
        const best = Math.min(...distances);
        const found = findColumn(axis, CRS84, longitude);
        const outerStep = Math.abs(centres[1]! - centres[0]!);
        if (!isGlobal(axis) && best > outerStep / 2) expect(found).toBeUndefined();
        else if (new Set(centres.map(modulo)).size < centres.length) expect(distances[found!]).toBe(best);
        else expect(found).toBe(distances.indexOf(best));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds the cell however the longitude is written, in spite of float noise', () => {
    const axis = regular(0, 0.15, 2400);
    for (const turn of [-720, -360, 0, 360]) {
      expect(findColumn(axis, CRS84, 100.2 + turn)).toBe(668);
      // Half-way between 180 and 180.15.
      expect(findColumn(axis, CRS84, 180.075 + turn)).toBe(1200);
      expect(findColumn(axis, CRS84, 359.95 + turn)).toBe(0);
    }
  });

  it('has no seam on global grids and ends half a step out on others', () => {
    expect(findColumn(regular(-179.5, 1, 360), CRS84, 180)).toBe(0);
    expect(findColumn(regular(0, 1, 360), CRS84, 359.7)).toBe(0);
    expect(findColumn(regular(0, 1, 350), CRS84, 359.7)).toBe(0);
    expect(findColumn(regular(0, 1, 350), CRS84, 350.2)).toBeUndefined();
    expect(findColumn(regular(0, 100, 10), PROJECTED, 360)).toBe(4);
    expect(findColumn(explicit(200), CRS84, -160)).toBe(0);
    expect(findColumn(explicit(200), CRS84, -160.1)).toBeUndefined();
    expect(findColumn(regular(0, 1, 360), CRS84, Number.NaN)).toBeUndefined();
  });

  it('treats any geographic system alike', () => {
    expect(findColumn(regular(0, 1, 360), crsFromId('EPSG:4326'), -1)).toBe(359);
  });
});

describe('isGlobal', () => {
  it('tells a globe from a region', () => {
    expect(isGlobal(regular(0, 1.875, 192))).toBe(true);
    expect(isGlobal(regular(0, 1, 359))).toBe(false);
    expect(isGlobal(regular(0, 1, 361))).toBe(true);
    expect(isGlobal(regular(0, 0.3333, 1080))).toBe(true);
    expect(isGlobal(explicit(10))).toBe(false);
  });
});
