import fc from 'fast-check';
import { indexToPoint, pointToIndex } from 'hilbert-curve';
import { describe, expect, it } from 'vitest';
import { createCurve } from '../../src/curve/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { curveNames, pointsOf, smallCurves } from './curves.js';

const wideSpecs = [
  { name: 'hilbert', bits: [26, 26] },
  { name: 'hilbert', bits: [17, 17, 17] },
  { name: 'hilbert', bits: [13, 13, 13, 13] },
  { name: 'zorder', bits: [26, 26] },
  { name: 'zorder', bits: [50, 2] },
  { name: 'zorder', bits: [9, 0, 33, 10] },
  { name: 'rowmajor', bits: [2, 50] },
  { name: 'rowmajor', bits: [12, 11, 29] },
] as const;

describe.each(curveNames)('%s', (name) => {
  it('visits every cell exactly once', () => {
    fc.assert(
      fc.property(smallCurves(name, 10), (spec) => {
        const curve = createCurve(spec);
        const cells = new Set<string>();
        for (let index = 0; index < curve.size; index++) {
          const point = curve.decode(index);
          cells.add(point.join());
          expect(curve.encode(point)).toBe(index);
        }
        expect(cells.size).toBe(2 ** spec.bits.reduce((a, b) => a + b));
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(wideSpecs)('$name of $bits bits', (spec) => {
  const curve = createCurve(spec);

  it('gives back the point of any index and the index of any point', () => {
    fc.assert(
      fc.property(pointsOf(spec), fc.integer({ min: 0, max: curve.size - 1 }), (point, index) => {
        expect(curve.decode(curve.encode(point))).toEqual(point);
        expect(curve.encode(curve.decode(index))).toBe(index);
      }),
      { numRuns: 500 },
    );
    const corner = spec.bits.map((bits) => 2 ** bits - 1);
    expect(curve.decode(curve.encode(corner))).toEqual(corner);
    expect(curve.encode(curve.decode(curve.size - 1))).toBe(curve.size - 1);
  });

  it('leaves the point it is given as it was', () => {
    const point = spec.bits.map((bits) => Math.floor((2 ** bits - 1) / 3));
    const before = point.slice();
    curve.encode(Object.freeze(point));
    curve.cover({ min: point, max: point });
    expect(point).toEqual(before);
  });

  it('refuses points and indexes that are not on the curve', () => {
    const zero = spec.bits.map(() => 0);
    spec.bits.forEach((bits, d) => {
      for (const wrong of [-1, 0.5, Number.NaN, 2 ** bits, Number.POSITIVE_INFINITY]) {
        const point = zero.map((c, k) => (k === d ? wrong : c));
        expect(() => curve.encode(point)).toThrow(InvalidArgumentError);
        expect(() => curve.cover({ min: zero, max: point })).toThrow(InvalidArgumentError);
      }
    });
    expect(() => curve.encode(zero.slice(1))).toThrow(InvalidArgumentError);
    expect(() => curve.encode([...zero, 0])).toThrow(InvalidArgumentError);
    for (const wrong of [-1, 0.5, Number.NaN, curve.size, Number.POSITIVE_INFINITY]) {
      expect(() => curve.decode(wrong)).toThrow(InvalidArgumentError);
    }
  });
});

describe('hilbert', () => {
  it('is the curve of the hilbert-curve package in two dimensions', () => {
    const orders = fc.integer({ min: 1, max: 26 });
    const cases = orders.chain((order) =>
      fc.tuple(fc.constant(order), pointsOf({ name: 'hilbert', bits: [order, order] })),
    );
    fc.assert(
      fc.property(cases, ([order, [x, y]]) => {
        const curve = createCurve({ name: 'hilbert', bits: [order, order] });
        const index = pointToIndex({ x: x!, y: y! }, order);
        expect(curve.encode([x!, y!])).toBe(index);
        expect(indexToPoint(index, order)).toEqual({ x, y });
        expect(curve.cover({ min: [x!, y!], max: [x!, y!] })).toEqual([{ start: index, end: index + 1 }]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [7, 7],
    [4, 4, 4],
    [3, 3, 3, 3],
  ])('steps to a neighbouring cell each time, bits %i %i', (...bits) => {
    const curve = createCurve({ name: 'hilbert', bits });
    let before = curve.decode(0);
    for (let index = 1; index < curve.size; index++) {
      const point = curve.decode(index);
      expect(distance(before, point)).toBe(1);
      before = point;
    }
  });

  it.each([{ bits: [26, 26] }, { bits: [17, 17, 17] }, { bits: [13, 13, 13, 13] }])(
    'steps to a neighbouring cell far along the curve, bits $bits',
    ({ bits }) => {
      const curve = createCurve({ name: 'hilbert', bits });
      fc.assert(
        fc.property(fc.integer({ min: 0, max: curve.size - 2 }), (index) => {
          expect(distance(curve.decode(index), curve.decode(index + 1))).toBe(1);
        }),
        { numRuns: 300 },
      );
    },
  );
});

describe.each([
  { name: 'hilbert', dimensions: 2 },
  { name: 'hilbert', dimensions: 3 },
  { name: 'hilbert', dimensions: 4 },
  { name: 'zorder', dimensions: 2 },
  { name: 'zorder', dimensions: 3 },
  { name: 'zorder', dimensions: 4 },
] as const)('$name in $dimensions dimensions', ({ name, dimensions }) => {
  it('numbers blocks of halved coordinates by the leading digits of their cells', () => {
    const bits = new Array<number>(dimensions).fill(12);
    const fine = createCurve({ name, bits });
    const coarse = createCurve({ name, bits: bits.map((b) => b - 1) });
    fc.assert(
      fc.property(pointsOf(fine.spec), (point) => {
        const parent = coarse.encode(point.map((c) => Math.floor(c / 2)));
        expect(Math.floor(fine.encode(point) / 2 ** dimensions)).toBe(parent);
      }),
    );
  });
});

describe('createCurve', () => {
  it.each([
    { name: 'hilbert', bits: [27, 27] },
    { name: 'hilbert', bits: [18, 18, 18] },
    { name: 'hilbert', bits: [14, 14, 14, 14] },
    { name: 'hilbert', bits: [20, 19] },
    { name: 'hilbert', bits: [0, 0] },
    { name: 'zorder', bits: [27, 26] },
    { name: 'zorder', bits: [8] },
    { name: 'zorder', bits: [8, 8, 8, 8, 8] },
    { name: 'rowmajor', bits: [8, -1] },
    { name: 'rowmajor', bits: [8, 1.5] },
    { name: 'rowmajor', bits: [8, Number.NaN] },
  ] as const)('refuses $name of $bits bits', (spec) => {
    expect(() => createCurve(spec)).toThrow(InvalidArgumentError);
  });

  it('refuses a curve it does not know, as a manifest of a later version might name', () => {
    const spec = JSON.parse('{"name":"onion","bits":[8,8]}');
    expect(() => createCurve(spec)).toThrow(InvalidArgumentError);
  });
});

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, c, d) => sum + Math.abs(c - b[d]!), 0);
}
