import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { colourIndexes, colourRamp, rampNames } from '../../src/render/index.js';

const colourOf = (name: string, index: number): string =>
  Buffer.from(colourRamp(name).subarray(index * 4, index * 4 + 4)).toString('hex');

describe('colourRamp', () => {
  // Ends of matplotlib's viridis, magma and cividis, of Google's turbo and of ColorBrewer's RdBu.
  it.each([
    ['viridis', '440154ff', 'fde725ff'],
    ['magma', '000004ff', 'fcfdbfff'],
    ['inferno', '000004ff', 'fcffa4ff'],
    ['plasma', '0d0887ff', 'f0f921ff'],
    ['rdbu', '67001fff', '053061ff'],
    ['blues', 'f7fbffff', '08306bff'],
  ])('knows %s', (name, first, last) => {
    expect([colourOf(name, 1), colourOf(name, 255)]).toEqual([first, last]);
  });

  it('has the middle of viridis at the middle index', () => {
    expect(colourOf('viridis', 128)).toBe('21918cff');
  });

  it('has 255 opaque colours and a transparent one for every name', () => {
    for (const name of rampNames) {
      const palette = colourRamp(name);
      expect(palette).toHaveLength(1024);
      expect([...palette.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
      for (let index = 1; index < 256; index++) expect(palette[index * 4 + 3]).toBe(255);
      expect(new Set(palette.filter((_, at) => at % 4 === 1)).size).toBeGreaterThan(20);
    }
  });

  it('refuses another name and lists the ones it knows', () => {
    let error: unknown;
    try {
      colourRamp('jet');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ fields: { style: 'jet', known: rampNames } });
  });
});

describe('colourIndexes', () => {
  it('spreads the range over 1..255, clamps, and keeps 0 for no data', () => {
    const values = Float64Array.of(
      0,
      10,
      5,
      -1,
      11,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    );
    expect([...colourIndexes(values, { low: 0, high: 10 })]).toEqual([1, 255, 128, 1, 255, 0, 1, 255]);
  });

  it('uses every colour', () => {
    const values = Float32Array.from({ length: 2551 }, (_, i) => i / 10);
    const found = new Set(colourIndexes(values, { low: 0, high: 255 }));
    expect(found.size).toBe(255);
  });

  it('gives a range of one value the middle of the ramp', () => {
    expect([...colourIndexes(Float64Array.of(3, 2, 4, Number.NaN), { low: 3, high: 3 })]).toEqual([
      128, 1, 255, 0,
    ]);
  });

  it('refuses a range that is upside down or not finite', () => {
    for (const range of [
      { low: 2, high: 1 },
      { low: Number.NaN, high: 1 },
      { low: 0, high: Number.POSITIVE_INFINITY },
      { low: -Number.MAX_VALUE, high: Number.MAX_VALUE },
    ]) {
      expect(() => colourIndexes(new Float32Array(1), range)).toThrow(InvalidArgumentError);
    }
  });
});
