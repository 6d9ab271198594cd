import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { axisNumbers, type Grid } from '../../src/grid/index.js';
import { writeLayer } from '../../src/layer/index.js';
import { describeRealData, readExpected } from '../cli/real-data.js';
import { haversineMetres } from '../edr/haversine.js';
import type { JsonCoverage } from '../edr/read-answer.js';
import { nearest, openReal, readValues } from '../sources/real-data.js';
import { type RunningService, startService } from './running-service.js';

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

/** The cells of one variable of one step, as the source has them. */
interface Field {
  readonly grid: Grid;
  readonly values: readonly number[];
}

describeRealData('queries of real stores', () => {
  let service: RunningService;
  let sst: Field;
  let wind: Field;

  beforeAll(async () => {
    const store = createMemoryStore();
    for (const name of ['air_temperature', 'eraint_uvz', 'coads_sst']) {
      const source = await openReal(`zarr/${name}.zarr`);
      await writeLayer(store, source, { layer: name });
      if (name === 'coads_sst') {
        sst = { grid: source.grid, ...(await readValues(source, 'SST', { TIME: [0, 1] })) };
      }
      if (name === 'eraint_uvz') {
        const window = { month: [1, 2], level: [2, 3] } as const;
        wind = { grid: source.grid, ...(await readValues(source, 'u', window)) };
      }
      await source.close();
    }
    service = await startService(store);
  });

  afterAll(() => service?.close());

  it('have every value of small boxes: at a pole, across 180 degrees, on 0..360, at levels', async () => {
    const cubes = readExpected<readonly SmallCube[]>('small_cubes_all_values.json');
    expect(cubes.length).toBeGreaterThan(0);
    for (const { dataset, variable, bbox, interval, month, shape, values } of cubes) {
      const step = interval === undefined ? `month=${month}` : `datetime=${interval}`;
      const path = `/collections/${dataset}/cube?bbox=${bbox.join()}&${step}&parameter-name=${variable}`;
      const { ranges } = await service.json<JsonCoverage>(path);
      expect([dataset, bbox, ranges[variable]!.shape]).toEqual([dataset, bbox, shape]);
      expectClose(ranges[variable]!.values, values);
    }
  });

  it.each([
    [-20, 30, 900],
    [179, -40, 1200],
    [60, 86, 700],
    [-60, -5, 500],
  ])('have just the cells within a radius, read from the source: %s %s', async (lon, lat, km) => {
    const path = `/collections/coads_sst/radius?coords=POINT(${lon}+${lat})&within=${km}&within-units=km`;
    const { domain, ranges } = await firstStep(`${path}&parameter-name=SST`);
    const [xs, ys] = [numbersOf(domain.axes.x!), numbersOf(domain.axes.y!)];
    const [lons, lats] = [axisNumbers(sst.grid.x), axisNumbers(sst.grid.y)];
    const isWithin = (x: number, y: number) => haversineMetres([lon, lat], [x, y]) <= km * 1000;
    const expected = ys.flatMap((y) =>
      xs.map((x) => (isWithin(x, y) ? cellOf(sst, nearest(sst.grid, 'x', x), lats.indexOf(y)) : null)),
    );
    const count = xs.length * ys.length;
    expectClose(ranges.SST!.values.slice(0, count), expected);
    // Nothing that is within is left out of the box.
    const inside = lats.flatMap((y) => lons.filter((x) => isWithin(x, y)));
    expect(ys.flatMap((y) => xs.filter((x) => isWithin(x, y)))).toHaveLength(inside.length);
  });

  it('have the cells under the vertices of a trajectory, across 180 degrees', async () => {
    const places = [
      [170.1, 50.2],
      [179.8, 51.3],
      [-179.9, 52],
      [-170.3, 88.9],
      [10, -89.9],
    ] as const;
    const line = places.map((place) => place.join('+')).join();
    const path = `/collections/eraint_uvz/trajectory?coords=LINESTRING(${line})&month=7&z=850&parameter-name=u`;
    const { ranges } = await service.json<JsonCoverage>(path);
    const expected = places.map(([lon, lat]) =>
      cellOf(wind, nearest(wind.grid, 'x', lon), nearest(wind.grid, 'y', lat)),
    );
    expectClose(ranges.u!.values, expected);
  });

  async function firstStep(path: string): Promise<JsonCoverage> {
    const answer = await service.json<JsonCoverage>(path);
    return answer.type === 'CoverageCollection' ? answer.coverages[0]! : answer;
  }
});

function numbersOf(axis: object): readonly number[] {
  const { values, start, stop, num } = axis as {
    values?: number[];
    start: number;
    stop: number;
    num: number;
  };
  return values ?? Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / Math.max(1, num - 1));
}

function cellOf({ grid, values }: Field, col: number, row: number): number | null {
  const value = values[row * axisNumbers(grid.x).length + col]!;
  return Number.isNaN(value) ? null : value;
}

function expectClose(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(found.map((value) => value === null)).toEqual(expected.map((value) => value === null));
  for (const [i, value] of expected.entries())
    if (value !== null)
      expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(Math.max(1e-3, 1e-6 * Math.abs(value)));
}
