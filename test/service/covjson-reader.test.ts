import { type LoadedAxis, type LoadedCoverage, read } from 'covjson-reader';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coverageJsonErrors } from '../formats/coverage-json-schema.js';
import { type RunningService, startService } from './running-service.js';
import { askedKinds, sampleCollections } from './sample-collections.js';

let service: RunningService;

beforeAll(async () => {
  service = await startService(await sampleCollections());
});

afterAll(() => service.close());

const columns: Readonly<Record<string, string>> = { t: 'time', z: 'vertical', y: 'lat', x: 'lon' };

/** A row of CSV, or what makes one: texts by column, missing values empty. */
type Row = Readonly<Record<string, string>>;

describe('covjson-reader, the reader of leaflet-coverage,', () => {
  it.each(askedKinds)('loads a %s with the values of CSV: %s', async (domainType, path) => {
    const document: unknown = await service.json(path);
    expect(coverageJsonErrors(document)).toEqual([]);
    const loaded = await read(document);
    const coverages = loaded.type === 'CoverageCollection' ? loaded.coverages : [loaded];
    expect(new Set(coverages.map((one) => one.domainType))).toEqual(
      new Set([`https://covjson.org/def/domainTypes#${domainType}`]),
    );
    const table = await csv(path);
    const rows = (await Promise.all(coverages.map((one) => rowsOf(one, table.names)))).flat();
    expect(rows).toHaveLength(table.rows.length);
    for (const [i, row] of rows.entries()) expect(table.rows[i]).toMatchObject(row);
    expect(rows.some((row) => Object.values(row).some((text) => text !== ''))).toBe(true);
  });
});

/** The cells of a coverage in the order of CSV, whose columns have `names`. */
async function rowsOf(coverage: LoadedCoverage, names: readonly string[]): Promise<Row[]> {
  const { axes } = await coverage.loadDomain();
  const ranges = await coverage.loadRanges();
  const order = ['t', 'z', 'y', 'x', 'composite'];
  const places = order
    .flatMap((name) => axes.get(name) ?? [])
    .reduce<Record<string, number>[]>(
      (all, { key, values }) => all.flatMap((at) => Array.from(values, (_, i) => ({ ...at, [key]: i }))),
      [{}],
    );
  return places.map((at) => ({
    ...coordinatesOf(axes, at, names),
    ...Object.fromEntries([...ranges].map(([id, range]) => [id, textOf(range.get(at))])),
  }));
}

function coordinatesOf(
  axes: ReadonlyMap<string, LoadedAxis>,
  at: Readonly<Record<string, number>>,
  names: readonly string[],
): Row {
  const pairs = [...axes.values()].flatMap(({ key, values, coordinates }) => {
    const value = values[at[key] ?? 0];
    if (key !== 'composite') return [[key, value] as const];
    return (coordinates ?? []).map((name, i) => [name, (value as readonly unknown[])[i]] as const);
  });
  const column = (name: string) => [columns[name] ?? name, name].find((one) => names.includes(one));
  return Object.fromEntries(pairs.map(([name, value]) => [column(name) ?? `no ${name}`, textOf(value)]));
}

function textOf(value: unknown): string {
  return value === null ? '' : String(value);
}

async function csv(path: string): Promise<{ names: readonly string[]; rows: readonly Row[] }> {
  const text = await (await service.get(`${path}${path.includes('?') ? '&' : '?'}f=CSV`)).text();
  const [header = '', ...lines] = text.trimEnd().split('\r\n');
  const names = header.split(',');
  const rows = lines.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])));
  return { names, rows };
}
