import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { writeLayer } from '../../src/layer/index.js';
import { openSource } from '../../src/sources/index.js';
import type { JsonCoverage } from '../edr/read-answer.js';
import { type RunningService, startService } from './running-service.js';

const data = resolve('..', 'shared', 'data');
const isThere = existsSync(join(data, 'expected', 'era5_uk_t2m.json'));

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

function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(join(data, 'expected', `${name}.json`), 'utf8'));
}

function expectClose(found: number | null | undefined, expected: number | null, scale = 1): void {
  if (expected === null || found === null || found === undefined) expect(found).toBe(expected);
  else
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(Math.max(1e-3, 1e-6 * Math.abs(expected)) * scale);
}

describe.skipIf(!isThere)(`answers for the data in ${data} (skipped where it is absent)`, () => {
  let service: RunningService;

  beforeAll(async () => {
    const store = createMemoryStore();
    for (const name of ['era5_uk_t2m', 'coads_sst']) {
      const source = await openSource(join(data, 'zarr', `${name}.zarr`), {
        maxChunkBytes: 256 * 1024 * 1024,
      });
      await writeLayer(store, source, { layer: name });
      await source.close();
    }
    service = await startService(store);
  });

  afterAll(() => service?.close());

  it('has the values of positions', async () => {
    for (const { lon, lat, variable, time, value } of readExpected('era5_uk_t2m').positions) {
      const path = `/collections/era5_uk_t2m/position?coords=POINT(${lon}+${lat})&datetime=${time}&parameter-name=${variable}`;
      const { ranges } = await service.json<JsonCoverage>(path);
      expectClose(ranges[variable]!.values[0], value);
    }
  });

  it('has the cells of boxes', async () => {
    for (const expected of readExpected('era5_uk_t2m').bboxes) {
      const { bbox, variable, time, cells, valid, sum, shape } = expected;
      const path = `/collections/era5_uk_t2m/cube?bbox=${bbox.join()}&datetime=${time}&parameter-name=${variable}`;
      const { ranges, domain } = await service.json<JsonCoverage>(path);
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

  it('has the series of points', async () => {
    for (const { lon, lat, variable, n, every, sum, values } of readExpected('era5_uk_t2m')
      .series_along_longest_axis) {
      const path = `/collections/era5_uk_t2m/position?coords=POINT(${lon}+${lat})&parameter-name=${variable}`;
      const { ranges, domain } = await service.json<JsonCoverage>(path);
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

  it('has nulls over land, and names that are not lat and lon', async () => {
    for (const { lon, lat, variable, values } of readExpected('coads_sst').series_along_longest_axis) {
      const path = `/collections/coads_sst/position?coords=POINT(${lon}+${lat})&parameter-name=${variable}`;
      const { ranges } = await service.json<JsonCoverage>(path);
      ranges[variable]!.values.forEach((value, i) => {
        expectClose(value, values[i]!);
      });
    }
  });
});
