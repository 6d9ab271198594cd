import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type CoverageAnswer, type Domain, encodeCoverageJson } from '../../src/formats/index.js';
import { coverageJsonErrors } from './coverage-json-schema.js';
import {
  answerOf,
  coverageOf,
  crs84,
  gridDomain,
  inBlocks,
  pointDomain,
  temperature,
} from './sample-answers.js';

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON, its shape is what the tests look at
async function decode(answer: CoverageAnswer): Promise<any> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeCoverageJson(answer)) chunks.push(chunk);
  const document = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  expect(coverageJsonErrors(document)).toEqual([]);
  return document;
}

describe('one coverage', () => {
  it('is a Coverage with its domain, parameters and ranges', async () => {
    const answer = answerOf(coverageOf(gridDomain, [1, 2.5, Number.NaN, 4, Number.POSITIVE_INFINITY, 6]));
    expect(await decode(answer)).toEqual({
      type: 'Coverage',
      domain: {
        type: 'Domain',
        domainType: 'Grid',
        axes: {
          x: { start: 10, stop: 12, num: 3 },
          y: { values: [88.572, 51.05] },
          t: { values: ['2020-01-01T00:00:00Z'] },
        },
        referencing: [
          {
            coordinates: ['x', 'y'],
            system: { type: 'GeographicCRS', id: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
          },
          { coordinates: ['t'], system: { type: 'TemporalRS', calendar: 'Gregorian' } },
        ],
      },
      parameters: {
        t2m: {
          type: 'Parameter',
          id: 't2m',
          label: { en: 'Température à 2 m' },
          description: { en: 'Air temperature' },
          observedProperty: {
            id: 'http://vocab.nerc.ac.uk/standard_name/air_temperature/',
            label: { en: 'Température à 2 m' },
          },
          unit: {
            label: { en: 'degK' },
            symbol: { value: 'K', type: 'http://www.opengis.net/def/uom/UCUM/' },
          },
        },
      },
      ranges: {
        t2m: {
          type: 'NdArray',
          dataType: 'float',
          axisNames: ['y', 'x'],
          shape: [2, 3],
          values: [1, 2.5, null, 4, null, 6],
        },
      },
    });
  });

  it('has a range without axes when the domain is a single point', async () => {
    const document = await decode(answerOf(coverageOf(pointDomain(5, 6), [7])));
    expect(document.domain.axes).toEqual({ x: { values: [5] }, y: { values: [6] } });
    expect(document.ranges.t2m).toEqual({ type: 'NdArray', dataType: 'float', values: [7] });
  });

  it('describes levels by name, unit and direction', async () => {
    const domain: Domain = {
      ...pointDomain(5, 6),
      domainType: 'VerticalProfile',
      z: { kind: 'numbers', values: [850, 500] },
      vertical: { title: 'Pressure', unit: 'millibars', positive: 'down' },
    };
    const document = await decode(answerOf(coverageOf(domain, [1, 2])));
    expect(document.domain.referencing[1]).toEqual({
      coordinates: ['z'],
      system: {
        type: 'VerticalCRS',
        cs: { csAxes: [{ name: { en: 'Pressure' }, direction: 'down', unit: { symbol: 'mbar' } }] },
      },
    });
    expect(document.ranges.t2m.axisNames).toEqual(['z']);
  });

  it('names another calendar by a URI', async () => {
    const domain: Domain = { ...gridDomain, calendar: '360_day' };
    const document = await decode(answerOf(coverageOf(domain, [1, 2, 3, 4, 5, 6])));
    expect(document.domain.referencing[1].system.calendar).toMatch(/^https?:.*360_day$/);
  });

  it('says the definition of a projected system', async () => {
    const crs = {
      id: 'EPSG:32621',
      kind: 'projected',
      proj: '+proj=utm +zone=21',
      wkt: 'PROJCS["x"]',
    } as const;
    const document = await decode(answerOf(coverageOf({ ...gridDomain, crs }, [1, 2, 3, 4, 5, 6])));
    expect(document.domain.referencing[0].system).toEqual({
      type: 'ProjectedCRS',
      id: 'http://www.opengis.net/def/crs/EPSG/0/32621',
      wkt: 'PROJCS["x"]',
    });
  });

  it('writes the points of a MultiPoint as tuples', async () => {
    const domain: Domain = {
      domainType: 'MultiPoint',
      composite: {
        coordinates: ['x', 'y'],
        values: [
          [1, 2],
          [3, 4],
        ],
      },
      crs: crs84,
    };
    const document = await decode(answerOf(coverageOf(domain, [1, 2])));
    expect(document.domain.axes.composite.dataType).toBe('tuple');
    expect(document.ranges.t2m).toMatchObject({ axisNames: ['composite'], shape: [2] });
  });

  it('writes the vertices of a Trajectory as tuples that begin with their time', async () => {
    const domain: Domain = {
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y', 'z'],
        values: [
          ['2020-01-01T00:00:00Z', 1, 51.050000000000004, 850],
          ['2020-01-01T01:00:00Z', 2, 51, 500],
        ],
      },
      crs: crs84,
      calendar: 'standard',
      vertical: { unit: 'hPa', positive: 'down' },
    };
    const document = await decode(answerOf(coverageOf(domain, [1, Number.NaN])));
    expect(document.domain.axes).toEqual({
      composite: {
        dataType: 'tuple',
        coordinates: ['t', 'x', 'y', 'z'],
        values: [
          ['2020-01-01T00:00:00Z', 1, 51.05, 850],
          ['2020-01-01T01:00:00Z', 2, 51, 500],
        ],
      },
    });
    expect(document.domain.referencing.map((one: { coordinates: string[] }) => one.coordinates)).toEqual([
      ['x', 'y'],
      ['z'],
      ['t'],
    ]);
    expect(document.ranges.t2m).toMatchObject({ axisNames: ['composite'], shape: [2], values: [1, null] });
  });

  it('names values of custom axes, whatever they are called', async () => {
    const members = { number: 3, type: 'forecast' };
    const document = await decode(answerOf(coverageOf(pointDomain(5, 6), [7], { members })));
    expect(document).toMatchObject({ type: 'Coverage', number: 3, 'axis:type': 'forecast' });
  });
});

describe('a collection', () => {
  it('says what its members share once', async () => {
    const document = await decode(
      answerOf(coverageOf(pointDomain(5, 6), [7]), coverageOf(pointDomain(6, 6), [8])),
    );
    expect(document).toMatchObject({ type: 'CoverageCollection', domainType: 'Point' });
    expect(Object.keys(document.parameters)).toEqual(['t2m']);
    expect(document.referencing).toHaveLength(1);
    expect(document.coverages[1].domain.referencing).toBeUndefined();
    expect(document.coverages[1].ranges.t2m.values).toEqual([8]);
  });

  it('leaves each member its referencing when they differ', async () => {
    const document = await decode(
      answerOf(coverageOf(pointDomain(5, 6), [7]), coverageOf(gridDomain, [1, 2, 3, 4, 5, 6])),
    );
    expect(document.referencing).toBeUndefined();
    expect(document.domainType).toBeUndefined();
    expect(document.coverages[1].domain.referencing).toHaveLength(2);
  });

  it('may have one member', async () => {
    const document = await decode({ ...answerOf(coverageOf(pointDomain(5, 6), [7])), isCollection: true });
    expect(document.coverages).toHaveLength(1);
  });
});

describe('streaming', () => {
  const cells = 100_000;
  const wide: Domain = {
    ...gridDomain,
    x: { kind: 'regular', start: 0, stop: cells - 1, count: cells },
    y: { kind: 'numbers', values: [0] },
  };

  it('hands over chunks of at most 64 KiB, read as they are asked for', async () => {
    let blocks = 0;
    const coverage = coverageOf(wide, []);
    const values = async function* () {
      for (; blocks < 10; blocks++) yield new Float64Array(cells / 10).fill(273.15);
    };
    const chunks = encodeCoverageJson(
      answerOf({ ...coverage, ranges: [{ ...coverage.ranges[0]!, values }] }),
    );
    const first = await chunks.next();
    expect(blocks).toBe(0);
    const parts = [first.value as Uint8Array];
    for await (const chunk of chunks) parts.push(chunk);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(64 * 1024);
    const document = JSON.parse(Buffer.concat(parts).toString());
    expect(document.ranges.t2m.values).toEqual(new Array(cells).fill(273.15));
  });

  it('is whole wherever its chunks end', async () => {
    // Texts of 1 to 200 characters shift what follows, so that chunks end before, in and behind each part of a coverage.
    for (let shift = 1; shift <= 200; shift += 4) {
      const values = Array.from({ length: 400 }, (_, i) => i + shift / 256);
      const { parameters, ...answer } = answerOf(
        ...values.map((value) => coverageOf(pointDomain(value, 6), [value])),
      );
      const named = { ...answer, parameters: [{ ...parameters[0]!, description: 'x'.repeat(shift) }] };
      const chunks: Uint8Array[] = [];
      for await (const chunk of encodeCoverageJson(named)) chunks.push(chunk);
      expect(chunks.length).toBeGreaterThan(1);
      const document = JSON.parse(Buffer.concat(chunks).toString());
      const found: { ranges: { t2m: { values: number[] } } }[] = document.coverages;
      expect(found.flatMap(({ ranges }) => ranges.t2m.values.map(Math.fround))).toEqual(values);
    }
  });

  it('stops reading when the signal aborts or the consumer leaves', async () => {
    for (const leave of ['abort', 'return']) {
      let isClosed = false;
      const values = async function* () {
        try {
          for (;;) yield new Float64Array(5000).fill(1.25);
        } finally {
          isClosed = true;
        }
      };
      const coverage = coverageOf(wide, []);
      const controller = new AbortController();
      const answer = answerOf({ ...coverage, ranges: [{ ...coverage.ranges[0]!, values }] });
      const chunks = encodeCoverageJson(answer, { signal: controller.signal });
      await chunks.next();
      if (leave === 'return') await chunks.return(undefined);
      else {
        controller.abort(new Error('gone'));
        await expect(chunks.next()).rejects.toThrow('gone');
      }
      expect(isClosed).toBe(true);
    }
  });

  it.each([
    ['too few values', [1, 2, 3]],
    ['too many values', [1, 2, 3, 4, 5, 6, 7]],
    ['no values', []],
  ])('refuses a range with %s', async (_, values) => {
    await expect(decode(answerOf(coverageOf(gridDomain, values)))).rejects.toThrow(InvalidArgumentError);
  });

  it('refuses an answer without coverages and ranges without their parameter', async () => {
    await expect(decode(answerOf())).rejects.toThrow(InvalidArgumentError);
    const coverage = coverageOf(pointDomain(1, 2), [3]);
    const renamed = { ...temperature, id: 'other' };
    await expect(
      decode({ parameters: [renamed], coverages: [coverage], isCollection: false }),
    ).rejects.toThrow(InvalidArgumentError);
  });

  it('writes several parameters one after the other', async () => {
    const coverage = coverageOf(pointDomain(1, 2), [3]);
    const count = { ...temperature, id: 'n "obs"', dataType: 'integer', precision: { decimals: 0 } } as const;
    const second = { ...coverage.ranges[0]!, parameter: count.id, values: () => inBlocks([41.999999]) };
    const document = await decode({
      parameters: [temperature, count],
      coverages: [{ ...coverage, ranges: [coverage.ranges[0]!, second] }],
      isCollection: false,
    });
    expect(document.ranges['n "obs"']).toEqual({ type: 'NdArray', dataType: 'integer', values: [42] });
  });
});
