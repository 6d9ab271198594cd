import { decode as decodeCbor } from 'cbor-x';
import { unpack } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { answerOf, coverageOf, gridDomain, pointDomain } from './sample-answers.js';

// biome-ignore lint/suspicious/noExplicitAny: decoded documents, their shape is what the tests look at
type Decode = (bytes: Uint8Array) => any;

/** The document with its values as lists, null for NaN: as CoverageJSON has them. */
// biome-ignore lint/suspicious/noExplicitAny: as above
function plain(value: any): any {
  if (value instanceof Float32Array || value instanceof Float64Array)
    return Array.from(value, (one) => (Number.isNaN(one) ? null : one));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

describe.each<[string, Decode]>([
  ['CBOR', decodeCbor],
  ['MessagePack', unpack],
])('%s', (token, decode) => {
  const same = async (answer: CoverageAnswer) => {
    // As texts, since comparing a hundred thousand small lists one by one takes seconds.
    const found = JSON.stringify(plain(decode(await encoded(token, answer))));
    const json = JSON.parse((await encoded('CoverageJSON', answer)).toString());
    expect(found === JSON.stringify(json)).toBe(true);
  };

  it('is the CoverageJSON document with typed arrays for values', async () => {
    const answer = answerOf(coverageOf(gridDomain, [1, 2.5, Number.NaN, -4, 5, 6]));
    const document = decode(await encoded(token, answer));
    expect(document.ranges.t2m.values).toEqual(Float32Array.from([1, 2.5, Number.NaN, -4, 5, 6]));
    await same(answer);
  });

  it('keeps every value, text and member of a collection', async () => {
    const filledOnes = [1, 2].map((number) =>
      filled(fullGrid, 72, {
        seed: number,
        members: { number: number * -70_000, name: hostile, huge: 2 ** 40 + number },
      }),
    );
    const coverages = filledOnes.map(({ coverage }) => coverage);
    const document = decode(await encoded(token, { parameters, coverages, isCollection: true }));
    for (const [c, { values }] of filledOnes.entries()) {
      const { ranges, ...coverage } = document.coverages[c];
      expect(coverage).toMatchObject({ number: (c + 1) * -70_000, name: hostile, huge: 2 ** 40 + c + 1 });
      for (const { id } of parameters) expect(Array.from(ranges[id].values)).toEqual(values.get(id));
    }
    expect(Object.keys(document.parameters)).toEqual(['t2m', hostile, 'count']);
    expect(document.parameters[hostile].description.en).toBe(hostile);
    const json = JSON.parse(
      (await encoded('CoverageJSON', { parameters, coverages, isCollection: true })).toString(),
    );
    const { coverages: _, ...outside } = plain(document);
    expect(json).toMatchObject(outside);
    expect(plain(document.coverages[1].domain)).toEqual(json.coverages[1].domain);
  });

  it.each([1, 15, 16, 23, 24, 31, 32, 255, 256, 65_535, 65_536, 70_000])(
    'states the length of %i values, points and characters',
    async (count) => {
      const domain: Domain = {
        domainType: 'MultiPoint',
        composite: { coordinates: ['x', 'y'], values: Array.from({ length: count }, (_, i) => [i / 8, -i]) },
        crs: pointDomain(0, 0).crs,
      };
      const values = Array.from({ length: count }, (_, i) => i);
      await same(answerOf(coverageOf(domain, values, { id: 'é'.repeat(count) })));
    },
  );

  it('refuses a range whose values do not fill its shape', async () => {
    for (const values of [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], []])
      await expect(encoded(token, answerOf(coverageOf(gridDomain, values)))).rejects.toThrow(
        InvalidArgumentError,
      );
  });
});

it('refuses more than a MessagePack array can hold', () => {
  const axis = { kind: 'regular', start: 0, stop: 1, count: 30_000 } as const;
  const answer = answerOf(coverageOf({ ...gridDomain, x: axis, y: axis }, []));
  expect(formatNamed('MessagePack').refuse?.(answer)).toMatch(/4 GiB/);
  expect(formatNamed('CBOR').refuse?.(answer)).toBeUndefined();
});
