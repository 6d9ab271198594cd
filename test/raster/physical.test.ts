import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocateCells,
  type Cells,
  mergeSummaries,
  noDataFill,
  type Parameter,
  physicalValue,
  storedNoData,
  summarize,
  toPhysical,
  writePhysical,
} from '../../src/raster/index.js';

function parameterOf(fields: Partial<Parameter>): Parameter {
  return { id: 'p', title: 'p', type: 'float32', scale: 1, offset: 0, axes: [], attributes: {}, ...fields };
}

const packed = parameterOf({ type: 'int16', noData: -32767, scale: 0.01, offset: 273.15 });

const parameters = fc.constantFrom(
  packed,
  parameterOf({ type: 'uint8' }),
  parameterOf({ type: 'uint8', noData: 0 }),
  parameterOf({ type: 'int32', scale: -2, offset: 1, noData: 5 }),
  parameterOf({ type: 'float32' }),
  parameterOf({ type: 'float32', noData: 1e20 }),
  parameterOf({ type: 'float64', noData: -9999, scale: 0.1, offset: -3 }),
);

/** Cells with some no data, NaN in float types. */
const samples = fc
  .tuple(parameters, fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 60 }))
  .map(([parameter, numbers]) => {
    const cells = allocateCells(parameter.type, numbers.length);
    numbers.forEach((n, k) => {
      if (n < 90) cells[k] = n;
      else cells[k] = n < 95 ? noDataFill(parameter) : Number.NaN;
    });
    return { parameter, cells };
  });

/** Physical values one by one, by definition. */
function expectedValues(cells: Cells, parameter: Parameter): number[] {
  const fill = parameter.type === 'float32' ? Math.fround(parameter.noData ?? Number.NaN) : parameter.noData;
  return Array.from(cells, (raw) => (raw === fill ? Number.NaN : raw * parameter.scale + parameter.offset));
}

describe('no data', () => {
  it.each([1e20, 9.969209968386869e36, 9.96921e36, -3.4028234663852886e38, 0.1, -9999.9])(
    '%d is found among float32 cells',
    (noData) => {
      const parameter = parameterOf({ noData });
      const cells = Float32Array.of(1, noData);
      expect(storedNoData(parameter)).toBe(cells[1]);
      expect(toPhysical(cells, parameter)(1)).toBeNaN();
      expect(physicalValue(cells[1]!, parameter)).toBeNaN();
      expect(summarize(cells, parameter)).toEqual({ valid: 1, min: 1, max: 1, sum: 1 });
    },
  );

  it('that a type cannot hold is no cell', () => {
    expect(storedNoData({ type: 'uint8', noData: -9999 })).toBeUndefined();
    expect(storedNoData({ type: 'int16', noData: 0.5 })).toBeUndefined();
    expect(storedNoData({ type: 'float32', noData: 1e300 })).toBeUndefined();
    expect(storedNoData({ type: 'float32', noData: -Infinity })).toBe(-Infinity);
    // -9999 would be 241 if it were cut to 8 bits.
    expect(physicalValue(241, parameterOf({ type: 'uint8', noData: -9999 }))).toBe(241);
  });

  it('pads with its value, else NaN, else 0', () => {
    expect(noDataFill({ type: 'int16', noData: -1 })).toBe(-1);
    expect(noDataFill({ type: 'float32', noData: 1e20 })).toBe(Math.fround(1e20));
    expect(noDataFill({ type: 'float32', noData: Number.NaN })).toBeNaN();
    expect(noDataFill({ type: 'float64' })).toBeNaN();
    expect(noDataFill({ type: 'uint8' })).toBe(0);
    expect(noDataFill({ type: 'uint8', noData: -9999 })).toBe(0);
  });
});

describe('physical values', () => {
  it('are stored * scale + offset in float64, NaN for no data, read either way', () => {
    fc.assert(
      fc.property(samples, ({ parameter, cells }) => {
        const expected = expectedValues(cells, parameter);
        const read = toPhysical(cells, parameter);
        expect(expected.map((_, k) => read(k))).toEqual(expected);
        expect(Array.from(cells, (raw) => physicalValue(raw, parameter))).toEqual(expected);
      }),
    );
  });

  it('are written with any stride and nowhere else', () => {
    fc.assert(
      fc.property(
        samples,
        fc.nat({ max: 5 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat({ max: 5 }),
        (sample, from, stride, at) => {
          const { parameter, cells } = sample;
          const count = Math.max(0, Math.ceil((cells.length - from) / stride));
          const into = new Float64Array(at + count + 3).fill(-77);
          writePhysical({ cells, from, count, stride, into, at, parameter });
          const values = expectedValues(cells, parameter).filter(
            (_, k) => k >= from && (k - from) % stride === 0,
          );
          expect([...into]).toEqual([...new Array(at).fill(-77), ...values, -77, -77, -77]);
        },
      ),
    );
  });
});

describe('summaries', () => {
  it('describe the valid cells', () => {
    fc.assert(
      fc.property(samples, ({ parameter, cells }) => {
        const valid = expectedValues(cells, parameter).filter((value) => !Number.isNaN(value));
        const found = summarize(cells, parameter);
        if (valid.length === 0) {
          expect(found).toBeUndefined();
          return;
        }
        const sum = valid.reduce((a, b) => a + b, 0);
        expect(found).toMatchObject({
          valid: valid.length,
          min: Math.min(...valid),
          max: Math.max(...valid),
        });
        expect(found!.sum).toBeCloseTo(sum, 6);
      }),
    );
  });

  it('of two parts are the summary of both', () => {
    const cells = Int16Array.of(100, -32767, 300, 200);
    const parts = [cells.subarray(0, 2), cells.subarray(2)].map((part) => summarize(part, packed));
    const merged = mergeSummaries(parts[0], parts[1]);
    expect(merged).toMatchObject({ valid: 3, min: 274.15, max: 276.15 });
    expect(merged!.sum).toBeCloseTo(summarize(cells, packed)!.sum, 9);
    expect(mergeSummaries(undefined, parts[0])).toBe(parts[0]);
    expect(mergeSummaries(parts[0], undefined)).toBe(parts[0]);
    expect(mergeSummaries(undefined, undefined)).toBeUndefined();
  });

  it('add packed integers up exactly', () => {
    const cells = new Int16Array(100_000).fill(1);
    const tenth = parameterOf({ type: 'int16', scale: 0.1 });
    expect(summarize(cells, tenth)!.sum).toBe(10_000);
  });

  it('count infinities as valid', () => {
    const plain = parameterOf({});
    expect(summarize(Float32Array.of(1, Infinity), plain)).toEqual({
      valid: 2,
      min: 1,
      max: Infinity,
      sum: Infinity,
    });
    expect(summarize(Float32Array.of(-Infinity, Infinity), plain)!.sum).toBeNaN();
  });
});
