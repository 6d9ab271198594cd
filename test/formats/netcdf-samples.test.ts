import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { Domain } from '../../src/formats/index.js';
import { encoded, formatNamed } from './encoded.js';
import { readElsewhere } from './read-netcdf.js';
import { answerOf, coverageOf, crs84, pointDomain, sectionDomain } from './sample-answers.js';

describe('a NetCDF file of samples', () => {
  it('has the points of a MultiPoint', async () => {
    const domain: Domain = {
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
    const { reader, attributesOf, dimensionsOf, numbersOf } = await readElsewhere(
      answerOf(coverageOf(domain, [5, Number.NaN])),
    );
    expect(reader.getAttribute('featureType')).toBe('point');
    expect(dimensionsOf('t2m')).toEqual(['point']);
    expect(attributesOf('t2m').coordinates).toBe('time vertical lat lon');
    expect(numbersOf('lon')).toEqual([1, 3]);
    expect(numbersOf('lat')).toEqual([2, 4]);
    expect(numbersOf('vertical')).toEqual([850, 500]);
    expect(numbersOf('time')).toEqual([438_288, 438_288]);
    expect(numbersOf('t2m')).toEqual([5, Number.NaN]);
  });

  it('has the vertices of a Trajectory', async () => {
    const domain: Domain = {
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y'],
        values: [
          ['2020-01-01T00:00:00Z', 1, 2],
          ['2020-01-01T00:00:01Z', 3, 4],
        ],
      },
      z: { kind: 'numbers', values: [10] },
      crs: crs84,
    };
    const { reader, dimensionsOf, numbersOf, attributesOf } = await readElsewhere(
      answerOf(coverageOf(domain, [5, 6])),
    );
    expect(reader.getAttribute('featureType')).toBe('trajectory');
    expect(dimensionsOf('t2m')).toEqual(['obs']);
    expect(attributesOf('time').units).toBe('seconds since 1970-01-01 00:00:00');
    expect(numbersOf('time')).toEqual([1_577_836_800, 1_577_836_801]);
    expect(numbersOf('vertical')).toEqual([10, 10]);
    expect(attributesOf('trajectory').cf_role).toBe('trajectory_id');
  });

  it('has several trajectories one after the other, for each member', async () => {
    const track = (hour: number, length: number): Domain => ({
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y'],
        values: Array.from({ length }, (_, i) => [`2020-01-01T0${hour}:00:00Z`, i, hour]),
      },
      crs: crs84,
    });
    const domains = [track(0, 2), track(1, 3)];
    const coverages = [0, 1].flatMap((number) =>
      domains.map((domain, i) =>
        coverageOf(domain, i === 0 ? [number, Number.NaN] : [2, 3, number], { members: { number } }),
      ),
    );
    const { dimensionsOf, numbersOf, attributesOf } = await readElsewhere(answerOf(...coverages));
    expect(dimensionsOf('t2m')).toEqual(['number', 'obs']);
    expect(numbersOf('t2m')).toEqual([0, Number.NaN, 2, 3, 0, 1, Number.NaN, 2, 3, 1]);
    expect(numbersOf('rowSize')).toEqual([2, 3]);
    expect(attributesOf('rowSize').sample_dimension).toBe('obs');
    expect(numbersOf('lon')).toEqual([0, 1, 0, 1, 2]);
    expect(numbersOf('time').map((time) => time - 438_288)).toEqual([0, 0, 1, 1, 1]);
    expect(attributesOf('t2m').coordinates).toBe('time lat lon');
    const { reader } = await readElsewhere(
      answerOf(...coverages.slice(0, 2).map((one) => ({ ...one, members: {} }))),
    );
    expect(reader.getAttribute('featureType')).toBe('trajectory');
  });

  it('has sections as long as each other as rows', async () => {
    const sections = [0, 1].map((hour) => sectionDomain([`2020-01-01T0${hour}:00:00Z`], [850, 500]));
    const { dimensionsOf, numbersOf } = await readElsewhere(
      answerOf(coverageOf(sections[0]!, [1, 2]), coverageOf(sections[1]!, [3, Number.NaN])),
    );
    expect(dimensionsOf('t2m')).toEqual(['track', 'vertical', 'profile']);
    expect(dimensionsOf('lon')).toEqual(['track', 'profile']);
    expect(numbersOf('t2m')).toEqual([1, 2, 3, Number.NaN]);
    expect(numbersOf('vertical')).toEqual([850, 500]);
    expect(numbersOf('time').map((time) => time - 438_288)).toEqual([0, 1]);
  });

  it('does not fill up short sections beside a long one', async () => {
    // They were made as long as the longest: a request of 185 KB took 3 GB, one of 470 KB ended the service.
    const time = '2020-01-01T00:00:00Z';
    const lengths = [1500, ...Array.from({ length: 750 }, () => 2)];
    const coverages = lengths.map((length, track) => {
      const domain = sectionDomain(new Array<string>(length).fill(time), [850, 500]);
      return coverageOf(domain, new Float64Array(2 * length).fill(track));
    });
    const answer = answerOf(...coverages);
    const values = 2 * (1500 + 1500);
    // A float32 and four coordinates for each; an id and a length for each section.
    expect((await encoded('NetCDF', answer)).length).toBeLessThan(values * 36 + lengths.length * 7 + 2000);
    const { dimensionsOf, numbersOf } = await readElsewhere(answer);
    expect(dimensionsOf('t2m')).toEqual(['obs']);
    expect(numbersOf('rowSize')).toEqual(lengths.map((length) => 2 * length));
    expect(numbersOf('t2m').slice(-5)).toEqual([749, 750, 750, 750, 750]);
    expect(numbersOf('vertical').slice(-5)).toEqual([500, 850, 850, 500, 500]);
    expect(numbersOf('lon').slice(-5)).toEqual([11, 10, 11, 10, 11]);
  });

  it('has the series of several sites, for each member', async () => {
    const t = { kind: 'times', values: ['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z'] } as const;
    const sites = [pointDomain(1, 2), pointDomain(3, 4), pointDomain(5, 6)].map(
      (domain): Domain => ({ ...domain, domainType: 'PointSeries', t }),
    );
    const series = [0, 1].flatMap((number) =>
      sites.map((domain, site) =>
        coverageOf(domain, [number * 10 + site, Number.NaN], { members: { number } }),
      ),
    );
    const { dimensionsOf, numbersOf } = await readElsewhere(answerOf(...series));
    expect(dimensionsOf('t2m')).toEqual(['number', 'station', 'time']);
    expect(numbersOf('lon')).toEqual([1, 3, 5]);
    expect(numbersOf('t2m')).toEqual([0, 1, 2, 10, 11, 12].flatMap((value) => [value, Number.NaN]));
    const { reader } = await readElsewhere(answerOf(...sites.map((domain) => coverageOf(domain, [1, 2]))));
    expect(reader.getAttribute('featureType')).toBe('timeSeries');
  });

  it('refuses what is no array', async () => {
    const { refuse } = formatNamed('NetCDF');
    const times = ['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z'];
    const point: Domain = {
      ...pointDomain(1, 2),
      domainType: 'PointSeries',
      t: { kind: 'times', values: times },
    };
    const later: Domain = {
      ...point,
      t: { kind: 'times', values: ['2021-01-01T00:00:00Z', '2021-01-01T01:00:00Z'] },
    };
    const mixed = answerOf(coverageOf(point, [1, 2]), coverageOf(later, [3, 4]));
    expect(refuse?.(mixed)).toMatch(/NetCDF/);
    await expect(encoded('NetCDF', mixed)).rejects.toThrow(InvalidArgumentError);
    const members = (number: number) => ({ members: { number } });
    const moving = answerOf(coverageOf(point, [1, 2], members(1)), coverageOf(later, [3, 4], members(2)));
    expect(refuse?.(moving)).toMatch(/NetCDF/);
    const gap = answerOf(
      coverageOf(point, [1, 2], { members: { a: 1, b: 1 } }),
      coverageOf(point, [1, 2], { members: { a: 2, b: 2 } }),
    );
    expect(refuse?.(gap)).toMatch(/NetCDF/);
    const sections = [850, 700].map((level) => coverageOf(sectionDomain(times, [level, 500]), [1, 2, 3, 4]));
    expect(refuse?.(answerOf(...sections))).toMatch(/NetCDF/);
    expect(refuse?.(answerOf(sections[0]!, sections[0]!))).toBeUndefined();
    expect(refuse?.(answerOf(coverageOf(point, [1, 2])))).toBeUndefined();
  });
});
