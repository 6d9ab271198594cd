import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { allocateCells, type CellArray, type CellType, copyWindow } from '../../src/raster/index.js';

const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

function arrayOf(type: CellType, shape: readonly number[], first: number): CellArray {
  const cells = allocateCells(type, product(shape));
  for (let k = 0; k < cells.length; k++) cells[k] = first + k;
  return { type, shape, cells };
}

/** Positions of all cells of a block, one number per dimension. */
function positions(size: readonly number[]): number[][] {
  return size.reduce<number[][]>(
    (heads, length) => heads.flatMap((head) => Array.from({ length }, (_, k) => [...head, k])),
    [[]],
  );
}

function offset(shape: readonly number[], start: readonly number[], position: readonly number[]): number {
  return shape.reduce((total, length, k) => total * length + start[k]! + position[k]!, 0);
}

/** One dimension: size of the block, room before and after it in either array. */
const dimension = fc.record({
  size: fc.nat({ max: 6 }),
  from: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
  to: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
});
const wideDimension = dimension.map((d) => ({ ...d, size: d.size * 10 }));
const blocks = fc
  .tuple(fc.array(dimension, { maxLength: 3 }), wideDimension)
  .map(([outer, inner]) => [...outer, inner]);

describe('copyWindow', () => {
  it('moves exactly the cells of the block in any number of dimensions', () => {
    fc.assert(
      fc.property(blocks, fc.constantFrom<CellType>('int32', 'float64'), (dims, type) => {
        const size = dims.map((d) => d.size);
        const fromStart = dims.map((d) => d.from[0]);
        const toStart = dims.map((d) => d.to[0]);
        const from = arrayOf(
          type,
          dims.map((d) => d.from[0] + d.size + d.from[1]),
          1_000_000,
        );
        const to = arrayOf(
          type,
          dims.map((d) => d.to[0] + d.size + d.to[1]),
          0,
        );
        const expected = to.cells.slice();
        for (const position of positions(size)) {
          expected[offset(to.shape, toStart, position)] =
            from.cells[offset(from.shape, fromStart, position)]!;
        }
        copyWindow({ from, fromStart, to, toStart, size });
        expect(to.cells).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('copies whole arrays, single cells and arrays without dimensions', () => {
    const from = arrayOf('int16', [3, 4, 20], 1);
    const to = arrayOf('int16', [3, 4, 20], 1000);
    copyWindow({ from, fromStart: [0, 0, 0], to, toStart: [0, 0, 0], size: [3, 4, 20] });
    expect(to.cells).toEqual(from.cells);
    copyWindow({ from, fromStart: [2, 3, 19], to, toStart: [0, 0, 0], size: [1, 1, 1] });
    expect(to.cells[0]).toBe(240);
    const point = arrayOf('int16', [], 5);
    copyWindow({ from: point, fromStart: [], to: { ...point, cells: to.cells }, toStart: [], size: [] });
    expect(to.cells[0]).toBe(5);
  });

  it('refuses blocks that leave an array, and arrays that do not match', () => {
    const from = arrayOf('int16', [3, 4], 0);
    const to = arrayOf('int16', [5, 5], 0);
    const whole = { from, fromStart: [0, 0], to, toStart: [0, 0], size: [3, 4] };
    const wrong = [
      { ...whole, fromStart: [1, 0] },
      { ...whole, toStart: [0, 2] },
      { ...whole, fromStart: [-1, 0] },
      { ...whole, size: [3, -1] },
      { ...whole, size: [1.5, 1] },
      { ...whole, size: [3] },
      { ...whole, toStart: [0, 0, 0] },
      { ...whole, to: arrayOf('uint16', [5, 5], 0) },
    ];
    for (const copy of wrong) expect(() => copyWindow(copy)).toThrow(InvalidArgumentError);
    expect(to.cells).toEqual(arrayOf('int16', [5, 5], 0).cells);
  });
});
