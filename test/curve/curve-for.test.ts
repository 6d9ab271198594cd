import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCurve, curveFor, parseCurveName } from '../../src/curve/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { curveNames } from './curves.js';

describe('curveFor', () => {
  it('gives hilbert the same order whatever the sizes, until they need more', () => {
    expect(curveFor('hilbert', [22, 12])).toEqual({ name: 'hilbert', bits: [20, 20] });
    expect(curveFor('hilbert', [22, 12, 365])).toEqual({ name: 'hilbert', bits: [16, 16, 16] });
    expect(curveFor('hilbert', [22, 12, 365, 4])).toEqual({ name: 'hilbert', bits: [12, 12, 12, 12] });
    expect(curveFor('hilbert', [2 ** 22 + 1, 12]).bits).toEqual([23, 23]);
    expect(curveFor('hilbert', [1, 1, 2 ** 17]).bits).toEqual([17, 17, 17]);
  });

  it.each(['zorder', 'rowmajor'] as const)('gives %s the bits it needs and four to grow', (name) => {
    expect(curveFor(name, [22, 16, 1])).toEqual({ name, bits: [9, 8, 4] });
  });

  it('gives less headroom, time last, rather than fail', () => {
    expect(curveFor('zorder', [2 ** 20, 2 ** 20, 2 ** 6]).bits).toEqual([22, 22, 8]);
    expect(curveFor('zorder', [2 ** 20, 2 ** 20, 2 ** 11]).bits).toEqual([20, 20, 12]);
  });

  it('gives a curve that holds the last tile', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.constantFrom(...curveNames), sizes, (name, counts) => {
        const last = counts.map((count) => count - 1);
        const curve = createCurve(curveFor(name, counts));
        expect(curve.decode(curve.encode(last))).toEqual(last);
      }),
    );
  });

  it('refuses sizes no curve can hold', () => {
    expect(() => curveFor('hilbert', [2 ** 27, 1])).toThrow(InvalidArgumentError);
    expect(() => curveFor('hilbert', [1, 1, 1, 2 ** 14])).toThrow(InvalidArgumentError);
    expect(() => curveFor('zorder', [2 ** 27, 2 ** 26])).toThrow(InvalidArgumentError);
    for (const wrong of [0, -1, 1.5, Number.NaN]) {
      expect(() => curveFor('rowmajor', [wrong, 5])).toThrow(InvalidArgumentError);
    }
    expect(() => curveFor('zorder', [5])).toThrow(InvalidArgumentError);
  });
});

describe('parseCurveName', () => {
  it('knows the three curves and refuses others', () => {
    for (const name of curveNames) expect(parseCurveName(name)).toBe(name);
    for (const wrong of ['', 'Hilbert', 'row-major', 'constructor']) {
      expect(() => parseCurveName(wrong)).toThrow(InvalidArgumentError);
    }
  });
});
