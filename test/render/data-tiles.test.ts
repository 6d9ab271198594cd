import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { encodeField, type Field, quantisation } from '../../src/render/index.js';
import { readPng } from './read-png.js';

const row = (values: readonly number[]): Field => ({
  ...{ width: values.length, height: 1, margin: 0 },
  values: Float32Array.from(values),
});

/** The value of a half, by its definition. */
function halfValue(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(bits / 1024) % 32;
  const fraction = (bits % 1024) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15));
}

const finiteHalves = Array.from({ length: 0x7c00 }, (_, bits) => halfValue(bits));

/** The half nearest to a value, of two equally near the one with an even last bit. */
function nearestHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  // Halfway between the largest half and the power of two behind it.
  if (size >= 65520) return sign + 0x7c00;
  const above = finiteHalves.findIndex((half) => half >= size);
  const high = above < 0 ? finiteHalves.length - 1 : above;
  const low = Math.max(0, high - 1);
  const [toLow, toHigh] = [size - finiteHalves[low]!, Math.abs(finiteHalves[high]! - size)];
  const isLow = toLow < toHigh || (toLow === toHigh && low % 2 === 0);
  return sign + (isLow && high !== low ? low : high);
}

async function halvesOf(values: readonly number[]): Promise<number[]> {
  const bytes = Buffer.from(await encodeField(row(values), 'f16'));
  return values.map((_, at) => bytes.readUInt16LE(2 * at));
}

describe('float16', () => {
  it('holds every half as it is', async () => {
    const bits = Array.from({ length: 0x10000 }, (_, at) => at).filter((at) => !Number.isNaN(halfValue(at)));
    expect(await halvesOf(bits.map(halfValue))).toEqual(bits);
  });

  it('rounds every other value to the nearest, ties to even', async () => {
    const between = fc
      .tuple(fc.integer({ min: 0, max: 0x7bfe }), fc.constantFrom(0.25, 0.5, 0.75, 0.4999), fc.boolean())
      .map(([at, share, isNegative]) => {
        const value = finiteHalves[at]! + share * (finiteHalves[at + 1]! - finiteHalves[at]!);
        return Math.fround(isNegative ? -value : value);
      });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.float(), between), { minLength: 1, maxLength: 20 }),
        async (values) => {
          expect(await halvesOf(values)).toEqual(values.map(nearestHalf));
        },
      ),
    );
  });

  it('overflows to infinite values and keeps no data', async () => {
    const values = [
      65504,
      65519.99,
      65520,
      -1e30,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      2 ** -25,
      -(2 ** -24),
    ];
    expect((await halvesOf(values)).map((half) => half.toString(16))).toEqual([
      ...['7bff', '7bff', '7c00', 'fc00', 'fc00', '7e00', '0', '8001'],
    ]);
  });

  it('leaves out the margin, as float32 does', async () => {
    const field = { width: 1, height: 1, margin: 1, values: Float32Array.of(9, 9, 9, 9, 1, 9, 9, 9, 9) };
    expect(Buffer.from(await encodeField(field, 'f16')).toString('hex')).toBe('003c');
    expect(Buffer.from(await encodeField(field, 'f32')).toString('hex')).toBe('0000803f');
  });
});

/** Values as a client reads them, by the formula of the file. */
function decodeQuantised(bytes: Uint8Array): number[] {
  const { rgba, texts, width, height } = readPng(bytes);
  return Array.from({ length: width * height }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(4 * pixel);
    const code = 65536 * red + 256 * green + blue;
    return code === 0 ? Number.NaN : Number(texts.Offset) + Number(texts.Scale) * (code - 1);
  });
}

describe('quantised values', () => {
  const cases = fc
    .record({
      low: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      width: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      places: fc.array(fc.double({ min: -0.5, max: 1.5 }), { minLength: 1, maxLength: 30 }),
      format: fc.constantFrom('q16' as const, 'q24' as const),
    })
    .map(({ low, width, places, format }) => ({
      range: { low, high: low + width },
      values: places.map((place) => Math.fround(low + place * width)),
      format,
    }));

  it('come back within half a step, beyond the range as its ends, no data as no data', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ range, values, format }) => {
        const bytes = await encodeField(row(values), format, range);
        expect(readPng(bytes)).toMatchObject({ colourType: 2, width: values.length });
        const { scale } = quantisation(range, format);
        expect(scale).toBeCloseTo((range.high - range.low) / (format === 'q16' ? 65534 : 16777214));
        const tolerance = scale / 2 + 1e-9 * Math.max(Math.abs(range.low), Math.abs(range.high));
        for (const [at, value] of decodeQuantised(bytes).entries()) {
          const wanted = Math.min(range.high, Math.max(range.low, values[at]!));
          if (Number.isNaN(wanted)) expect(value).toBeNaN();
          else expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance);
        }
      }),
    );
  });

  it('have rows of several pixels, whatever filter they are stored with', async () => {
    const values = Float32Array.from({ length: 12 }, (_, at) => (at === 5 ? Number.NaN : (at * 7) % 11));
    const bytes = await encodeField({ width: 4, height: 3, margin: 0, values }, 'q16', { low: 0, high: 10 });
    for (const [at, value] of decodeQuantised(bytes).entries()) {
      if (at === 5) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(values[at]!, 3);
    }
  });

  it('hold a range of one value, and refuse none or a wrong one', async () => {
    const bytes = await encodeField(row([3, 2, 4, Number.NaN]), 'q16', { low: 3, high: 3 });
    expect(decodeQuantised(bytes)).toEqual([3, 3, 3, Number.NaN]);
    await expect(encodeField(row([1]), 'q16')).rejects.toThrow(InvalidArgumentError);
    await expect(encodeField(row([1]), 'q24', { low: 2, high: 1 })).rejects.toThrow(InvalidArgumentError);
  });
});
