import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  axisFromNumbers,
  axisLength,
  axisNumbers,
  type Coordinates,
  coordinateAt,
  findLabel,
  type NumberStorage,
} from '../../src/grid/index.js';
import { axisOf, explicit, regular } from './axes.js';

const float32 = (count: number, at: (i: number) => number) =>
  Float32Array.from({ length: count }, (_, i) => at(i));
const float64 = (count: number, at: (i: number) => number) =>
  Float64Array.from({ length: count }, (_, i) => at(i));
const decimals = (digits: number) =>
  fc.integer({ min: -400 * 10 ** digits, max: 400 * 10 ** digits }).map((n) => n / 10 ** digits);

describe('coordinates', () => {
  it('of a regular axis are the decimals a person would write', () => {
    expect(axisNumbers(regular(10, 0.05, 4))).toEqual([10, 10.05, 10.1, 10.15]);
    expect(axisNumbers(regular(0.3, -0.1, 5))).toEqual([0.3, 0.2, 0.1, 0, -0.1]);
    expect(coordinateAt(regular(-180, 0.15, 2400), 1203)).toBe(0.45);
  });

  it('stay what they are when start and step are no decimals', () => {
    const step = Math.PI / 100;
    expect(coordinateAt(regular(Math.E, step, 10), 7)).toBe(Math.E + 7 * step);
  });

  it('outside the axis are not numbers', () => {
    expect(coordinateAt(regular(0, 1, 3), 3)).toBeNaN();
    expect(coordinateAt(explicit(1, 2), -1)).toBeNaN();
  });

  it('of labels are positions', () => {
    const axis = axisOf({ kind: 'labels', values: ['dry', 'wet'] });
    expect(axisLength(axis)).toBe(2);
    expect(axisNumbers(axis)).toEqual([0, 1]);
    expect([findLabel(axis, 'wet'), findLabel(axis, 'damp'), findLabel(explicit(1), '1')]).toEqual([
      1,
      undefined,
      undefined,
    ]);
  });
});

describe('axisFromNumbers', () => {
  const cases: [string, ArrayLike<number>, NumberStorage, Coordinates][] = [
    [
      'float32 tenths',
      float32(2400, (i) => -180 + 0.15 * i),
      'float32',
      regular(-180, 0.15, 2400).coordinates,
    ],
    [
      'float32 descending',
      float32(721, (i) => 90 - 0.25 * i),
      'float32',
      regular(90, -0.25, 721).coordinates,
    ],
    [
      'float32 twelfths',
      float32(4320, (i) => (i + 0.5) / 12),
      'float32',
      regular(1 / 24, 1 / 12, 4320).coordinates,
    ],
    ['float64 sums', float64(2400, (i) => -180 + 0.15 * i), 'float64', regular(-180, 0.15, 2400).coordinates],
    ['float64 thirds', float64(1080, (i) => i / 3), 'float64', regular(0, 1 / 3, 1080).coordinates],
    [
      'hours',
      [1_500_000_000_000, 1_500_003_600_000],
      'integer',
      regular(1_500_000_000_000, 3_600_000, 2).coordinates,
    ],
    ['members', [1, 2, 3], 'integer', regular(1, 1, 3).coordinates],
    ['uneven integers', [0, 1, 3, 4], 'integer', explicit(0, 1, 3, 4).coordinates],
    ['one value', [0.1], 'float64', explicit(0.1).coordinates],
    [
      'projected metres',
      float64(600, (i) => 499_980 + 30 * i),
      'float64',
      regular(499_980, 30, 600).coordinates,
    ],
  ];

  it.each(cases)('reads %s', (_, values, storage, expected) => {
    expect(axisFromNumbers(values, storage)).toEqual(expected);
  });

  it('adds float64 steps up without drifting', () => {
    let sum = -30;
    const values = Array.from({ length: 500 }, () => (sum += 0.1));
    expect(axisFromNumbers(values, 'float64')).toEqual(regular(-29.9, 0.1, 500).coordinates);
  });

  it('finds the decimals a regular axis was made from', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }).chain((digits) =>
          fc.tuple(
            decimals(digits),
            decimals(digits).filter((step) => step !== 0),
          ),
        ),
        fc.integer({ min: 3, max: 300 }),
        ([start, step], count) => {
          const found = axisFromNumbers(
            float64(count, (i) => start + i * step),
            'float64',
          );
          expect(found).toEqual({ kind: 'regular', start: start + 0, step, count });
        },
      ),
    );
  });

  it('gives back every float32 value, whatever kind of axis it makes', () => {
    const values = fc.uniqueArray(
      fc.float({ min: -400, max: 400, noNaN: true }).map((v) => v + 0),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(values, fc.boolean(), (unsorted, isDescending) => {
        const sorted = Float32Array.from(unsorted).sort();
        const stored = isDescending ? sorted.reverse() : sorted;
        const found = axisNumbers(axisFromNumbers(stored, 'float32'));
        expect(Float32Array.from(found)).toEqual(stored);
      }),
    );
  });

  it('keeps Gaussian latitudes explicit and as they are', () => {
    const latitudes = [88.572168514007, 86.722530954668, 84.861970292044, 82.998941642838];
    expect(axisFromNumbers(latitudes, 'float64')).toEqual(explicit(...latitudes).coordinates);
  });

  it('writes irregular float32 values as the decimals they stand for', () => {
    expect(axisFromNumbers(Float32Array.of(0.1, 0.3, 0.7, 1.2), 'float32')).toEqual(
      explicit(0.1, 0.3, 0.7, 1.2).coordinates,
    );
  });

  it.each([
    ['nothing', []],
    ['a repeated value', [1, 2, 2, 3]],
    ['a turn', [1, 3, 2]],
    ['a constant', [5, 5]],
    ['a missing value', [1, Number.NaN, 3]],
    ['an infinity', [1, 2, Infinity]],
  ])('refuses %s', (_, values) => {
    expect(() => axisFromNumbers(values, 'float64')).toThrow(InvalidArgumentError);
  });
});
