import { describe, expect, it } from 'vitest';
import { countCells, differenceOf, readCells } from '../../tools/bench/edr/coverage-cells.js';

const X = [8.5, 9];
const Y = [47.5, 47];
const T = ['2000-01-01T00:00:00Z', '2000-01-01T01:00:00Z'];
/** In the order t, y, x. */
const VALUES = [1, 2, 3, null, 5, 6, 7, 8.1];

describe('CoverageJSON of several servers', () => {
  it('is the same where axes are listed, stated by their ends, or of points', () => {
    expect(differenceOf(read(grid({})), read(grid({})))).toBeUndefined();
    const ends = { x: { start: 8.5, stop: 9, num: 2 }, y: { start: 47.5, stop: 47, num: 2 } };
    expect(differenceOf(read(grid({})), read(grid({ axes: { ...ends, t: { values: T } } })))).toBeUndefined();
    const points = {
      x: { values: [8.5, 9, 8.5, 9] },
      y: { values: [47.5, 47.5, 47, 47] },
      t: { values: T.map((text) => text.replace('Z', '.000000000')) },
    };
    const listed = grid({ axes: points, axisNames: ['t', 'pts'], shape: [2, 4] });
    expect(differenceOf(read(grid({})), read(listed))).toBeUndefined();
  });

  it('is the same as float32, however many digits are printed', () => {
    const exact = VALUES.map((value) => value && Math.fround(value));
    expect(differenceOf(read(grid({})), read(grid({ values: exact })))).toBeUndefined();
  });

  it('differs by one value, by a missing one, and by the order of its axes', () => {
    const ours = read(grid({}));
    expect(differenceOf(ours, read(grid({ values: [1, 2, 3, null, 5, 6, 7, 8] })))).toBeDefined();
    expect(differenceOf(ours, read(grid({ values: [1, 2, 3, 4, 5, 6, 7, 8.1] })))).toBeDefined();
    expect(differenceOf(ours, read(grid({ values: [1, 2, 3, null, 5, 6, 7, null] })))).toBeDefined();
    expect(differenceOf(ours, read(grid({ axisNames: ['y', 'x', 't'] })))).toBeDefined();
  });

  it('differs by the level, which is the one asked for where none is stated', () => {
    const at = (level: number) =>
      grid({ axes: { x: { values: X }, y: { values: Y }, t: { values: T }, z: { values: [level] } } });
    expect(differenceOf(read(at(850), '850'), read(grid({}), '850'))).toBeUndefined();
    expect(differenceOf(read(at(850), '850'), read(at(700), '850'))).toBeDefined();
  });

  it('counts all cells of all coverages', () => {
    const coverage = JSON.parse(grid({})) as unknown;
    const collection = JSON.stringify({ type: 'CoverageCollection', coverages: [coverage, coverage] });
    expect(countCells(collection)).toBe(2 * VALUES.length);
  });

  it('is refused when its values do not fit its shape', () => {
    expect(() => read(grid({ shape: [2, 2, 3] }))).toThrow();
  });
});

function read(text: string, level?: string) {
  return readCells(text, level);
}

function grid(changed: {
  axes?: unknown;
  axisNames?: string[];
  shape?: number[];
  values?: (number | null)[];
}): string {
  const {
    axes = { x: { values: X }, y: { values: Y }, t: { values: T } },
    axisNames = ['t', 'y', 'x'],
    shape = [2, 2, 2],
    values = VALUES,
  } = changed;
  return JSON.stringify({ domain: { axes }, ranges: { field: { axisNames, shape, values } } });
}
