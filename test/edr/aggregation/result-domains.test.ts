import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EdrPlan,
  planArea,
  planCorridor,
  planCube,
  planPosition,
  planRadius,
} from '../../../src/edr/index.js';
import { InvalidArgumentError } from '../../../src/errors/index.js';
import { encodeCoverageJson } from '../../../src/formats/index.js';
import { crsFromId } from '../../../src/grid/index.js';
import type { LayerReader } from '../../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../memory-layer.js';

const schema = JSON.parse(
  readFileSync(new URL('../../formats/coverage-json.schema.json', import.meta.url), 'utf8'),
);
const validate = new Ajv({ allowUnionTypes: true, strict: false }).compile(schema);

const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }: Readonly<Record<string, number>>) =>
  t * 10_000 + z * 1000 + y * 40 + x;
let deep: LayerReader;
let utm: LayerReader;

beforeAll(async () => {
  deep = await memoryLayer(worldGrid({ t: hours(3), z: levels(1000, 850, 500) }), [
    { id: 'p', axes: ['t', 'z'], valueAt },
    { id: 'surface', axes: ['t'], valueAt },
  ]);
  utm = await memoryLayer(
    {
      crs: crsFromId('EPSG:32632'),
      x: regular('x', 400_000, 10_000, 20),
      y: regular('y', 5_600_000, -10_000, 20),
      custom: [],
    },
    [{ id: 'p', axes: [], valueAt }],
  );
});

// biome-ignore lint/suspicious/noExplicitAny: parsed JSON, its shape is what the tests look at
async function document(plan: EdrPlan): Promise<any> {
  const answer = plan.kind === 'no-data' ? undefined : await plan.open({});
  if (answer === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of encodeCoverageJson(answer)) chunks.push(chunk);
  const made = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  validate(made);
  expect(validate.errors ?? []).toEqual([]);
  return made;
}

const bbox = '175,40,-165,60';
const p = { parameterNames: 'p', z: '850' };

describe('the domain of results', () => {
  it('over times is the grid at the last of them, with first and last as bounds', async () => {
    const made = await document(planCube(deep, { bbox, ...p, aggregation: '(mean,t),(max,t)' }));
    expect(made.domain.domainType).toBe('Grid');
    expect(made.domain.axes.t).toEqual({
      values: ['2020-01-01T02:00:00Z'],
      bounds: ['2020-01-01T00:00:00Z', '2020-01-01T02:00:00Z'],
    });
    expect(Object.keys(made.ranges)).toEqual(['p_mean', 'p_max']);
    expect(made.ranges.p_mean.values[0]).toBe(10_000 + 1000 + 3 * 40 + 18);
    expect(made.parameters.p_mean).toMatchObject({
      label: { en: 'Title of p, mean over t' },
      measurementType: { method: 'mean', axes: ['t'] },
    });
  });

  it('over levels is half-way between them, over x or y the middle of the outer edges', async () => {
    const over = async (axes: string) =>
      (await document(planCube(deep, { bbox, parameterNames: 'p', aggregation: `(min,${axes})` }))).domain
        .axes;
    expect((await over('z')).z).toEqual({ values: [750], bounds: [500, 1000] });
    expect((await over('x')).x).toEqual({ values: [-175], bounds: [-185, -165] });
    expect((await over('y')).y).toEqual({ values: [50], bounds: [40, 60] });
  });

  it('over x and y is what was asked for', async () => {
    const box = await document(planCube(deep, { bbox, ...p, aggregation: '( MEAN , x, Y )' }));
    expect(box.domain.domainType).toBe('PolygonSeries');
    expect(box.domain.axes.composite.values).toEqual([
      [
        [
          [175, 40],
          [195, 40],
          [195, 60],
          [175, 60],
          [175, 40],
        ],
      ],
    ]);
    expect(box.ranges.p_mean).toMatchObject({ axisNames: ['t'], shape: [3] });
    const coords = 'POLYGON((0 40,0 60,40 60,40 40,0 40),(5 42,25 42,25 58,5 58,5 42))';
    const polygon = await document(planArea(deep, { coords, ...p, aggregation: '(count,t,x,y)' }));
    expect(polygon.domain.domainType).toBe('Polygon');
    // Wound as GeoJSON has it.
    expect(polygon.domain.axes.composite.values[0][0]).toEqual([
      [0, 40],
      [40, 40],
      [40, 60],
      [0, 60],
      [0, 40],
    ]);
    expect(polygon.domain.axes.composite.values[0][1]).toEqual([
      [5, 42],
      [5, 58],
      [25, 58],
      [25, 42],
      [5, 42],
    ]);
    expect(polygon.ranges.p_count).toEqual({ type: 'NdArray', dataType: 'integer', values: [3 * 6] });
    const circle = await document(
      planRadius(deep, {
        coords: 'POINT(179 45)',
        within: '1000',
        withinUnits: 'km',
        ...p,
        aggregation: '(mean,x,y)',
      }),
    );
    const [ring] = circle.domain.axes.composite.values[0];
    expect(ring).toHaveLength(73);
    expect(Math.max(...ring.map(([x]: number[]) => x))).toBeGreaterThan(190);
    expect(Math.max(...ring.map(([, y]: number[]) => y))).toBeCloseTo(45 + 8.993, 2);
    const corridor = await document(
      planCorridor(deep, {
        coords: 'LINESTRING(0 45,30 45)',
        corridorWidth: '10',
        widthUnits: 'km',
        ...p,
        aggregation: '(max,x,y)',
      }),
    );
    expect(corridor.domain.domainType).toBe('PolygonSeries');
  });

  it('has a value for each polygon or circle of several, those without cells too', async () => {
    const square = (west: number) => `((${west} 40,${west + 20} 40,${west + 20} 60,${west} 60,${west} 40))`;
    const coords = `MULTIPOLYGON(${square(0)},${square(40)},((1 41,2 41,2 42,1 41)))`;
    const made = await document(planArea(deep, { coords, ...p, aggregation: '(mean,x,y),(count,x,y)' }));
    expect(made.domain.domainType).toBe('MultiPolygonSeries');
    expect(made.ranges.p_mean).toMatchObject({ axisNames: ['t', 'composite'], shape: [3, 3] });
    const [first, second, third] = made.ranges.p_mean.values;
    expect(second - first).toBeCloseTo(4, 9);
    expect(third).toBeNull();
    expect(made.ranges.p_count.values.slice(0, 3)).toEqual([6, 6, 0]);
    const circles = await document(
      planRadius(deep, {
        coords: 'MULTIPOINT(0 45,90 45)',
        within: '900',
        withinUnits: 'km',
        ...p,
        aggregation: '(mean,t,x,y)',
      }),
    );
    expect(circles.domain.domainType).toBe('MultiPolygon');
    expect(circles.ranges.p_mean.shape).toEqual([2]);
  });

  it('is one for each level, since polygons have one', async () => {
    const made = await document(planCube(deep, { bbox, parameterNames: 'p', aggregation: '(mean,x,y)' }));
    expect(made.type).toBe('CoverageCollection');
    expect(made.coverages.map(({ domain }: { domain: { axes: { z: unknown } } }) => domain.axes.z)).toEqual([
      { values: [1000] },
      { values: [850] },
      { values: [500] },
    ]);
  });

  it('speaks the coordinates of the query on a projected layer', async () => {
    const made = await document(planCube(utm, { bbox: '8.5,49.5,9.5,50.2', aggregation: '(mean,x,y)' }));
    expect(made.domain.referencing[0].system.id).toContain('CRS84');
    expect(made.domain.axes.composite.values[0][0][0]).toEqual([8.5, 49.5]);
    const own = await document(
      planRadius(utm, {
        coords: 'POINT(500000 5500000)',
        crs: 'EPSG:32632',
        within: '20',
        withinUnits: 'km',
        aggregation: '(mean,x,y)',
      }),
    );
    for (const [x, y] of own.domain.axes.composite.values[0][0]) {
      expect(Math.hypot(x - 500_000, y - 5_500_000)).toBeGreaterThan(19_800);
      expect(Math.hypot(x - 500_000, y - 5_500_000)).toBeLessThan(20_200);
    }
  });
});

describe('results at single places', () => {
  const mean = async (coords: string, aggregation: string, more = {}) =>
    document(planPosition(deep, { coords, parameterNames: 'p', aggregation, ...more }));

  it('are Points, series and profiles', async () => {
    const column = 3 * 40 + 1;
    const profile = await mean('POINT(10 55)', '(mean,t)');
    expect(profile.domain.domainType).toBe('VerticalProfile');
    expect(profile.ranges.p_mean.values).toEqual([0, 1, 2].map((z) => 10_000 + z * 1000 + column));
    const series = await mean('POINT(10 55)', '(max,z),(min,z)');
    expect(series.domain.domainType).toBe('PointSeries');
    expect(series.ranges.p_max.values).toEqual([0, 1, 2].map((t) => t * 10_000 + 2000 + column));
    expect(series.ranges.p_min.values).toEqual([0, 1, 2].map((t) => t * 10_000 + column));
    const point = await mean('POINT(10 55)', '(std,t,z)');
    expect(point.domain).toMatchObject({ domainType: 'Point', axes: { z: { bounds: [500, 1000] } } });
    expect(point.ranges.p_std.values[0]).toBeCloseTo(Math.sqrt((2 / 3) * (1e8 + 1e6)), 6);
  });

  it('are one for each of several points, linear ones between cells', async () => {
    const made = await mean('MULTIPOINT(10 55,15 55)', '(mean,t)', { z: '850', method: 'linear' });
    expect(made.type).toBe('CoverageCollection');
    const [first, second] = made.coverages.map(
      (one: { ranges: { p_mean: { values: number[] } } }) => one.ranges.p_mean.values[0],
    );
    expect(second - first).toBeCloseTo(0.5, 6);
    expect(await mean('POINT(10 55)', '(mean,t)', { datetime: '2030-01-01' })).toBeUndefined();
  });
});

describe('results over custom axes', () => {
  const noisy = ({ t = 0, z = 0, y = 0, x = 0, number = 0, Run = 0 }: Readonly<Record<string, number>>) =>
    (x + number + t) % 5 === 0
      ? Number.NaN
      : Math.sin(x * 3 + y * 7 + z * 11 + t * 13 + number * 17 + Run * 19);
  const axes = { members: [0, 1, 2, 3], runs: [0, 1] };
  let ensemble: LayerReader;

  beforeAll(async () => {
    const custom = [regular('number', 0, 1, 4), regular('Run', 6, 6, 2)];
    ensemble = await memoryLayer(
      worldGrid({ t: hours(3), z: levels(1000, 500), custom }),
      [{ id: 'p', axes: ['t', 'z', 'number', 'Run'], valueAt: noisy }],
      { tileShape: { t: 2, z: 1, row: 4, col: 5 } },
    );
  });

  const meanOf = (values: readonly number[]) => {
    const valid = values.filter((value) => !Number.isNaN(value));
    return valid.length === 0 ? null : expect.closeTo(valid.reduce((a, b) => a + b) / valid.length, 9);
  };

  it('are for each place those of all values there, at the other custom axes', async () => {
    const places = Array.from({ length: 40 }, (_, i) => ({ x: (i * 7) % 36, y: (i * 5) % 18 }));
    const coords = `MULTIPOINT(${places.map(({ x, y }) => `${x * 10} ${85 - y * 10}`).join()})`;
    const made = await document(planPosition(ensemble, { coords, z: '500', aggregation: '(mean,number)' }));
    const found = made.coverages.map(
      (one: { Run: number; number?: number; ranges: { p_mean: { values: number[] } } }) => [
        one.Run,
        one.number,
        one.ranges.p_mean.values,
      ],
    );
    const expected = axes.runs.flatMap((Run) =>
      places.map((place) => [
        6 + Run * 6,
        undefined,
        [0, 1, 2].map((t) => meanOf(axes.members.map((number) => noisy({ ...place, z: 1, t, number, Run })))),
      ]),
    );
    expect(found).toEqual(expected);
  });

  it('are over the values that the request chooses, and over times and levels too', async () => {
    const about = { coords: 'POINT(30 55)', custom: { number: '1,3' } };
    const made = await document(
      planPosition(ensemble, { ...about, aggregation: '(mean, Z, RUN, t, number)' }),
    );
    expect(made.type).toBe('Coverage');
    expect(made.domain.domainType).toBe('Point');
    const all = [1, 3].flatMap((number) =>
      axes.runs.flatMap((Run) =>
        [0, 1].flatMap((z) => [0, 1, 2].map((t) => noisy({ x: 3, y: 3, t, z, number, Run }))),
      ),
    );
    expect(made.ranges.p_mean.values).toEqual([meanOf(all)]);
    expect(made.parameters.p_mean.measurementType.axes).toEqual(['t', 'z', 'number', 'Run']);
  });
});

describe('an aggregation', () => {
  it.each([
    'mean,t',
    '(mean)',
    '(mean,)',
    '(,t)',
    '()',
    '(median,t)',
    '(mean,q)',
    '(mean,t,t)',
    '(mean,t),(mean,t)',
    '(mean,t),(max,x)',
    '(mean,t)(max,t)',
    '(mean,t),',
    '((mean,t))',
    '(mean,number)',
    `(mean,t)${' '.repeat(2000)}`,
    'mean over t',
  ])('is refused when it is %.40j', (aggregation) => {
    expect(() => planCube(deep, { bbox, parameterNames: 'p', aggregation })).toThrow(InvalidArgumentError);
  });

  it('is refused over axes that the query, the layer or a parameter does not have', () => {
    expect(() => planPosition(deep, { coords: 'POINT(0 0)', aggregation: '(mean,x)' })).toThrow(
      InvalidArgumentError,
    );
    expect(() => planCube(utm, { bbox: '0,0,1,1', aggregation: '(mean,t)' })).toThrow(InvalidArgumentError);
    expect(() => planCube(deep, { bbox, aggregation: '(mean,z)' })).toThrow(/surface has no axis z/);
  });
});
