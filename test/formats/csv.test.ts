import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import {
  answerOf,
  coverageOf,
  crs84,
  gridDomain,
  inBlocks,
  pointDomain,
  temperature,
} from './sample-answers.js';

/** Fields of all rows, by RFC 4180. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) throw new Error(`no field at ${pattern.lastIndex}`);
    rows.at(-1)!.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '\r\n') rows.push([]);
    else if (match[3] === ',' && pattern.lastIndex === text.length) rows.at(-1)!.push('');
  }
  expect(rows.pop()).toEqual([]);
  return rows;
}

const table = async (answer: CoverageAnswer) => parseCsv((await encoded('CSV', answer)).toString('utf8'));

const texts = (values: readonly number[]) =>
  values.map((value) => (Number.isNaN(value) ? '' : String(value)));

describe('CSV', () => {
  it('has a row for each cell in order, an empty field for what is missing', async () => {
    const answer = answerOf(coverageOf(gridDomain, [1, 2.5, Number.NaN, -4, Number.POSITIVE_INFINITY, 6]));
    expect((await encoded('CSV', answer)).toString()).toBe(
      [
        'time,lon,lat,t2m',
        '2020-01-01T00:00:00Z,10,88.572,1',
        '2020-01-01T00:00:00Z,11,88.572,2.5',
        '2020-01-01T00:00:00Z,12,88.572,',
        '2020-01-01T00:00:00Z,10,51.05,-4',
        '2020-01-01T00:00:00Z,11,51.05,',
        '2020-01-01T00:00:00Z,12,51.05,6',
        '',
      ].join('\r\n'),
    );
  });

  it('keeps every value of several parameters that come in blocks of other lengths', async () => {
    const [one, two] = [1, 2].map((number) =>
      filled(fullGrid, 72, { seed: number, members: { number, name: number === 1 ? hostile : 'plain' } }),
    );
    const rows = await table({ parameters, coverages: [one!.coverage, two!.coverage], isCollection: true });
    expect(rows[0]).toEqual(['number', 'name', 'time', 'vertical', 'lon', 'lat', 't2m', hostile, 'count']);
    expect(rows).toHaveLength(1 + 144);
    for (const [c, { values }] of [one!, two!].entries()) {
      const own = rows.slice(1 + c * 72, 73 + c * 72);
      for (const [p, { id, precision }] of parameters.entries()) {
        const found = own.map((row) => row[6 + p]!);
        if (precision === 'float32') {
          const numbers = found.map((text) => (text === '' ? Number.NaN : Math.fround(Number(text))));
          expect(numbers).toEqual(values.get(id));
        } else expect(found).toEqual(texts(values.get(id)!));
      }
      expect(own.map((row) => row.slice(0, 2))).toEqual(
        own.map(() => [String(c + 1), c === 0 ? hostile : 'plain']),
      );
    }
    const places = ['2020-01-01T00:00:00Z', '2020-01-01T06:00:00Z', '2020-01-02T00:30:00Z'].flatMap((t) =>
      ['850', '500'].flatMap((z) =>
        ['52', '51.5', '51'].flatMap((y) => ['10', '10.5', '11', '11.5'].map((x) => [t, z, x, y])),
      ),
    );
    expect(rows.slice(1, 73).map((row) => row.slice(2, 6))).toEqual(places);
  });

  it('calls projected coordinates x and y, and a parameter of a name in use otherwise', async () => {
    const domain: Domain = {
      ...pointDomain(500_000, 4_000_000),
      crs: { id: 'EPSG:32621', kind: 'projected' },
    };
    const coverage = coverageOf(domain, [7]);
    const rows = await table({
      parameters: [{ ...temperature, id: 'x' }],
      coverages: [{ ...coverage, ranges: [{ ...coverage.ranges[0]!, parameter: 'x' }] }],
      isCollection: false,
    });
    expect(rows).toEqual([
      ['x', 'y', 'x_2'],
      ['500000', '4000000', '7'],
    ]);
  });

  it('has the points of a MultiPoint and the vertices of a Trajectory', async () => {
    const points: Domain = {
      domainType: 'MultiPoint',
      composite: {
        coordinates: ['x', 'y', 'z'],
        values: [
          [1, 2, 850],
          [3, 4, 500],
        ],
      },
      t: { kind: 'times', values: ['2020-01-01T00:00:00Z'] },
      crs: crs84,
    };
    expect(await table(answerOf(coverageOf(points, [1, 2])))).toEqual([
      ['time', 'vertical', 'lon', 'lat', 't2m'],
      ['2020-01-01T00:00:00Z', '850', '1', '2', '1'],
      ['2020-01-01T00:00:00Z', '500', '3', '4', '2'],
    ]);
    const path: Domain = {
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y'],
        values: [
          ['2020-01-01T00:00:00Z', 1, 2],
          ['2020-01-01T01:00:00Z', 3, 4],
        ],
      },
      crs: crs84,
    };
    expect(await table(answerOf(coverageOf(path, [1, 2])))).toEqual([
      ['time', 'lon', 'lat', 't2m'],
      ['2020-01-01T00:00:00Z', '1', '2', '1'],
      ['2020-01-01T01:00:00Z', '3', '4', '2'],
    ]);
  });

  it('leaves fields empty that a coverage has nothing for', async () => {
    const bare = coverageOf(pointDomain(5, 6), [7]);
    const levels = { kind: 'numbers', values: [850, 500] } as const;
    const profile = coverageOf({ ...pointDomain(5, 6), domainType: 'VerticalProfile', z: levels }, [8, 9]);
    const other = { ...profile, ranges: [{ ...profile.ranges[0]!, parameter: 'other' }] };
    const rows = await table({
      parameters: [temperature, { ...temperature, id: 'other' }],
      coverages: [bare, other],
      isCollection: true,
    });
    expect(rows).toEqual([
      ['vertical', 'lon', 'lat', 't2m', 'other'],
      ['', '5', '6', '7', ''],
      ['850', '5', '6', '', '8'],
      ['500', '5', '6', '', '9'],
    ]);
  });

  it('hands over chunks of at most 64 KiB and reads no parameter ahead of another', async () => {
    const count = 60_000;
    const domain: Domain = {
      ...pointDomain(1, 2),
      x: { kind: 'regular', start: 0, stop: count - 1, count },
      domainType: 'Grid',
    };
    const read = [0, 0];
    const ranges = [0, 1].map((index) => ({
      parameter: `p${index}`,
      axisNames: ['x'],
      shape: [count],
      async *values() {
        for (let block = 0; block < 20; block++) {
          read[index]! += 3000;
          expect(Math.abs(read[0]! - read[1]!)).toBeLessThanOrEqual(3000);
          yield new Float64Array(3000).fill(273.15);
        }
      },
    }));
    const answer = {
      parameters: ranges.map(({ parameter }) => ({ ...temperature, id: parameter })),
      coverages: [{ domain, ranges }],
      isCollection: false,
    };
    const text = (await encoded('CSV', answer)).toString();
    expect(text.split('\r\n')).toHaveLength(count + 2);
    expect(text.endsWith('59999,2,273.15,273.15\r\n')).toBe(true);
  });

  it('refuses a range whose values do not fill its shape, or whose shape is not that of its domain', async () => {
    for (const values of [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], []])
      await expect(encoded('CSV', answerOf(coverageOf(gridDomain, values)))).rejects.toThrow(
        InvalidArgumentError,
      );
    const coverage = coverageOf(gridDomain, [1]);
    const short = { ...coverage.ranges[0]!, shape: [1], values: () => inBlocks([1]) };
    await expect(encoded('CSV', answerOf({ ...coverage, ranges: [short] }))).rejects.toThrow(
      InvalidArgumentError,
    );
    await expect(encoded('CSV', answerOf())).rejects.toThrow(InvalidArgumentError);
  });

  it('stops reading every parameter when the signal aborts', async () => {
    const closed: string[] = [];
    const endless = (id: string) =>
      async function* () {
        try {
          for (;;) yield new Float64Array(5000).fill(1.25);
        } finally {
          closed.push(id);
        }
      };
    const domain: Domain = {
      ...pointDomain(1, 2),
      domainType: 'Grid',
      x: { kind: 'regular', start: 0, stop: 1e6 - 1, count: 1e6 },
    };
    const ranges = ['a', 'b'].map((id) => ({
      parameter: id,
      axisNames: ['x'],
      shape: [1e6],
      values: endless(id),
    }));
    const controller = new AbortController();
    const answer = {
      parameters: ['a', 'b'].map((id) => ({ ...temperature, id })),
      coverages: [{ domain, ranges }],
      isCollection: false,
    };
    const chunks = formatNamed('CSV').encode(answer, { signal: controller.signal })[Symbol.asyncIterator]();
    await chunks.next();
    controller.abort(new Error('gone'));
    await expect(
      (async () => {
        while (!(await chunks.next()).done);
      })(),
    ).rejects.toThrow('gone');
    expect(closed.toSorted()).toEqual(['a', 'b']);
  });
});
