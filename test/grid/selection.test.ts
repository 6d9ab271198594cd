import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  type Axis,
  axisNumbers,
  selectedNumbers,
  selectInterval,
  selectNearest,
  selectValues,
  spanIndexes,
  spanLength,
  type TimeAxis,
  wholeAxis,
} from '../../src/grid/index.js';
import { anyAxis, axisOf, eighths, explicit, regular } from './axes.js';

const indexesOf = (selection: ReturnType<typeof selectInterval>) =>
  selection ? [...spanIndexes(selection)] : [];

/** Nearest centre within half a step by trying all; the half step of an end is that of its only neighbour. */
function bruteNearest(axis: Axis, value: number): number | undefined {
  const centres = axisNumbers(axis);
  const distances = centres.map((centre) => Math.abs(centre - value));
  const best = distances.indexOf(Math.min(...distances));
  if (centres.length === 1) return distances[0] === 0 ? 0 : undefined;
  const neighbour = value > centres[best]! === centres[1]! > centres[0]! ? best + 1 : best - 1;
  const other = centres[neighbour] ?? centres[best === 0 ? 1 : best - 1]!;
  return distances[best]! <= Math.abs(other - centres[best]!) / 2 ? best : undefined;
}

describe('selectInterval', () => {
  it('finds exactly the centres inside, on any axis', () => {
    fc.assert(
      fc.property(anyAxis, eighths(-500, 500), eighths(0, 200), (axis, low, width) => {
        const inside = axisNumbers(axis).flatMap((v, i) => (v >= low && v <= low + width ? [i] : []));
        expect(indexesOf(selectInterval(axis, low, low + width))).toEqual(inside);
      }),
    );
  });

  it('takes a centre that misses the edge by float noise', () => {
    const axis = regular(0, 0.15, 100);
    expect(indexesOf(selectInterval(axis, 0.30000000000000004, 0.44999999999999996))).toEqual([2, 3]);
    expect(indexesOf(selectInterval(axis, 0.3001, 0.4499))).toEqual([]);
  });

  it('is exact on time axes, so that a month ends before the next begins', () => {
    const month = 30 * 86_400_000;
    const time: TimeAxis = { ...regular(0, month, 12), calendar: '360_day' };
    expect(indexesOf(selectInterval(time, month, 2 * month - 1))).toEqual([1]);
  });

  it('has open edges at infinity and nothing when low is above high', () => {
    const axis = explicit(1000, 850, 500);
    expect(indexesOf(selectInterval(axis, -Infinity, 850))).toEqual([1, 2]);
    expect(indexesOf(selectInterval(axis, -Infinity, Infinity))).toEqual([0, 1, 2]);
    expect(selectInterval(axis, 850, 500)).toBeUndefined();
    expect(() => selectInterval(axis, Number.NaN, 1)).toThrow(InvalidArgumentError);
  });
});

describe('selectNearest', () => {
  it('agrees with trying all centres, ties to the lower index', () => {
    fc.assert(
      fc.property(anyAxis, eighths(-500, 500), (axis, value) => {
        expect(indexesOf(selectNearest(axis, value))[0]).toBe(bruteNearest(axis, value));
      }),
    );
  });

  it('finds values around every centre and mid-point', () => {
    fc.assert(
      fc.property(anyAxis, fc.nat(), fc.constantFrom(-0.5, -0.25, 0, 0.25, 0.5), (axis, seed, part) => {
        const centres = axisNumbers(axis);
        const index = seed % centres.length;
        const value =
          centres[index]! + part * ((centres[index + 1] ?? centres[index]! + 1) - centres[index]!);
        expect(indexesOf(selectNearest(axis, value))[0]).toBe(bruteNearest(axis, value));
      }),
    );
  });

  it('wants the own value of an axis of one cell', () => {
    expect(selectNearest(explicit(850), 850)).toEqual([{ start: 0, end: 1 }]);
    expect(selectNearest(explicit(850), 849)).toBeUndefined();
    const time: TimeAxis = { ...explicit(1.5e12), calendar: 'standard' };
    expect(selectNearest(time, 1.5e12 + 1)).toBeUndefined();
  });
});

describe('selectValues', () => {
  it('takes each cell once, in axis order, and leaves out what is not there', () => {
    const axis = explicit(1000, 850, 500, 250);
    expect(selectValues(axis, [250, 860, 1000, 851, 5000])).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 4 },
    ]);
    expect(selectValues(axis, [5000])).toBeUndefined();
    expect(selectValues(axis, [])).toBeUndefined();
  });
});

describe('selections', () => {
  it('count and list what they hold', () => {
    const axis = regular(10, -2, 6);
    const selection = [
      { start: 4, end: 6, shift: -360 },
      { start: 0, end: 1 },
    ];
    expect(spanLength(selection)).toBe(3);
    expect([...spanIndexes(selection)]).toEqual([4, 5, 0]);
    expect(selectedNumbers(axis, selection)).toEqual([-358, -360, 10]);
    expect(selectedNumbers(axis, wholeAxis(axis))).toEqual([10, 8, 6, 4, 2, 0]);
  });

  it('shift longitudes without float noise', () => {
    expect(selectedNumbers(regular(0, 0.15, 2400), [{ start: 2398, end: 2400, shift: -360 }])).toEqual([
      -0.3, -0.15,
    ]);
  });

  it('count the positions of labels', () => {
    const axis = axisOf({ kind: 'labels', values: ['red', 'green', 'blue'] });
    expect(indexesOf(selectInterval(axis, 1, 2))).toEqual([1, 2]);
    expect(indexesOf(selectNearest(axis, 2))).toEqual([2]);
  });
});
