import { describe, expect, it } from 'vitest';
import { type CurveSpec, createCurve } from '../../src/curve/index.js';

/** These indexes are on disk in every layer: a change that alters one of them loses data. */
const golden: readonly { spec: CurveSpec; indexes: readonly [point: number[], index: number][] }[] = [
  {
    spec: { name: 'hilbert', bits: [20, 20] },
    indexes: [
      [[1, 0], 1],
      [[0, 1], 3],
      [[12, 34], 1118],
      [[123456, 654321], 286308167425],
      [[1048575, 0], 1099511627775],
      [[1048575, 1048575], 733007751850],
    ],
  },
  {
    spec: { name: 'hilbert', bits: [26, 26] },
    indexes: [
      [[12345678, 45678901], 1278430279147341],
      [[67108863, 0], 4503599627370495],
    ],
  },
  {
    spec: { name: 'hilbert', bits: [16, 16, 16] },
    indexes: [
      [[1, 0, 0], 7],
      [[0, 1, 0], 1],
      [[0, 0, 1], 3],
      [[12, 34, 56], 218472],
      [[12345, 54321, 777], 50169160877475],
      [[65535, 65535, 65535], 189883912860363],
    ],
  },
  {
    spec: { name: 'hilbert', bits: [12, 12, 12, 12] },
    indexes: [
      [[1, 0, 0, 0], 1],
      [[0, 1, 0, 0], 3],
      [[0, 0, 1, 0], 7],
      [[0, 0, 0, 1], 15],
      [[12, 34, 56, 78], 57611940],
      [[4095, 0, 2048, 1023], 223376566708456],
    ],
  },
  {
    spec: { name: 'zorder', bits: [20, 20] },
    indexes: [
      [[1, 0], 1],
      [[0, 1], 2],
      [[3, 5], 0b100111],
      [[123456, 654321], 566911482370],
    ],
  },
  {
    spec: { name: 'zorder', bits: [9, 8, 14] },
    indexes: [
      [[3, 5, 1], 0b010001111],
      [[300, 200, 10000], 1330169408],
      [[0, 0, 2 ** 13], 2 ** 30],
    ],
  },
  {
    spec: { name: 'rowmajor', bits: [9, 8, 14] },
    indexes: [
      [[3, 5, 1], 3 + 5 * 2 ** 9 + 2 ** 17],
      [[300, 200, 10000], 300 + 200 * 2 ** 9 + 10000 * 2 ** 17],
    ],
  },
];

describe.each(golden)('$spec.name of $spec.bits bits', ({ spec, indexes }) => {
  it.each(indexes)('keeps %j at %i', (point, index) => {
    expect(createCurve(spec).encode(point)).toBe(index);
    expect(createCurve(spec).decode(index)).toEqual(point);
  });
});

/** Whole curves, each point written as its digits. */
const smallest: readonly { spec: CurveSpec; points: string }[] = [
  { spec: { name: 'hilbert', bits: [1, 1] }, points: '00 01 11 10' },
  { spec: { name: 'hilbert', bits: [1, 1, 1] }, points: '000 010 011 001 101 111 110 100' },
  {
    spec: { name: 'hilbert', bits: [1, 1, 1, 1] },
    points: '0000 0100 0110 0010 0011 0111 0101 0001 1001 1101 1111 1011 1010 1110 1100 1000',
  },
  { spec: { name: 'zorder', bits: [1, 3] }, points: '00 10 01 11 02 12 03 13 04 14 05 15 06 16 07 17' },
  { spec: { name: 'rowmajor', bits: [1, 1, 1] }, points: '000 100 010 110 001 101 011 111' },
];

describe.each(smallest)('$spec.name of $spec.bits bits', ({ spec, points }) => {
  it('runs through its points in the order it always did', () => {
    const curve = createCurve(spec);
    const found = Array.from({ length: curve.size }, (_, index) => curve.decode(index).join(''));
    expect(found.join(' ')).toBe(points);
  });
});
