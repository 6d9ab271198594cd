import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type ColourRange, drawField, type MapStyle, parseStyle, rangeOf } from '../../src/render/index.js';

const unused = { low: 0, high: 1 };

/** Palette indexes of values under a style. */
function indexesOf(
  values: readonly number[],
  style: string | MapStyle,
  range: ColourRange = unused,
): number[] {
  const field = { width: values.length, height: 1, margin: 0, values: Float32Array.from(values) };
  const picture = drawField(field, typeof style === 'string' ? parseStyle(style) : style, range);
  if (picture.kind !== 'indexed') throw new Error('colours are indexed');
  return [...picture.indexes];
}

const float = fc.float({ noDefaultInfinity: true, noNaN: true });
const anyValues = fc.array(fc.float(), { minLength: 1, maxLength: 60 });
/** Values in and around a range, which random floats seldom hit. */
const near = ({ low, high }: ColourRange) =>
  fc
    .array(fc.double({ min: -0.3, max: 1.3, noNaN: true }), { minLength: 1, maxLength: 60 })
    .map((places) => places.map((place) => low + place * (high - low)));
const range = fc
  .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }))
  .map(([low, width]) => ({ low, high: low + width }));
const rangeAndValues = range.chain((found) =>
  fc.record({ range: fc.constant(found), values: fc.oneof(near(found), anyValues) }),
);

/** The formula of each scale, straight: no data 0, below 1, above `count`, else the nearest of the colours. */
function plainIndex(value: number, { low, high }: ColourRange, placeOf: (value: number) => number): number {
  const count = 255;
  if (Number.isNaN(value)) return 0;
  if (value < Math.fround(low)) return 1;
  if (value > Math.fround(high)) return count;
  return 1 + Math.round(Math.min(1, Math.max(0, placeOf(value))) * (count - 1));
}

describe('a linear scale', () => {
  it('spreads the range over 1..255, clamps, and keeps 0 for no data', () => {
    const values = [0, 10, 5, -1, 11, Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(indexesOf(values, 'viridis', { low: 0, high: 10 })).toEqual([1, 255, 128, 1, 255, 0, 1, 255]);
  });

  it('uses every colour', () => {
    const values = Array.from({ length: 2551 }, (_, i) => i / 10);
    expect(new Set(indexesOf(values, 'viridis', { low: 0, high: 255 })).size).toBe(255);
  });

  it('gives a range of one value the middle of the ramp', () => {
    expect(indexesOf([3, 2, 4, Number.NaN], 'viridis', { low: 3, high: 3 })).toEqual([128, 1, 255, 0]);
  });

  it('equals its formula, also where values lie halfway between two colours', () => {
    fc.assert(
      fc.property(rangeAndValues, ({ range: { low, high }, values }) => {
        const expected = Array.from(Float32Array.from(values), (value) =>
          plainIndex(value, { low, high }, (x) => (x - low) / (high - low)),
        );
        expect(indexesOf(values, 'turbo', { low, high })).toEqual(expected);
      }),
    );
    const halves = Array.from({ length: 509 }, (_, i) => i / 2);
    const rounded = halves.map((value) => 1 + Math.round(value));
    expect(indexesOf(halves, 'turbo', { low: 0, high: 254 })).toEqual(rounded);
  });

  it('keeps ends that float32 cannot hold within the range', () => {
    const style = '{"below":"red","above":"blue"}';
    expect(indexesOf([0.1, 0.7], style, { low: 0.1, high: 0.7 })).toEqual([1, 253]);
  });

  it('holds for ranges of any size', () => {
    const ends = fc.tuple(float, float).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
    fc.assert(
      fc.property(ends, anyValues, ({ low, high }, values) => {
        const sorted = Float32Array.from(values.filter((value) => !Number.isNaN(value))).sort();
        const found = indexesOf([...sorted], 'turbo', { low, high });
        expect(found).toEqual(found.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('a logarithmic scale', () => {
  it('equals its formula', () => {
    const positive = fc
      .tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: 0.01, max: 9, noNaN: true }))
      .map(([start, decades]) => ({ low: 10 ** start, high: 10 ** (start + decades) }));
    const cases = positive.chain((found) => {
      const [low, high] = [Math.log(found.low), Math.log(found.high)];
      const values = near({ low, high }).map((logs) => logs.map(Math.exp));
      return fc.record({ range: fc.constant(found), values: fc.oneof(values, anyValues) });
    });
    fc.assert(
      fc.property(cases, ({ range: { low, high }, values }) => {
        const width = Math.log(high) - Math.log(low);
        const expected = Array.from(Float32Array.from(values), (value) =>
          plainIndex(value, { low, high }, (x) => (Math.log(x) - Math.log(low)) / width),
        );
        expect(indexesOf(values, '{"scale":"log"}', { low, high })).toEqual(expected);
      }),
    );
  });

  it('has decades at even distances, zero and below before them', () => {
    const found = indexesOf([0, -5, 1, 10, 100, Number.NaN], '{"scale":"log"}', { low: 1, high: 100 });
    expect(found).toEqual([1, 1, 1, 128, 255, 0]);
  });

  it('refuses a range that reaches zero, of a style, a request or statistics', () => {
    const log = parseStyle('{"scale":"log"}');
    for (const low of [0, -1]) {
      expect(() => indexesOf([1], log, { low, high: 2 })).toThrow(InvalidArgumentError);
      expect(() => rangeOf(log, { stored: { low, high: 2 } })).toThrow(InvalidArgumentError);
    }
    expect(() => parseStyle('{"scale":"log","range":[0,1]}')).toThrow(InvalidArgumentError);
    expect(rangeOf(log, { requested: { low: 1, high: 2 }, stored: { low: -1, high: 2 } })).toEqual({
      low: 1,
      high: 2,
    });
  });
});

describe('a diverging scale', () => {
  const style = (centre: number) => JSON.stringify({ ramp: 'rdbu', scale: 'diverging', centre });

  it('equals its formula, each side by itself', () => {
    const cases = rangeAndValues.chain((found) =>
      fc.record({ ...mapConstants(found), share: fc.double({ min: 0.01, max: 0.99, noNaN: true }) }),
    );
    fc.assert(
      fc.property(cases, ({ range: { low, high }, values, share }) => {
        const centre = low + share * (high - low);
        const place = (x: number) =>
          x < centre ? (x - low) / (centre - low) / 2 : 0.5 + (x - centre) / (high - centre) / 2;
        const expected = Array.from(Float32Array.from(values), (value) =>
          plainIndex(value, { low, high }, place),
        );
        expect(indexesOf(values, style(centre), { low, high })).toEqual(expected);
      }),
    );
  });

  it('shows its centre in the middle colour, with colours for values beyond the range, too', () => {
    expect(indexesOf([-10, 0, 30], style(0), { low: -10, high: 30 })).toEqual([1, 128, 255]);
    const edged = '{"ramp":"rdbu","scale":"diverging","below":"black"}';
    expect(indexesOf([-11, -10, 0, 30, 31], edged, { low: -10, high: 30 })).toEqual([254, 1, 127, 253, 253]);
  });

  it('reaches equally far to both sides when the range is that of the statistics', () => {
    expect(rangeOf(parseStyle(style(10)), { stored: { low: 4, high: 12 } })).toEqual({ low: 4, high: 16 });
    expect(rangeOf(parseStyle(style(0)), { stored: { low: 5, high: 6 } })).toEqual({ low: -6, high: 6 });
  });

  it('refuses a range beside its centre', () => {
    expect(() => indexesOf([1], style(0), { low: 1, high: 2 })).toThrow(InvalidArgumentError);
  });
});

describe('classes', () => {
  it('hold values from one break up to the next, the last one both its ends', () => {
    const ascending = fc.uniqueArray(float, { minLength: 2, maxLength: 20, comparator: 'SameValueZero' });
    fc.assert(
      fc.property(ascending, anyValues, (unsorted, others) => {
        const breaks = unsorted.toSorted((a, b) => a - b);
        const values = [...others, ...breaks];
        const classes = breaks.length - 1;
        const expected = values.map((value) => {
          if (Number.isNaN(value)) return 0;
          if (value < breaks[0]!) return classes + 1;
          if (value > breaks.at(-1)!) return classes + 2;
          return Math.min(classes, 1 + breaks.findLastIndex((low) => value >= low));
        });
        expect(indexesOf(values, JSON.stringify({ breaks, below: 'red', above: 'blue' }))).toEqual(expected);
      }),
    );
  });

  it('divide the range evenly when only their number is told', () => {
    const values = [-1, 0, 1.9, 2, 5, 9.99, 10, 11];
    expect(indexesOf(values, '{"classes":5}', { low: 0, high: 10 })).toEqual([1, 1, 1, 2, 3, 5, 5, 5]);
    expect(indexesOf([3], '{"classes":5}', { low: 3, high: 3 })).toEqual([3]);
  });

  it('compare as float32, which values are', () => {
    expect(indexesOf([0.7, 0.1, 0.3], '{"breaks":[0.1,0.3,0.7,1]}')).toEqual([3, 1, 2]);
  });
});

describe('single values', () => {
  it('have the colour of their category, others that of no data', () => {
    const categories = fc.uniqueArray(float, { minLength: 1, maxLength: 30, comparator: 'SameValueZero' });
    fc.assert(
      fc.property(categories, anyValues, (found, others) => {
        const keys = found.map((value) => value + 0).toSorted((a, b) => a - b);
        const values = [...others, ...keys, -0];
        const style = { categories: Object.fromEntries(keys.map((key) => [String(key), '#102030'])) };
        const expected = values.map((value) => 1 + keys.indexOf(value));
        expect(indexesOf(values, JSON.stringify(style))).toEqual(expected);
      }),
    );
  });

  it('are integers in turn for a set of colours', () => {
    const values = [0, 1, 9, 10, -1, 2.9999998, Number.NaN, Number.POSITIVE_INFINITY];
    expect(indexesOf(values, 'category10')).toEqual([1, 2, 10, 1, 10, 4, 0, 0]);
  });

  it('lie in intervals that leave gaps', () => {
    const style = '[[[0,1],"#ff0000"],[[5,10],[0,255,0,255]],[[1,2],"blue"]]';
    expect(indexesOf([-0.1, 0, 0.99, 1, 2, 5, 9.9, 10, Number.NaN], style)).toEqual([
      0, 1, 1, 2, 0, 3, 3, 0, 0,
    ]);
  });
});

function mapConstants<T extends object>(record: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, fc.constant(value)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };
}
