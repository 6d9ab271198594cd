import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EdrPlan,
  planArea,
  planCube,
  planStatistics,
  type Statistics,
  type StatisticsRequest,
} from '../../../src/edr/index.js';
import { InvalidArgumentError } from '../../../src/errors/index.js';
import { CRS84, crsFromId } from '../../../src/grid/index.js';
import { type LayerReader, newStats, type QueryStats } from '../../../src/layer/index.js';
import { coveragesOf, valuesOf } from '../aggregation/brute-force.js';
import { type CellIndexes, hours, levels, memoryLayer, regular } from '../memory-layer.js';

const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: CellIndexes) =>
  (x * 7 + y * 3 + t) % 11 === 0 ? Number.NaN : Math.sin(x * 1.7 + y * y + t) * 50 + z * 7 - number * 3;
const tileShape = { t: 3, z: 1, row: 8, col: 8 };
const south = -12;

let globe: LayerReader;
let plane: LayerReader;
let packed: LayerReader;

beforeAll(async () => {
  const axes = { t: hours(5), z: levels(850, 500), custom: [regular('number', 0, 1, 3)] };
  const parameter = { id: 'p', axes: ['t', 'z', 'number'], valueAt };
  const lonLat = { x: regular('lon', 0.5, 1, 30), y: regular('lat', south + 19.5, -1, 20) };
  globe = await memoryLayer({ crs: CRS84, ...lonLat, ...axes }, [parameter], { tileShape, levels: 1 });
  const metres = { x: regular('x', 400_000, 1000, 30, 'm'), y: regular('y', 4_003_000, -1000, 20, 'm') };
  plane = await memoryLayer({ crs: crsFromId('EPSG:32621'), ...metres, ...axes }, [parameter], {
    tileShape,
    levels: 1,
  });
  packed = await memoryLayer(
    { crs: CRS84, ...lonLat, custom: [] },
    [
      {
        id: 'n',
        axes: [],
        type: 'int16',
        scale: 0.01,
        offset: 273.15,
        noData: -32768,
        valueAt: ({ x = 0, y = 0 }) => (x === y ? -32768 : ((x * 7919 + y * 104_729) % 65_000) - 32_000),
      },
      { id: 'empty', axes: [], valueAt: () => Number.NaN },
      { id: 'same', axes: [], valueAt: () => 4.25 },
      { id: 'endless', axes: [], valueAt: ({ x = 0 }) => (x === 3 ? Number.POSITIVE_INFINITY : x) },
    ],
    { tileShape, levels: 1 },
  );
});

async function ask(
  layer: LayerReader,
  request: StatisticsRequest,
): Promise<{ found: Statistics | undefined; stats: QueryStats; planned: number }> {
  const plan = planStatistics(layer, request);
  const stats = newStats();
  if (plan.kind === 'no-data') return { found: undefined, stats, planned: 0 };
  return { found: await plan.read({ stats }), stats, planned: plan.work().tiles };
}

/** All values that a query answers with, and what each weighs. */
async function cellsOf(
  plan: EdrPlan,
  weigh: (y: number) => number,
): Promise<[value: number, weight: number][]> {
  const answer = plan.kind === 'no-data' ? undefined : await plan.open({});
  const cells: [number, number][] = [];
  for (const { domain, ranges } of coveragesOf(answer)) {
    const lengthOf = (axis: typeof domain.x) => (axis?.kind === 'numbers' ? axis.values.length : 1);
    const ys = domain.y?.kind === 'numbers' ? domain.y.values : [];
    const values = await valuesOf(ranges[0]!);
    const columns = lengthOf(domain.x);
    values.forEach((value, i) => {
      cells.push([value, weigh(ys[Math.floor(i / columns) % ys.length]!)]);
    });
  }
  return cells.filter(([value]) => !Number.isNaN(value));
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const low = sorted[Math.floor(place)]!;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}

function expectSame(found: Statistics, cells: readonly [number, number][]): void {
  const values = cells.map(([value]) => value);
  const total = cells.reduce((sum, [, weight]) => sum + weight, 0);
  const mean = cells.reduce((sum, [value, weight]) => sum + value * weight, 0) / total;
  const variance = cells.reduce((sum, [value, weight]) => sum + (value - mean) ** 2 * weight, 0) / total;
  expect(found.valid).toBe(values.length);
  expect(found.min).toBe(Math.min(...values));
  expect(found.max).toBe(Math.max(...values));
  expect(found.sum).toBeCloseTo(
    values.reduce((a, b) => a + b, 0),
    6,
  );
  expect(found.mean).toBeCloseTo(mean, 9);
  expect(found.std).toBeCloseTo(Math.sqrt(variance), 9);
  const { edges, counts } = found.histogram!;
  expect(counts).toEqual(
    counts.map((_, i) => {
      const isLast = i === counts.length - 1;
      return values.filter((v) => v >= edges[i]! && (isLast ? v <= edges[i + 1]! : v < edges[i + 1]!)).length;
    }),
  );
  const { asked, values: percentiles, error } = found.percentiles!;
  for (const [i, percent] of asked.entries()) {
    expect(Math.abs(percentiles[i]! - percentile(values, percent))).toBeLessThanOrEqual(error + 1e-9);
  }
}

const chosen = fc.record(
  {
    datetime: fc.constantFrom('../..', '2020-01-01T01:00Z', '2020-01-01T01:00Z/2020-01-01T03:00Z'),
    z: fc.constantFrom('850', '500', '500,850'),
    custom: fc.constantFrom({ number: '0' }, { number: '2' }, { number: '0/2' }),
  },
  { requiredKeys: ['datetime', 'z', 'custom'] },
);
const asked = fc.record({
  histogram: fc.integer({ min: 1, max: 1000 }).map(String),
  percentiles: fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 }).map(String),
});

describe('planStatistics', () => {
  const area = (latitude: number) =>
    Math.sin(((latitude + 0.5) * Math.PI) / 180) - Math.sin(((latitude - 0.5) * Math.PI) / 180);

  it('finds in a box of a globe what the cells give, weighted by area', async () => {
    const corner = fc.tuple(fc.integer({ min: 0, max: 29 }), fc.integer({ min: south, max: south + 19 }));
    await fc.assert(
      fc.asyncProperty(corner, corner, chosen, asked, async ([x, y], [x2, y2], choices, texts) => {
        const [west, east] = [Math.min(x, x2), Math.max(x, x2) + 1];
        const [low, high] = [Math.min(y, y2), Math.max(y, y2) + 1];
        const bbox = [west, low, east, high].join();
        const { found } = await ask(globe, { bbox, ...choices, ...texts });
        const cells = await cellsOf(planCube(globe, { bbox, ...choices }), area);
        if (cells.length === 0) {
          expect(found?.valid).toBe(0);
          return;
        }
        expectSame(found!, cells);
        const planes = planesOf(choices);
        expect(found!.cells).toBe((east - west) * (high - low) * planes);
      }),
      { numRuns: 40 },
    );
  });

  it('finds in polygons of a globe and of a plane what the cells give', async () => {
    const vertex = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.tuple(vertex, vertex, vertex),
        chosen,
        async (isPlane, corners, choices) => {
          const layer = isPlane ? plane : globe;
          const place = ([u, v]: readonly [number, number]) =>
            isPlane ? `${-58.2 + u * 0.5} ${35.9 + v * 0.3}` : `${u * 30} ${south + v * 20}`;
          const coords = `POLYGON((${[...corners, corners[0]].map((corner) => place(corner)).join()}))`;
          const { found } = await ask(layer, { coords, ...choices });
          const cells = await cellsOf(planArea(layer, { coords, ...choices }), isPlane ? () => 1 : area);
          if (cells.length === 0) {
            expect(found?.valid ?? 0).toBe(0);
            return;
          }
          expectSame(found!, cells);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes the newest instant, the first level and the first member', async () => {
    const { found } = await ask(globe, {});
    const choices = { datetime: '2020-01-01T04:00Z', z: '850', custom: { number: '0' } };
    expect(found).toEqual((await ask(globe, choices)).found);
    expect(found!.cells).toBe(600);
  });

  it('reads nothing of a whole layer where the manifest knows', async () => {
    const all = { datetime: '../..', z: '500,850', custom: { number: '0/2' } };
    const cheap = await ask(globe, { ...all, fields: 'min,max,sum' });
    expect([cheap.stats.tilesRead, cheap.planned]).toEqual([0, 0]);
    expect(cheap.found).toMatchObject({ cells: 600 * 5 * 2 * 3 });
    const whole = await ask(globe, all);
    // 2 of time, 2 levels, 3 members, 3 by 4: once, since the range is known.
    expect([whole.stats.tilesRead, whole.stats.tilesUnpacked, whole.planned]).toEqual([144, 144, 144]);
    const { found } = whole;
    expect(cheap.found).toEqual({
      cells: found!.cells,
      valid: found!.valid,
      min: found!.min,
      max: found!.max,
      sum: found!.sum,
    });
    const mean = await ask(plane, { ...all, fields: 'mean' });
    expect(mean.stats.tilesRead).toBe(0);
  });

  it('unpacks only tiles on the edge of a box', async () => {
    const { stats } = await ask(packed, { bbox: '0,-12,20,8', fields: 'min,max,sum' });
    // 3 by 3 tiles are met; those of the first two columns lie inside, whole.
    expect([stats.tilesRead, stats.tilesUnpacked]).toEqual([9, 3]);
  });

  it('finds exact percentiles of packed values', async () => {
    const { found } = await ask(packed, { percentiles: '0,1,33.3,50,99.9,100' });
    const values = (
      await cellsOf(planCube(packed, { bbox: '0,-12,30,8', parameterNames: 'n' }), () => 1)
    ).map(([value]) => value);
    expect(found!.percentiles!.error).toBe(0);
    const expected = found!.percentiles!.asked.map((percent) => percentile(values, percent));
    for (const [i, value] of found!.percentiles!.values.entries()) expect(value).toBeCloseTo(expected[i]!, 9);
  });

  it('has words for no valid value, for values all alike and for infinite ones', async () => {
    const empty = await ask(packed, { parameter: 'empty' });
    expect(empty.found).toEqual({
      cells: 600,
      valid: 0,
      min: Number.NaN,
      max: Number.NaN,
      sum: Number.NaN,
      mean: Number.NaN,
      std: Number.NaN,
    });
    const same = await ask(packed, { parameter: 'same' });
    expect(same.found!.histogram).toEqual({ edges: [4.25, 4.25], counts: [600] });
    expect(same.found!.percentiles).toMatchObject({ values: [4.25, 4.25, 4.25, 4.25, 4.25], error: 0 });
    const endless = await ask(packed, { parameter: 'endless' });
    expect(endless.found).toMatchObject({ valid: 600, min: 0, max: Number.POSITIVE_INFINITY });
    expect(endless.found).not.toHaveProperty('histogram');
    expect((await ask(packed, { bbox: '100,0,110,5' })).found).toBeUndefined();
    expect(
      (await ask(packed, { coords: 'POLYGON((0.6 0.6,0.8 0.6,0.8 0.8,0.6 0.6))' })).found,
    ).toBeUndefined();
  });

  it.each([
    { parameter: 'other' },
    { fields: 'median' },
    { fields: '' },
    { histogram: '0' },
    { histogram: '1001' },
    { histogram: '1e2' },
    { percentiles: '101' },
    { percentiles: '-1' },
    { percentiles: 'NaN' },
    { percentiles: '50,' },
    { percentiles: Array.from({ length: 101 }, () => 5).join() },
    { fields: 'min', histogram: '5' },
    { fields: 'histogram', percentiles: '5' },
    { bbox: '0,0,1,1', coords: 'POLYGON((0 0,1 0,1 1,0 0))' },
    { bbox: '0,0,1' },
    { coords: 'POINT(0 0)' },
    { datetime: 'now' },
    { z: 'high' },
  ])('refuses %j', (request) => {
    expect(() => planStatistics(globe, request)).toThrow(InvalidArgumentError);
  });
});

function planesOf({
  datetime,
  z,
  custom,
}: {
  datetime: string;
  z: string;
  custom: { number: string };
}): number {
  const times = datetime === '../..' ? 5 : datetime.includes('/') ? 3 : 1;
  return times * z.split(',').length * (custom.number === '0/2' ? 3 : 1);
}
