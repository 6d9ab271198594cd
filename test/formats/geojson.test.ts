import { describe, expect, it } from 'vitest';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { answerOf, coverageOf, crs84, gridDomain, pointDomain, temperature } from './sample-answers.js';

interface Feature {
  readonly type: string;
  readonly id: string | number;
  readonly geometry: { readonly type: string; readonly coordinates: readonly number[] };
  readonly properties: Readonly<Record<string, unknown>>;
}

async function decode(
  answer: CoverageAnswer,
  address?: string,
): Promise<{ readonly type: string; readonly parameters: { id: string }[]; readonly features: Feature[] }> {
  return JSON.parse((await encoded('GeoJSON', answer, address === undefined ? {} : { address })).toString());
}

const nulls = (values: readonly number[]) => values.map((value) => (Number.isNaN(value) ? null : value));

describe('GeoJSON', () => {
  it('is a feature with its value for a point', async () => {
    const domain: Domain = {
      ...pointDomain(5, 6),
      t: { kind: 'times', values: ['2020-01-01T00:00:00Z'] },
    };
    const address = 'http://host/collections/a/position?coords=POINT(5 6)';
    const document = await decode(answerOf(coverageOf(domain, [7])), address);
    expect(document).toMatchObject({
      type: 'FeatureCollection',
      parameters: [{ type: 'Parameter', id: 't2m' }],
    });
    expect(document.features).toEqual([
      {
        type: 'Feature',
        id: 1,
        geometry: { type: 'Point', coordinates: [5, 6] },
        properties: {
          datetime: '2020-01-01T00:00:00Z',
          'parameter-name': ['t2m'],
          label: 'lon 5, lat 6',
          edrqueryendpoint: address,
          t2m: 7,
        },
      },
    ]);
  });

  it('lists the values of a series and of a profile', async () => {
    const times = ['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z', '2020-01-01T02:00:00Z'];
    const series: Domain = {
      ...pointDomain(5, 6),
      domainType: 'PointSeries',
      t: { kind: 'times', values: times },
    };
    const profile: Domain = {
      ...pointDomain(7, 8),
      domainType: 'VerticalProfile',
      z: { kind: 'numbers', values: [850, 500] },
    };
    const coverages = [coverageOf(series, [1, Number.NaN, 3], { id: hostile }), coverageOf(profile, [4, 5])];
    const { features } = await decode(answerOf(...coverages));
    expect(features.map(({ id }) => id)).toEqual([hostile, 2]);
    expect(features[0]!.properties).toMatchObject({
      datetime: '2020-01-01T00:00:00Z/2020-01-01T02:00:00Z',
      label: hostile,
      time: times,
      t2m: [1, null, 3],
    });
    expect(features[1]!.properties).toMatchObject({ datetime: null, vertical: [850, 500], t2m: [4, 5] });
  });

  it('has a feature for each cell of a grid, with every value', async () => {
    const members = { number: 3, label: hostile };
    const { coverage, values } = filled(fullGrid, 72, { seed: 5, members });
    const { features } = await decode({ parameters, coverages: [coverage], isCollection: true });
    expect(features).toHaveLength(72);
    expect(new Set(features.map(({ id }) => id)).size).toBe(72);
    for (const { id, precision } of parameters) {
      const found = features.map(({ properties }) => properties[id] as number | null);
      const read = precision === 'float32' ? found.map((value) => value && Math.fround(value)) : found;
      expect(read).toEqual(nulls(values.get(id)!));
    }
    expect(features.map(({ geometry }) => geometry.coordinates).slice(0, 5)).toEqual([
      [10, 52],
      [10.5, 52],
      [11, 52],
      [11.5, 52],
      [10, 51.5],
    ]);
    expect(features[12]!.properties).toMatchObject({
      datetime: '2020-01-01T00:00:00Z',
      vertical: 500,
      number: 3,
      label_2: hostile,
    });
    expect(features[71]!.properties).toMatchObject({ datetime: '2020-01-02T00:30:00Z', vertical: 500 });
  });

  it('has a feature for each point and each vertex', async () => {
    const path: Domain = {
      domainType: 'Trajectory',
      composite: {
        coordinates: ['t', 'x', 'y', 'z'],
        values: [
          ['2020-01-01T00:00:00Z', 179, 2, 10],
          ['2020-01-01T01:00:00Z', 181.5, 4, 20],
        ],
      },
      crs: crs84,
    };
    const { features } = await decode(answerOf(coverageOf(path, [1, Number.NaN])));
    expect(features.map(({ geometry }) => geometry.coordinates)).toEqual([
      [179, 2],
      [-178.5, 4],
    ]);
    expect(features.map(({ properties: { datetime, vertical, t2m } }) => [datetime, vertical, t2m])).toEqual([
      ['2020-01-01T00:00:00Z', 10, 1],
      ['2020-01-01T01:00:00Z', 20, null],
    ]);
  });

  it('does not let a parameter replace a property of its own', async () => {
    const coverage = coverageOf(pointDomain(5, 6), [7]);
    const { features } = await decode({
      parameters: [{ ...temperature, id: 'label' }],
      coverages: [{ ...coverage, ranges: [{ ...coverage.ranges[0]!, parameter: 'label' }] }],
      isCollection: false,
    });
    expect(features[0]!.properties).toMatchObject({ label: 'lon 5, lat 6', label_2: 7 });
  });

  it('refuses projected coordinates', () => {
    const crs = { id: 'EPSG:32621', kind: 'projected' } as const;
    const { refuse } = formatNamed('GeoJSON');
    expect(refuse?.(answerOf(coverageOf({ ...gridDomain, crs }, [])))).toContain('EPSG:32621');
    expect(refuse?.(answerOf(coverageOf(gridDomain, [])))).toBeUndefined();
  });
});
