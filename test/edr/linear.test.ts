import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planPosition } from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { crsFromId, type Grid } from '../../src/grid/index.js';
import { type LayerReader, newStats } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const isMissing = (x: number, y: number) => (x * 5 + y * 3) % 23 === 0;
const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }: Readonly<Record<string, number>>) =>
  isMissing(x, y) ? Number.NaN : t * 10_000 + z * 1000 + Math.sin(x * 3 + y * 7) * 100;
const parameters = [{ id: 'p', axes: [], valueAt }];

const grids: Record<'eastern' | 'descending' | 'regional' | 'crossing', Grid> = {
  eastern: worldGrid(),
  descending: worldGrid({
    x: regular('lon', 175, -10, 36),
    y: regular('lat', -90, 10, 19, 'degrees_north'),
  }),
  regional: worldGrid({ x: regular('lon', 0, 2, 9), y: regular('lat', 40, 2, 8, 'degrees_north') }),
  crossing: worldGrid({ x: regular('lon', 172, 2, 10) }),
};
const layers = new Map<string, LayerReader>();

beforeAll(async () => {
  for (const [name, grid] of Object.entries(grids)) {
    layers.set(name, await memoryLayer(grid, parameters, { tileShape: { t: 1, z: 1, row: 4, col: 4 } }));
  }
});

const ask = async (layer: LayerReader, request: EdrRequest) =>
  readAnswer(planPosition(layer, { method: 'linear', ...request }));

type Regular = { readonly start: number; readonly step: number; readonly count: number };

/** The value by definition: of all cells, weighted by one minus the distance in steps along either axis. */
function expected({ x, y }: Grid, longitude: number, latitude: number): number | null | undefined {
  if (x.coordinates.kind !== 'regular' || y.coordinates.kind !== 'regular') throw new Error('regular only');
  const { start, step, count } = x.coordinates;
  const isGlobal = count * Math.abs(step) === 360;
  const along = (longitude - start) / step;
  const col = isGlobal ? along - Math.floor(along / count) * count : columnAt(x.coordinates, longitude);
  const row = clamped(y.coordinates, latitude);
  if (col === undefined || row === undefined) return undefined;
  let sum = 0;
  for (let j = 0; j < y.coordinates.count; j++) {
    for (let i = 0; i < x.coordinates.count; i++) {
      const away = Math.abs(i - col);
      const across = isGlobal ? Math.min(away, x.coordinates.count - away) : away;
      const weight = Math.max(0, 1 - across) * Math.max(0, 1 - Math.abs(j - row));
      if (weight < 1e-9) continue;
      sum += weight * valueAt({ x: i, y: j });
    }
  }
  return Number.isNaN(sum) ? null : sum;
}

/** Where a coordinate is, in cells; up to half a cell beyond the outermost centres, at those. */
function clamped({ start, step, count }: Regular, value: number): number | undefined {
  const at = (value - start) / step;
  return at >= -0.5 && at <= count - 0.5 ? Math.min(count - 1, Math.max(0, at)) : undefined;
}

function columnAt(axis: Regular, longitude: number): number | undefined {
  const turns = [-720, -360, 0, 360, 720].map((turn) => clamped(axis, longitude + turn));
  return turns.find((at) => at !== undefined);
}

describe('position by method linear', () => {
  it.each(Object.keys(grids) as (keyof typeof grids)[])(
    'is the bilinear mean of the cells around it, or null, on a grid that is %s',
    async (name) => {
      const grid = grids[name];
      await fc.assert(
        fc.asyncProperty(
          fc.double({
            min: name === 'regional' ? -3 : -360,
            max: name === 'regional' ? 20 : 360,
            noNaN: true,
          }),
          fc.oneof(
            fc.double({
              min: name === 'regional' ? 38 : -84.9,
              max: name === 'regional' ? 56 : 84.9,
              noNaN: true,
            }),
            fc.integer({ min: 20, max: 28 }).map((half) => half * 2),
          ),
          async (longitude, latitude) => {
            const wanted = expected(grid, longitude, latitude);
            const answer = await ask(layers.get(name)!, { coords: `POINT(${longitude} ${latitude})` });
            const found = answer?.ranges.p?.values[0];
            if (typeof wanted === 'number') expect(found).toBeCloseTo(wanted, 6);
            else expect(found).toBe(wanted);
          },
        ),
        { numRuns: 200, seed: 11 },
      );
    },
  );

  it('is exact at the centres, whatever is beside them', async () => {
    const layer = layers.get('eastern')!;
    for (let x = 0; x < 36; x++) {
      const coords = `POINT(${x * 10} 45)`;
      const exact = await ask(layer, { coords });
      expect(exact!.ranges).toEqual((await ask(layer, { coords, method: 'nearest' }))!.ranges);
    }
  });

  it('states the points themselves', async () => {
    const answer = await ask(layers.get('eastern')!, { coords: 'MULTIPOINT(12.5 41,359 -3)' });
    expect(axesOf(answer).composite).toEqual([
      [12.5, 41],
      [-1, -3],
    ]);
  });

  it('reaches half a cell beyond the outermost centres, never farther', async () => {
    const layer = layers.get('regional')!;
    const at = async (coords: string) => (await ask(layer, { coords }))?.ranges.p?.values[0];
    expect(await at('POINT(16.9 44)')).toBe(await at('POINT(16 44)'));
    expect(await at('POINT(17.1 44)')).toBeUndefined();
    expect(await at('POINT(4 54.9)')).toBe(await at('POINT(4 54)'));
    expect(await at('POINT(4 55.1)')).toBeUndefined();
  });

  // A layer whose columns do not go round the globe was asked for -178.5 where it has 181.5: values were made up.
  it('reads longitudes modulo 360 on a layer of a part of the globe', async () => {
    const layer = layers.get('crossing')!;
    for (const longitude of [173.5, 181.5, 190.9]) {
      const values = await Promise.all(
        [-720, -360, 0, 360].map(
          async (turn) => (await ask(layer, { coords: `POINT(${longitude + turn} 41)` }))?.ranges.p?.values,
        ),
      );
      expect(values).toEqual(values.map(() => [expect.closeTo(expected(grids.crossing, longitude, 41)!, 6)]));
    }
  });

  it('blends series of one point and of many alike, at levels that are stored', async () => {
    const deep = await memoryLayer(
      worldGrid({ t: hours(5), z: levels(1000, 850, 500) }),
      [{ id: 'p', axes: ['t', 'z'], valueAt }],
      { tileShape: { t: 2, z: 2, row: 4, col: 4 } },
    );
    const alone = await ask(deep, { coords: 'POINT Z(355 41 850)' });
    expect(alone!.domain.domainType).toBe('PointSeries');
    const [first] = alone!.ranges.p!.values;
    expect(first).toBeCloseTo(1000 + expected(grids.eastern, 355, 41)!, 6);
    expect(alone!.ranges.p!.values.map((value) => Math.round(value! - first!))).toEqual(
      [0, 1, 2, 3, 4].map((t) => t * 10_000),
    );
    const many = await ask(deep, { coords: 'MULTIPOINT Z(0 85 500,355 41 850,4 4 1000)' });
    const values = ({ ranges }: JsonCoverage) => ranges.p!.values.map((value) => value?.toFixed(6));
    expect(values(many!.coverages[1]!)).toEqual(values(alone!));
  });

  it('reads each tile of many points once, as planned', async () => {
    const points = Array.from({ length: 300 }, (_, i) => `${(i * 7.3) % 360} ${((i * 3.1) % 160) - 80}`);
    const plan = planPosition(layers.get('eastern')!, {
      coords: `MULTIPOINT(${points.join()})`,
      method: 'linear',
    });
    if (plan.kind === 'no-data') throw new Error('there are points');
    const stats = newStats();
    for (const { ranges } of (await plan.open({ stats }))!.coverages) {
      for (const range of ranges) for await (const _ of range.values());
    }
    expect(stats.tilesRead).toBe(plan.work().tiles);
    expect(stats.tilesRead).toBeLessThanOrEqual(9 * 5);
  });

  it('has fractions where the layer has whole numbers', async () => {
    const whole = await memoryLayer(worldGrid(), [
      { id: 'p', axes: [], type: 'int16', valueAt: ({ x = 0, y = 0 }) => x + y * 100 },
    ]);
    const answer = await ask(whole, { coords: 'POINT(2.5 85)' });
    expect(answer!.ranges.p).toMatchObject({ dataType: 'float', values: [0.25] });
  });

  it('blends in the coordinates of a projected layer', async () => {
    const mercator = await memoryLayer(
      {
        crs: crsFromId('EPSG:3857'),
        x: regular('x', -15e6, 1e6, 31, 'm'),
        y: regular('y', 15e6, -1e6, 31, 'm'),
        custom: [],
      },
      [{ id: 'p', axes: [], valueAt: ({ x = 0, y = 0 }) => x + y * 100 }],
    );
    const answer = await ask(mercator, { coords: 'POINT(250000 -14500000)', crs: 'EPSG:3857' });
    expect(answer!.ranges.p!.values).toEqual([15.25 + 2950]);
    expect(axesOf(answer)).toEqual({ x: [250_000], y: [-14_500_000] });
  });

  it('follows axes of uneven steps, up and down', async () => {
    const uneven = await memoryLayer(
      worldGrid({
        x: { name: 'lon', coordinates: { kind: 'explicit', values: [0, 1, 5, 6] } },
        y: { name: 'lat', coordinates: { kind: 'explicit', values: [60, 50, 48, 40] } },
      }),
      [{ id: 'p', axes: [], valueAt: ({ x = 0, y = 0 }) => [0, 1, 5, 6][x]! * 1000 + [60, 50, 48, 40][y]! }],
    );
    for (const [longitude, latitude] of [
      [0.5, 55],
      [2, 49.5],
      [4.75, 41],
      [5.5, 48.5],
    ] as const) {
      const answer = await ask(uneven, { coords: `POINT(${longitude} ${latitude})` });
      expect(answer!.ranges.p!.values[0]).toBeCloseTo(longitude * 1000 + latitude, 6);
    }
  });

  it('refuses other methods', () => {
    expect(() => planPosition(layers.get('eastern')!, { coords: 'POINT(0 0)', method: 'cubic' })).toThrow(
      InvalidArgumentError,
    );
  });
});
