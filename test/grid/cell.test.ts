import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  axisNumbers,
  CRS84,
  cellEdges,
  findCell,
  findRow,
  rowEdges,
  type TimeAxis,
} from '../../src/grid/index.js';
import { anyAxis, axisOf, eighths, explicit, PROJECTED, regular } from './axes.js';

/** Gaussian latitudes of a T21 grid, north first. */
const GAUSSIAN = [85.7606, 80.2688, 74.7445, 69.213, 63.6786];

describe('findCell', () => {
  it('agrees with walking through the cells, edges to the lower index', () => {
    fc.assert(
      fc.property(anyAxis, eighths(-600, 600), (axis, value) => {
        const centres = axisNumbers(axis);
        fc.pre(centres.length > 1);
        const middles = centres.slice(1).map((centre, i) => (centre + centres[i]!) / 2);
        const first = centres[0]! - (middles[0]! - centres[0]!);
        const last = centres.at(-1)! + (centres.at(-1)! - middles.at(-1)!);
        const edges = [first, ...middles, last];
        const walked = centres.findIndex((_, i) => {
          const [low, high] = [Math.min(edges[i]!, edges[i + 1]!), Math.max(edges[i]!, edges[i + 1]!)];
          return value >= low && value <= high;
        });
        expect(findCell(axis, value) ?? -1).toBe(walked);
        expect(cellEdges(axis)).toEqual({ low: Math.min(first, last), high: Math.max(first, last) });
      }),
      { numRuns: 500 },
    );
  });

  it('gives no width to an axis of one cell', () => {
    expect(findCell(explicit(850), 850)).toBe(0);
    expect(findCell(explicit(0.1), Math.fround(0.1))).toBe(0);
    expect(findCell(explicit(850), 850.1)).toBeUndefined();
    expect(cellEdges(explicit(850))).toEqual({ low: 850, high: 850 });
  });

  it('is exact on time axes', () => {
    const time: TimeAxis = { ...regular(0, 1000, 3), calendar: 'standard' };
    expect([499, 500, 501].map((ms) => findCell(time, ms))).toEqual([0, 0, 1]);
    expect([-500, -501, 2500, 2501].map((ms) => findCell(time, ms))).toEqual([0, undefined, 2, undefined]);
  });

  it('knows no value that is not a number', () => {
    expect(findCell(regular(0, 1, 4), Number.NaN)).toBeUndefined();
    expect(findCell(explicit(1), Number.NaN)).toBeUndefined();
  });

  it('tells edges in spite of float noise', () => {
    const axis = regular(0, 0.15, 100);
    expect(findCell(axis, 0.075)).toBe(0);
    expect(findCell(axis, 0.07500000000000001)).toBe(0);
    expect(findCell(axis, 0.0751)).toBe(1);
  });
});

describe('findRow', () => {
  it('reaches the pole when it is less than one step from the outermost row', () => {
    const gaussian = explicit(...GAUSSIAN, ...GAUSSIAN.map((lat) => -lat).reverse());
    expect(findRow(gaussian, CRS84, 90)).toBe(0);
    expect(findRow(gaussian, CRS84, -89.9)).toBe(9);
    expect(rowEdges(gaussian, CRS84)).toEqual({ low: -90, high: 90 });
  });

  it('ends at the poles where centres lie on them', () => {
    const axis = regular(90, -0.25, 721);
    expect([90, -90, 89.9].map((lat) => findRow(axis, CRS84, lat))).toEqual([0, 720, 0]);
    expect(findRow(axis, CRS84, 90.01)).toBeUndefined();
    expect(rowEdges(axis, CRS84)).toEqual({ low: -90, high: 90 });
  });

  it('stays half a step out far from the poles', () => {
    const axis = regular(15, 2.5, 25);
    expect(findRow(axis, CRS84, 76.25)).toBe(24);
    expect(findRow(axis, CRS84, 76.3)).toBeUndefined();
    expect(rowEdges(axis, CRS84)).toEqual({ low: 13.75, high: 76.25 });
  });

  it('knows no poles on projected grids', () => {
    const axis = regular(80, 2, 5);
    expect(findRow(axis, PROJECTED, 89.5)).toBeUndefined();
    expect(findRow(axis, CRS84, 89.5)).toBe(4);
    expect(rowEdges(axis, PROJECTED)).toEqual({ low: 79, high: 89 });
  });

  it('is what findCell does on an axis in degrees north', () => {
    const { coordinates } = regular(80, 2, 5);
    expect(findCell(axisOf(coordinates, 'degrees_north'), 89.5)).toBe(4);
    expect(findCell(axisOf(coordinates, 'degrees'), 89.5)).toBeUndefined();
  });
});
