import { type Table, tableFromIPC } from '@uwdata/flechette';
import { describe, expect, it } from 'vitest';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { encoded, filled, fullGrid, hostile, parameters } from './encoded.js';
import { answerOf, coverageOf, gridDomain, pointDomain } from './sample-answers.js';

// Flechette shares no code with the library that writes the streams.
const table = async (answer: CoverageAnswer): Promise<Table> =>
  tableFromIPC(new Uint8Array(await encoded('Arrow', answer)));

const column = (of: Table, name: string): unknown[] => [...of.getChild(name)];

const nulls = (values: readonly number[]) => values.map((value) => (Number.isNaN(value) ? null : value));

describe('an Arrow stream that Flechette reads', () => {
  it('has every value, coordinate and member', async () => {
    const both = [1, 2].map((number) =>
      filled(fullGrid, 72, { seed: number, members: { number, name: number === 1 ? hostile : 'plain' } }),
    );
    const coverages = both.map(({ coverage }) => coverage);
    const found = await table({ parameters, coverages, isCollection: true });
    expect(found.numRows).toBe(144);
    const instants = ['2020-01-01T00:00:00Z', '2020-01-01T06:00:00Z', '2020-01-02T00:30:00Z'].map(Date.parse);
    const rows = [hostile, 'plain'].flatMap((name, i) =>
      instants.flatMap((time) =>
        [850, 500].flatMap((vertical) =>
          [52, 51.5, 51].flatMap((lat) =>
            [10, 10.5, 11, 11.5].map((lon) => ({ number: i + 1, name, time, vertical, lon, lat })),
          ),
        ),
      ),
    );
    expect(found.schema.fields.map(({ name }) => name)).toEqual([
      ...Object.keys(rows[0]!),
      ...parameters.map(({ id }) => id),
    ]);
    for (const name of ['number', 'name', 'time', 'vertical', 'lon', 'lat'] as const)
      expect([name, column(found, name)]).toEqual([name, rows.map((row) => row[name])]);
    for (const { id } of parameters)
      expect(column(found, id)).toEqual(nulls(both.flatMap(({ values }) => values.get(id)!)));
    const { metadata } = found.schema.fields.find(({ name }) => name === 't2m')!;
    expect(Object.fromEntries(metadata!)).toMatchObject({ unit: 'degK', standard_name: 'air_temperature' });
  });

  it('has every batch', async () => {
    const count = 50_000;
    const x = { kind: 'regular', start: 0, stop: count - 1, count } as const;
    const domain: Domain = { ...pointDomain(1, 2), domainType: 'Grid', x };
    const values = Array.from({ length: count }, (_, i) => (i % 7 === 3 ? Number.NaN : i));
    const found = await table(answerOf(coverageOf(domain, values)));
    expect(found.getChild('t2m').data.map(({ length }) => length)).toEqual([16_384, 16_384, 16_384, 848]);
    expect(found.getChild('t2m').nullCount).toBe(values.filter(Number.isNaN).length);
    expect(column(found, 't2m')).toEqual(nulls(values));
    expect(column(found, 'lon')).toEqual(values.map((_, i) => i));
  });

  it('has nulls where a coverage has no such axis, and times of other calendars as texts', async () => {
    const z = { kind: 'numbers', values: [850, 500] } as const;
    const profile: Domain = { ...pointDomain(5, 6), domainType: 'VerticalProfile', z };
    const found = await table(
      answerOf(coverageOf(pointDomain(5, 6), [7]), coverageOf(profile, [8, 9], { members: { name: 'é' } })),
    );
    expect(column(found, 'vertical')).toEqual([null, 850, 500]);
    expect(column(found, 'name')).toEqual([null, 'é', 'é']);
    const t = { kind: 'times', values: ['2001-02-30T12:00:00Z'] } as const;
    const other: Domain = { ...gridDomain, t, calendar: '360_day' };
    expect(column(await table(answerOf(coverageOf(other, [1, 2, 3, 4, 5, 6]))), 'time')).toEqual(
      new Array(6).fill('2001-02-30T12:00:00Z'),
    );
  });
});
