import { describe, expect, it } from 'vitest';
import { createKeyIndex, type KeyIndexSpec } from '../../src/curve/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { CalendarName, Coordinates, Grid } from '../../src/grid/index.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2020, 0, 1);
const sixHours = { kind: 'duration', duration: 'PT6H', originMs: start } as const;
const bits3 = [8, 8, 8];

function layout(t: Coordinates, options: { steps?: number; calendar?: CalendarName } = {}) {
  const { steps = 1, calendar = 'standard' } = options;
  const x: Coordinates = { kind: 'regular', start: 0, step: 1, count: 360 };
  const grid: Grid = {
    crs: { id: 'OGC:CRS84', kind: 'geographic' },
    x: { name: 'lon', coordinates: x },
    y: { name: 'lat', coordinates: { ...x, start: 89.5, step: -1, count: 180 } },
    t: { name: 'time', coordinates: t, calendar },
    custom: [],
  };
  return { grid, tileShape: { t: steps, z: 1, row: 64, col: 64 } };
}

const hourly: Coordinates = { kind: 'regular', start, step: hour, count: 48 };

function timed(time: KeyIndexSpec['time'], name: 'hilbert' | 'rowmajor' = 'hilbert'): KeyIndexSpec {
  return { curve: { name, bits: bits3 }, ...(time && { time }) };
}

describe('createKeyIndex', () => {
  it('puts [col, row] on the curve when time is not in it', () => {
    const index = createKeyIndex({ curve: { name: 'hilbert', bits: [20, 20] } }, layout(hourly));
    expect(index.pointOf({ col: 12, row: 34, t: 5 })).toEqual([12, 34]);
    expect(index.indexOf({ col: 12, row: 34, t: 5 })).toBe(1118);
    expect(index.boxOf({ col: [1, 2], row: [3, 4], t: [0, 9] })).toEqual({ min: [1, 3], max: [2, 4] });
  });

  it('makes every time tile its own bin', () => {
    const index = createKeyIndex(timed({ kind: 'tile' }), layout(hourly, { steps: 24 }));
    expect(index.pointOf({ col: 1, row: 2, t: 7 })).toEqual([1, 2, 7]);
    expect(index.boxOf({ col: [0, 0], row: [0, 1], t: [2, 5] })).toEqual({ min: [0, 0, 2], max: [0, 1, 5] });
  });

  it('shares one index among the time tiles of a duration', () => {
    const index = createKeyIndex(timed(sixHours), layout(hourly));
    const bins = [0, 5, 6, 11, 12, 47].map((t) => index.pointOf({ col: 1, row: 2, t })[2]);
    expect(bins).toEqual([0, 0, 1, 1, 2, 7]);
    expect(index.indexOf({ col: 1, row: 2, t: 6 })).toBe(index.indexOf({ col: 1, row: 2, t: 11 }));
    expect(index.boxOf({ col: [0, 3], row: [0, 3], t: [4, 13] })).toEqual({ min: [0, 0, 0], max: [3, 3, 2] });
  });

  it('bins a tile of several instants by its first', () => {
    const index = createKeyIndex(timed(sixHours), layout(hourly, { steps: 4 }));
    const bins = [0, 1, 2, 3].map((t) => index.pointOf({ col: 0, row: 0, t })[2]);
    expect(bins).toEqual([0, 0, 1, 2]);
  });

  it('counts bins by calendar month in the calendar of the axis', () => {
    const daily = { kind: 'regular', start: 0, step: day, count: 720 } as const;
    const monthly = timed({ kind: 'duration', duration: 'P1M', originMs: 0 });
    const index = createKeyIndex(monthly, layout(daily, { calendar: '360_day' }));
    const bins = [0, 29, 30, 59, 60, 359, 360].map((t) => index.pointOf({ col: 0, row: 0, t })[2]);
    expect(bins).toEqual([0, 0, 1, 1, 2, 11, 12]);
  });

  it('holds every tile of the bounds in the box on a descending time axis', () => {
    const newestFirst: Coordinates = { kind: 'regular', start: start + 47 * hour, step: -hour, count: 48 };
    const index = createKeyIndex(timed(sixHours), layout(newestFirst));
    const box = index.boxOf({ col: [0, 0], row: [0, 0], t: [10, 20] });
    expect(box).toEqual({ min: [0, 0, 4], max: [0, 0, 6] });
    for (let t = 10; t <= 20; t++) {
      const bin = index.pointOf({ col: 0, row: 0, t })[2]!;
      expect(bin).toBeGreaterThanOrEqual(4);
      expect(bin).toBeLessThanOrEqual(6);
    }
  });

  it('finds in the cover of a box the index of every key in its bounds', () => {
    const index = createKeyIndex(timed(sixHours, 'rowmajor'), layout(hourly, { steps: 2 }));
    const ranges = index.curve.cover(index.boxOf({ col: [1, 3], row: [0, 2], t: [3, 20] }));
    for (let col = 1; col <= 3; col++) {
      for (let t = 3; t <= 20; t++) {
        const at = index.indexOf({ col, row: 1, t });
        expect(ranges.some((range) => range.start <= at && at < range.end)).toBe(true);
      }
    }
  });

  it('refuses keys beyond the curve', () => {
    const index = createKeyIndex(timed({ kind: 'tile' }), layout(hourly));
    for (const key of [
      { col: 256, row: 0, t: 0 },
      { col: 0, row: -1, t: 0 },
      { col: 0, row: 0, t: 256 },
      { col: 0.5, row: 0, t: 0 },
    ]) {
      expect(() => index.indexOf(key)).toThrow(InvalidArgumentError);
      expect(() => index.pointOf(key)).toThrow(InvalidArgumentError);
    }
    expect(() => index.boxOf({ col: [0, 256], row: [0, 0], t: [0, 0] })).toThrow(InvalidArgumentError);
  });

  it('refuses an instant before the first bin, past the last, or off the axis', () => {
    const later = createKeyIndex(timed({ ...sixHours, originMs: start + day }), layout(hourly));
    expect(() => later.indexOf({ col: 0, row: 0, t: 23 })).toThrow(InvalidArgumentError);
    expect(later.pointOf({ col: 0, row: 0, t: 24 })).toEqual([0, 0, 0]);
    const long = createKeyIndex(timed({ ...sixHours, originMs: start - 64 * day }), layout(hourly));
    expect(() => long.indexOf({ col: 0, row: 0, t: 0 })).toThrow(InvalidArgumentError);
    expect(() => later.indexOf({ col: 0, row: 0, t: 48 })).toThrow(InvalidArgumentError);
  });

  it('refuses a curve of other dimensions, and bins without a time axis', () => {
    const flat = { name: 'hilbert', bits: [20, 20] } as const;
    const { grid, tileShape } = layout(hourly);
    const { t: _, ...timeless } = grid;
    expect(() => createKeyIndex({ curve: flat, time: { kind: 'tile' } }, { grid, tileShape })).toThrow(
      InvalidArgumentError,
    );
    expect(() => createKeyIndex(timed(undefined), { grid, tileShape })).toThrow(InvalidArgumentError);
    expect(() => createKeyIndex(timed(sixHours), { grid: timeless, tileShape })).toThrow(
      InvalidArgumentError,
    );
  });
});
