import { type Table, tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { answerOf, coverageOf, gridDomain, pointDomain, temperature } from './sample-answers.js';

const table = async (answer: CoverageAnswer): Promise<Table> => tableFromIPC(await encoded('Arrow', answer));

/** A column as a list, nulls included. */
const column = (of: Table, name: string): unknown[] => [...of.getChild(name)!];

const nulls = (values: readonly number[]) => values.map((value) => (Number.isNaN(value) ? null : value));

describe('an Arrow stream', () => {
  it('gives back every value, coordinate and member', async () => {
    const both = [1, 2].map((number) =>
      filled(fullGrid, 72, { seed: number, members: { number, name: number === 1 ? hostile : 'plain' } }),
    );
    const coverages = both.map(({ coverage }) => coverage);
    const found = await table({ parameters, coverages, isCollection: true });
    expect(found.schema.fields.map(({ name, type }) => [name, String(type)])).toEqual([
      ['number', 'Float64'],
      ['name', 'Utf8'],
      ['time', 'Timestamp<MILLISECOND, UTC>'],
      ['vertical', 'Float64'],
      ['lon', 'Float64'],
      ['lat', 'Float64'],
      ['t2m', 'Float32'],
      [hostile, 'Float64'],
      ['count', 'Float64'],
    ]);
    expect(found.numRows).toBe(144);
    for (const { id } of parameters) {
      expect(column(found, id)).toEqual(nulls(both.flatMap(({ values }) => values.get(id)!)));
    }
    const repeat = <T>(values: readonly T[], each: number, times: number): T[] =>
      Array.from({ length: times }, () => values.flatMap((value) => new Array<T>(each).fill(value))).flat();
    expect(column(found, 'number')).toEqual(repeat([1, 2], 72, 1));
    expect(column(found, 'name')).toEqual(repeat([hostile, 'plain'], 72, 1));
    const instants = ['2020-01-01T00:00:00Z', '2020-01-01T06:00:00Z', '2020-01-02T00:30:00Z'].map(Date.parse);
    expect(column(found, 'time').map(Number)).toEqual(repeat(instants, 24, 2));
    expect(column(found, 'vertical')).toEqual(repeat([850, 500], 12, 6));
    expect(column(found, 'lat')).toEqual(repeat([52, 51.5, 51], 4, 12));
    expect(column(found, 'lon')).toEqual(repeat([10, 10.5, 11, 11.5], 1, 36));
    const about = (name: string) =>
      Object.fromEntries(found.schema.fields.find((one) => one.name === name)!.metadata);
    expect(about('t2m')).toEqual({
      unit: 'degK',
      title: 'Température à 2 m',
      standard_name: 'air_temperature',
    });
    expect(about('vertical')).toEqual({ unit: 'hPa', title: 'Pressure', positive: 'down' });
  });

  it('comes in batches, each sent before the next is read', async () => {
    const count = 50_000;
    let read = 0;
    const domain: Domain = {
      ...pointDomain(1, 2),
      domainType: 'Grid',
      x: { kind: 'regular', start: 0, stop: count - 1, count },
    };
    const coverage = coverageOf(domain, []);
    const values = async function* () {
      for (; read < count; read += 1000) yield Float64Array.from({ length: 1000 }, (_, i) => read + i);
    };
    const answer = answerOf({ ...coverage, ranges: [{ ...coverage.ranges[0]!, values }] });
    const parts: Uint8Array[] = [];
    const readBefore: number[] = [];
    for await (const part of formatNamed('Arrow').encode(answer)) {
      parts.push(part);
      readBefore.push(read);
    }
    expect(readBefore.slice(0, 2)).toEqual([16_000, 32_000]);
    const found = tableFromIPC(Buffer.concat(parts));
    expect(found.batches.map(({ numRows }) => numRows)).toEqual([16_384, 16_384, 16_384, 848]);
    expect(column(found, 't2m')).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  it('has times of another calendar as texts', async () => {
    const t = { kind: 'times', values: ['2001-02-30T12:00:00Z'] } as const;
    const found = await table(
      answerOf(coverageOf({ ...gridDomain, t, calendar: '360_day' }, [1, 2, 3, 4, 5, 6])),
    );
    expect(column(found, 'time')).toEqual(new Array(6).fill('2001-02-30T12:00:00Z'));
  });

  it('has nulls where a coverage has nothing', async () => {
    const bare = coverageOf(pointDomain(5, 6), [7]);
    const z = { kind: 'numbers', values: [850, 500] } as const;
    const profile = coverageOf({ ...pointDomain(5, 6), domainType: 'VerticalProfile', z }, [8, 9]);
    const other = {
      ...profile,
      ranges: [{ ...profile.ranges[0]!, parameter: 'other' }],
      members: { name: 'é' },
    };
    const found = await table({
      parameters: [temperature, { ...temperature, id: 'other' }],
      coverages: [bare, other],
      isCollection: true,
    });
    expect(column(found, 'name')).toEqual([null, 'é', 'é']);
    expect(column(found, 'vertical')).toEqual([null, 850, 500]);
    expect(column(found, 't2m')).toEqual([7, null, null]);
    expect(column(found, 'other')).toEqual([null, 8, 9]);
  });

  it('refuses a range whose values do not fill its shape', async () => {
    for (const values of [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], []])
      await expect(encoded('Arrow', answerOf(coverageOf(gridDomain, values)))).rejects.toThrow(
        InvalidArgumentError,
      );
  });
});
