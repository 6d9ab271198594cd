import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type CoverageParameter, encodeCoverageJson } from '../../src/formats/index.js';
import { createRandom } from '../../tools/random.js';
import { coverageOf, pointDomain, temperature } from './sample-answers.js';

/** The texts of `values` as the document has them. */
async function print(values: number[], precision: CoverageParameter['precision']): Promise<string[]> {
  const t = { kind: 'times', values: values.map((_, i) => `${2000 + i}`) } as const;
  const chunks: Uint8Array[] = [];
  const coverage = coverageOf({ ...pointDomain(1, 2), domainType: 'PointSeries', t }, values);
  const parameters = [{ ...temperature, precision }];
  for await (const chunk of encodeCoverageJson({ parameters, coverages: [coverage], isCollection: false })) {
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('latin1');
  return text.slice(text.lastIndexOf('[') + 1, text.lastIndexOf(']')).split(',');
}

const significant = (text: string): number =>
  text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '').length;

const mixed = (value: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(value, { minLength: 1, maxLength: 40 });
const everyday = fc.integer({ min: -40_000_000, max: 40_000_000 }).map((n) => n / 1000);

describe('printed numbers', () => {
  it('prints float32 values as the shortest text that reads back equal', async () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    const values = mixed(fc.oneof(finite, everyday.map(Math.fround)));
    await fc.assert(
      fc.asyncProperty(values, async (numbers) => {
        const texts = await print(numbers, 'float32');
        for (const [i, text] of texts.entries()) {
          expect(Math.fround(JSON.parse(text)) + 0).toBe(numbers[i]! + 0);
          const digits = significant(text);
          // Integers keep all their digits: rounding one makes it no shorter.
          if (digits > 1 && /[.e]/.test(text)) {
            const shorter = Number(numbers[i]!.toPrecision(digits - 1));
            expect(Math.fround(shorter)).not.toBe(numbers[i]);
          }
        }
      }),
    );
  });

  it('reads back whatever the bits, over many chunks of text', async () => {
    const seed = 20_040;
    const random = createRandom(seed);
    const bits = Uint32Array.from({ length: 40_000 }, () => Math.floor(random() * 2 ** 32));
    // A run of subnormals beside those that chance brings.
    for (let i = 0; i < 2000; i++) bits[i]! &= 0x807fffff;
    const values = Array.from(new Float32Array(bits.buffer));
    const texts = await print(values, 'float32');
    expect(texts).toHaveLength(values.length);
    for (const [i, text] of texts.entries()) {
      const value = values[i]!;
      if (!Number.isFinite(value)) expect(text, `seed ${seed}`).toBe('null');
      else if (Math.fround(Number(text)) !== value)
        expect.fail(`seed ${seed}: ${value} is printed as ${text}`);
      if (/\.|e/.test(text)) expect(significant(text.replace('-', ''))).toBeLessThanOrEqual(9);
    }
  });

  it('reads back at powers of two, where the gaps change', async () => {
    const powers = Array.from({ length: 254 }, (_, i) => 2 ** (i - 126));
    const near = powers.flatMap((power) => [power * (1 - 2 ** -24), power, power * (1 + 2 ** -23)]);
    const texts = await print(near, 'float32');
    expect(texts.map((text) => Math.fround(Number(text)))).toEqual(near.map(Math.fround));
  });

  it('prints float64 values as JavaScript does', async () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    const values = mixed(
      fc.oneof(
        finite,
        everyday,
        everyday.map((v) => v / 3),
        fc.integer().map((v) => v * 1e4),
      ),
    );
    await fc.assert(
      fc.asyncProperty(values, async (numbers) => {
        expect(await print(numbers, 'float64')).toEqual(numbers.map((value) => JSON.stringify(value)));
      }),
    );
  });

  it('rounds to the decimals asked and prints no more of them', async () => {
    const values = mixed(fc.oneof(everyday, fc.double({ min: -1e6, max: 1e6, noNaN: true })));
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 0, max: 6 }), async (numbers, decimals) => {
        const texts = await print(numbers, { decimals });
        for (const [i, text] of texts.entries()) {
          expect(text).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
          expect((text.split('.')[1] ?? '').length).toBeLessThanOrEqual(decimals);
          expect(Math.abs(Number(text) - numbers[i]!)).toBeLessThanOrEqual(0.5000001 * 10 ** -decimals);
        }
      }),
    );
  });

  it('prints packed values without the noise of their scale', async () => {
    const raw = [26579, 0, -7, 1, 100];
    expect(
      await print(
        raw.map((n) => n * 0.01),
        { decimals: 2 },
      ),
    ).toEqual(['265.79', '0', '-0.07', '0.01', '1']);
  });

  it('prints large, tiny, signed and missing values', async () => {
    const values = [0, -0, 1e9, 16777216, 1e-7, 3.4028234663852886e38, 1.401298464324817e-45, Number.NaN];
    expect(await print(values, 'float32')).toEqual([
      '0',
      '0',
      '1000000000',
      '16777216',
      '1e-7',
      '3.4028235e+38',
      '1e-45',
      'null',
    ]);
    expect(await print([1e300, -1e-300, Number.NEGATIVE_INFINITY], { decimals: 2 })).toEqual([
      '1e+300',
      '0',
      'null',
    ]);
  });

  it('refuses a number of decimals it cannot print', async () => {
    await expect(print([1], { decimals: -1 })).rejects.toThrow(InvalidArgumentError);
    await expect(print([1], { decimals: 1.5 })).rejects.toThrow(InvalidArgumentError);
  });
});
