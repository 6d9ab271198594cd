import { expect, it } from 'vitest';
import { readExpected } from '../cli/real-data.js';
import type { JsonCoverage } from '../edr/read-answer.js';
import type { RunningService } from './running-service.js';

/** Part of what a file of expected answers has. */
interface Expected {
  readonly positions: readonly {
    lon: number;
    lat: number;
    variable: string;
    time?: string;
    value: number | null;
  }[];
  readonly bboxes: readonly {
    bbox: readonly number[];
    variable: string;
    time?: string;
    cells: number;
    valid: number;
    sum: number;
    first: number | null;
    last: number | null;
    shape: readonly number[];
  }[];
  readonly series_along_longest_axis: readonly {
    lon: number;
    lat: number;
    variable: string;
    n: number;
    every: number;
    sum: number;
    values: readonly (number | null)[];
  }[];
}

/** A small box with all its values, computed with xarray. */
interface SmallCube {
  readonly dataset: string;
  readonly variable: string;
  readonly bbox: readonly number[];
  readonly interval?: string;
  readonly month?: number;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Tests of a service's answers against those that xarray computed from the same stores. */
export function expectAnswersOfXarray(service: () => RunningService): void {
  it('have the values of positions', async () => {
    for (const { lon, lat, variable, time, value } of readExpected<Expected>('era5_uk_t2m.json').positions) {
      const path = `/collections/era5_uk_t2m/position?coords=POINT(${lon}+${lat})&datetime=${time}&parameter-name=${variable}`;
      const { ranges } = await service().json<JsonCoverage>(path);
      expectClose(ranges[variable]!.values[0], value);
    }
  });

  it('have the cells of boxes', async () => {
    for (const expected of readExpected<Expected>('era5_uk_t2m.json').bboxes) {
      const { bbox, variable, time, cells, valid, sum, shape } = expected;
      const path = `/collections/era5_uk_t2m/cube?bbox=${bbox.join()}&datetime=${time}&parameter-name=${variable}`;
      const { ranges, domain } = await service().json<JsonCoverage>(path);
      const { values } = ranges[variable]!;
      expect(values).toHaveLength(cells);
      expect([domain.axes.y!.values.length, domain.axes.x!.values.length]).toEqual(shape);
      const present = values.filter((value) => value !== null);
      expect(present).toHaveLength(valid);
      expectClose(
        present.reduce((a, b) => a + b, 0),
        sum,
        cells,
      );
      expectClose(values[0], expected.first);
      expectClose(values.at(-1), expected.last);
    }
  });

  it('have the series of points', async () => {
    for (const { lon, lat, variable, n, every, sum, values } of readExpected<Expected>('era5_uk_t2m.json')
      .series_along_longest_axis) {
      const path = `/collections/era5_uk_t2m/position?coords=POINT(${lon}+${lat})&parameter-name=${variable}`;
      const { ranges, domain } = await service().json<JsonCoverage>(path);
      expect(domain.domainType).toBe('PointSeries');
      const found = ranges[variable]!.values;
      expect(found).toHaveLength(n);
      values.forEach((value, i) => {
        expectClose(found[i * every], value);
      });
      expectClose(
        found.reduce<number>((a, b) => a + (b ?? 0), 0),
        sum,
        n,
      );
    }
  });

  it('have nulls over land, and names that are not lat and lon', async () => {
    for (const { lon, lat, variable, values } of readExpected<Expected>('coads_sst.json')
      .series_along_longest_axis) {
      const path = `/collections/coads_sst/position?coords=POINT(${lon}+${lat})&parameter-name=${variable}`;
      const { ranges } = await service().json<JsonCoverage>(path);
      ranges[variable]!.values.forEach((value, i) => {
        expectClose(value, values[i]!);
      });
    }
  });

  it('have every value of small boxes: at a pole, across 180 degrees, on 0..360, at levels', async () => {
    const cubes = readExpected<readonly SmallCube[]>('small_cubes_all_values.json');
    expect(cubes.length).toBeGreaterThan(0);
    for (const { dataset, variable, bbox, interval, month, shape, values } of cubes) {
      const step = interval === undefined ? `month=${month}` : `datetime=${interval}`;
      const path = `/collections/${dataset}/cube?bbox=${bbox.join()}&${step}&parameter-name=${variable}`;
      const { ranges } = await service().json<JsonCoverage>(path);
      expect([dataset, bbox, ranges[variable]!.shape]).toEqual([dataset, bbox, shape]);
      for (const [i, value] of values.entries()) expectClose(ranges[variable]!.values[i], value);
    }
  });
}

function expectClose(found: number | null | undefined, expected: number | null, scale = 1): void {
  if (expected === null || found === null || found === undefined) expect(found).toBe(expected);
  else
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.max(1e-3, 1e-6 * Math.abs(expected)) * scale);
}
