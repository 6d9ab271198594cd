import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { permuteAxes } from '../../src/raster/index.js';

describe('permuteAxes', () => {
  it('puts every cell where its coordinates say, for any order of axes', () => {
    const anyCase = fc
      .array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
      .chain((shape) => {
        const axes = shape.map((_, i) => i);
        const order = fc.shuffledSubarray(axes, { minLength: shape.length, maxLength: shape.length });
        return fc.tuple(fc.constant(shape), order, fc.nat({ max: shape.length }));
      });
    fc.assert(
      fc.property(anyCase, ([shape, order, newAxis]) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const from = {
          type: 'int32' as const,
          shape,
          cells: Int32Array.from({ length: count }, (_, i) => i),
        };
        const axes = [...order.slice(0, newAxis), -1, ...order.slice(newAxis)];
        const result = permuteAxes(from, axes);
        expect(result.shape).toEqual(axes.map((axis) => (axis < 0 ? 1 : shape[axis])));
        for (let i = 0; i < count; i++) {
          const at = coordinates(result.shape, i);
          const source = shape.map((_, axis) => at[axes.indexOf(axis)]!);
          expect(result.cells[i]).toBe(source.reduce((sum, c, d) => sum * shape[d]! + c, 0));
        }
      }),
    );
  });
});

function coordinates(shape: readonly number[], index: number): number[] {
  const at: number[] = [];
  let rest = index;
  for (let d = shape.length - 1; d >= 0; d--) {
    at[d] = rest % shape[d]!;
    rest = Math.floor(rest / shape[d]!);
  }
  return at;
}
