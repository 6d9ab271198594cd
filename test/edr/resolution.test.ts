import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EdrRequest,
  planArea,
  planCorridor,
  planCube,
  planPosition,
  planRadius,
} from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { CRS84, type Crs, crsFromId, projectPoints } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { cellHolding, lonLatOf, type StatedValue, statedValues } from './dense-reading.js';
import { haversineMetres } from './haversine.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { along, nearestFinderOf } from './path-oracle.js';
import { axesOf, readAnswer } from './read-answer.js';

const cellValue = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  (x + y) % 7 === 3 ? Number.NaN : number * 1e6 + t * 1e5 + z * 1e4 + y * 40 + x;
const flat = [{ id: 'p', axes: [], valueAt: cellValue }];
const deepGrid = {
  t: hours(3),
  z: levels(1000, 850, 500, 200),
  custom: [regular('number', 0, 1, 2)],
};

let layers: Record<string, LayerReader>;

beforeAll(async () => {
  const small = { tileShape: { t: 2, z: 2, row: 4, col: 5 } };
  const plane = (id: string, step: number) => ({
    crs: crsFromId(id),
    x: regular('x', -15 * step, step, 31, 'm'),
    y: regular('y', 15 * step, -step, 31, 'm'),
    custom: [],
  });
  layers = {
    eastern: await memoryLayer(
      worldGrid(deepGrid),
      [{ id: 'p', axes: ['t', 'z', 'number'], valueAt: cellValue }],
      small,
    ),
    western: await memoryLayer(
      worldGrid({ x: regular('lon', -175, 10, 36), y: regular('lat', -85, 10, 18, 'degrees_north') }),
      flat,
      small,
    ),
    descending: await memoryLayer(worldGrid({ x: regular('lon', 175, -10, 36) }), flat, small),
    regional: await memoryLayer(
      worldGrid({ x: regular('lon', 172, 2, 10), y: regular('lat', 50, 2, 12, 'degrees_north') }),
      flat,
      small,
    ),
    mercator: await memoryLayer(plane('EPSG:3857', 1e6), flat, small),
    polar: await memoryLayer(plane('EPSG:3413', 2e5), flat, small),
  };
});

/** Where windows of a query in a system are taken from, in degrees; odd numbers, so that edges of cells decide nothing. */
const places: Readonly<Record<string, readonly [west: number, south: number, east: number, north: number]>> =
  {
    CRS84: [-340, -80, 340, 80],
    'EPSG:3857': [-175, -80, 175, 80],
    'EPSG:3395': [-175, -79, 175, 80],
    'EPSG:6933': [-175, -80, 175, 80],
    'EPSG:8857': [-170, -80, 170, 80],
    'EPSG:32632': [2, 5, 16, 80],
    'EPSG:3035': [-20, 30, 40, 70],
    'EPSG:3413': [-175, 62, 175, 85],
    'EPSG:3995': [-175, 62, 175, 85],
  };
const tokensOf: Readonly<Record<string, readonly string[]>> = {
  eastern: Object.keys(places),
  western: Object.keys(places),
  descending: Object.keys(places),
  regional: ['CRS84', 'EPSG:3857', 'EPSG:8857'],
  mercator: ['CRS84', 'EPSG:3857', 'EPSG:3395', 'EPSG:32632'],
  polar: ['CRS84', 'EPSG:3413', 'EPSG:3995'],
};

const share = fc.double({ min: 0, max: 1, noNaN: true });
const windows = fc
  .constantFrom(...Object.entries(tokensOf).flatMap(([name, tokens]) => tokens.map((token) => [name, token])))
  .chain(([name, token]) =>
    fc.record({
      name: fc.constant(name!),
      token: fc.constant(token!),
      corners: fc.tuple(share, share, share, share),
      nx: fc.integer({ min: 0, max: 6 }),
      ny: fc.integer({ min: 0, max: 6 }),
    }),
  );

interface Window {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** A box in the coordinates of `token` around two places. */
function boxOf(token: string, [a, b, c, d]: readonly number[]): Window {
  const [west, south, east, north] = places[token]!;
  const project = projectPoints(CRS84, crsFromId(token));
  const corner = (u: number, v: number) =>
    project(west + u * (east - west) + 0.0137, south + v * (north - south) + 0.0173);
  const [from, to] = [corner(a!, b!), corner(c!, d!)];
  const ends = (one: number, other: number) =>
    [Math.min(one, other), Math.max(one, other, Math.min(one, other) + 1e-3)] as const;
  const [x1, x2] = ends(from[0], to[0]);
  const [y1, y2] = ends(from[1], to[1]);
  // More than a turn around the globe is a turn.
  return { west: x1, south: y1, east: token === 'CRS84' ? Math.min(x2, x1 + 360) : x2, north: y2 };
}

function requestOf({ token, nx, ny }: { token: string; nx: number; ny: number }): EdrRequest {
  return { crs: token, resolutionX: String(nx), resolutionY: String(ny) };
}

/** What a value is by the dense array; null outside `isInside`. */
function expectDense(
  layer: LayerReader,
  crs: Crs,
  stated: readonly StatedValue[],
  isInside: (x: number, y: number) => boolean = () => true,
) {
  const { grid } = layer.manifest;
  const found: (number | null)[] = [];
  const wanted: (number | null)[] = [];
  for (const { value, x, y, ...others } of stated) {
    const cell = isInside(x, y) ? cellHolding(grid, crs, [x, y]) : undefined;
    const dense = cell === undefined ? Number.NaN : cellValue({ ...others, ...cell });
    found.push(value);
    wanted.push(Number.isNaN(dense) ? null : dense);
  }
  expect(found).toEqual(wanted);
}

describe('a cube in any coordinates, at any resolution', () => {
  it('has in each place the value of the cell that holds it, by a dense reading', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async ({ name, token, corners, nx, ny }) => {
        const layer = layers[name]!;
        const { west, south, east, north } = boxOf(token, corners);
        const request = { ...requestOf({ token, nx, ny }), bbox: [west, south, east, north].join() };
        const answer = await readAnswer(planCube(layer, request));
        if (answer === undefined) return;
        const crs = crsFromId(token);
        expectDense(layer, crs, statedValues(answer));
        const { x, y } = axesOf(answer.coverages?.[0] ?? answer) as { x: number[]; y: number[] };
        const even = (low: number, high: number, count: number) =>
          count === 1
            ? [(low + high) / 2]
            : Array.from({ length: count }, (_, i) => low + (i * (high - low)) / (count - 1));
        const turns =
          crs.kind === 'geographic'
            ? Math.round((x[0]! - (nx === 1 ? (west + east) / 2 : west)) / 360) * 360
            : 0;
        const near = (value: number) => expect.closeTo(value, 6);
        if (nx > 0) expect(x).toEqual(even(west + turns, east + turns, nx).map(near));
        if (ny > 0) expect(y).toEqual(even(south, north, ny).map(near));
        const margin = 1e-9 * Math.max(1, Math.abs(north), Math.abs(south));
        for (const at of y) expect(at >= south - margin && at <= north + margin).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('has the values of position queries', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async ({ name, token, corners }) => {
        const layer = layers[name]!;
        const { west, south, east, north } = boxOf(token, corners);
        const more = { z: '850', custom: { number: '1' }, datetime: '2020-01-01T01:00:00Z' };
        const request = {
          ...more,
          ...requestOf({ token, nx: 4, ny: 3 }),
          bbox: [west, south, east, north].join(),
        };
        const answer = await readAnswer(
          planCube(layer, name === 'eastern' ? request : { ...request, custom: {} }),
        );
        for (const { x, y, value } of answer === undefined ? [] : statedValues(answer)) {
          const point = { ...more, crs: token, coords: `POINT(${x} ${y})` };
          const alone = await readAnswer(
            planPosition(layer, name === 'eastern' ? point : { ...point, custom: {} }),
          );
          expect(value).toBe(alone === undefined ? null : alone.ranges.p!.values[0]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('crosses the antimeridian', async () => {
    const request = { bbox: '165,-10,-165,10', resolutionX: '4', resolutionY: '2' };
    for (const layer of [layers.eastern!, layers.western!, layers.descending!]) {
      const answer = (await readAnswer(planCube(layer, request)))!;
      const first = answer.coverages?.[0] ?? answer;
      expect(axesOf(first)).toMatchObject({ x: [165, 175, 185, 195], y: [-10, 10] });
    }
  });

  it('includes both ends, has the middle for one sample, and one sample for a box without width', async () => {
    const axes = async (bbox: string, resolutionX: string, resolutionY: string) =>
      axesOf(await readAnswer(planCube(layers.western!, { bbox, resolutionX, resolutionY })));
    expect(await axes('0.1,0.3,0.7,0.9', '7', '2')).toEqual({
      x: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
      y: [0.3, 0.9],
    });
    expect(await axes('0,10,40,20', '1', '1')).toEqual({ x: [20], y: [15] });
    expect(await axes('3,10,3,20', '5', '3')).toEqual({ x: [3], y: [10, 15, 20] });
    expect(await axes('-20,0,20,20', '0', '3')).toEqual({ x: [-15, -5, 5, 15], y: [0, 10, 20] });
  });

  it('is null outside the layer, and no data when all of it is', async () => {
    const ask = async (bbox: string) =>
      readAnswer(planCube(layers.regional!, { bbox, resolutionX: '3', resolutionY: '1' }));
    expect((await ask('160,60,190,62'))!.ranges.p!.values[0]).toBeNull();
    expect(await ask('0,60,20,62')).toBeUndefined();
  });

  it('counts its samples and reads in proportion to them', async () => {
    const plan = planCube(layers.western!, { bbox: '-180,-90,180,90', resolutionX: '2', resolutionY: '1' });
    expect(plan).toMatchObject({ kind: 'answer', cells: 2 });
    expect(plan.kind === 'answer' && plan.work().tiles).toBeLessThanOrEqual(2);
  });
});

describe('tiles of samples', () => {
  it('are parts of the whole', async () => {
    const coords = 'POLYGON((-170.3 -80.1,170.2 -70.7,-20.9 80.3,-170.3 -80.1))';
    const plan = planArea(layers.western!, { coords, resolutionX: '300', resolutionY: '3' });
    if (plan.kind === 'no-data') throw new Error('no data');
    const whole = (await readAnswer(plan))!.ranges.p!.values;
    const { outline, tile } = plan.pieces!;
    const range = outline().coverages[0]!.ranges[0]!.tiledAs!;
    const part = (await readAnswer(tile({ range, t: 0, z: 0, y: 0, x: 1 })))!.ranges.p!.values;
    expect(part).toEqual([0, 1, 2].flatMap((row) => whole.slice(row * 300 + 256, (row + 1) * 300)));
    expect(part.some((value) => value !== null)).toBe(true);
  });
});

describe('masks of samples', () => {
  it('are of their positions: inside a polygon', async () => {
    await fc.assert(
      fc.asyncProperty(windows, fc.tuple(share, share), async ({ name, token, corners, nx, ny }, third) => {
        const layer = layers[name]!;
        const crs = crsFromId(token);
        const box = boxOf(token, corners);
        const [w, h] = [box.east - box.west, box.north - box.south];
        // Edges have a width of their own, and the shorter way around the globe.
        if (Math.min(w, h) < (crs.kind === 'geographic' ? 0.01 : 1000)) return;
        if (crs.kind === 'geographic' && w > 170) return;
        const ring = [
          [box.west, box.south],
          [box.west + (0.3137 + 0.6 * third[0]) * w, box.north],
          [box.east, box.south + (0.0719 + 0.8 * third[1]) * h],
        ] as const;
        const text = [...ring, ring[0]!].map((vertex) => vertex.join(' ')).join(',');
        const request = {
          ...requestOf({ token, nx: nx === 0 ? 0 : nx + 2, ny: ny === 0 ? 0 : ny + 2 }),
          coords: `POLYGON((${text}))`,
        };
        const answer = await readAnswer(planArea(layer, request));
        if (answer === undefined) return;
        const places = statedValues(answer).map((one) => {
          const turns =
            crs.kind === 'geographic' ? Math.round((one.x - (box.west + box.east) / 2) / 360) * 360 : 0;
          return { ...one, x: one.x - turns };
        });
        // On an edge either is right.
        const off = places.filter(({ x, y }) => distanceToEdges(ring, x, y) > 1e-6 * Math.max(w, h));
        expectDense(layer, crs, off, (x, y) => isInRing(ring, x, y));
      }),
      { numRuns: 200 },
    );
  });

  it('are of their positions: within a distance', async () => {
    await fc.assert(
      fc.asyncProperty(
        windows,
        fc.integer({ min: 300, max: 3000 }),
        async ({ name, token, corners, nx, ny }, km) => {
          const layer = layers[name]!;
          const crs = crsFromId(token);
          const { west, south } = boxOf(token, corners);
          const centre = lonLatOf(crs, west, south);
          if (Math.abs(centre[1]) > 60 && crs.kind === 'projected') return;
          const request = {
            ...requestOf({ token, nx: nx === 0 ? 0 : nx + 2, ny: ny === 0 ? 0 : ny + 2 }),
            coords: `POINT(${west} ${south})`,
            within: String(km),
            withinUnits: 'km',
          };
          const answer = await readAnswer(planRadius(layer, request));
          if (answer === undefined) return;
          const metres = (x: number, y: number) => haversineMetres(centre, lonLatOf(crs, x, y));
          const off = statedValues(answer).filter(({ x, y }) => Math.abs(metres(x, y) - km * 1000) > 1);
          expectDense(layer, crs, off, (x, y) => metres(x, y) <= km * 1000);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are of their positions: a wide corridor has all samples near the line', async () => {
    for (const token of ['CRS84', 'EPSG:3857', 'EPSG:3035']) {
      const crs = crsFromId(token);
      const project = projectPoints(CRS84, crs);
      const line = [project(-5.3, 40.2), project(22.1, 55.7)].map((vertex) => vertex.join(' ')).join(',');
      const request = {
        crs: token,
        resolutionX: '9',
        resolutionY: '8',
        coords: `LINESTRING(${line})`,
        corridorWidth: '1500',
        widthUnits: 'km',
      };
      const answer = (await readAnswer(planCorridor(layers.western!, request)))!;
      const stated = statedValues(answer);
      expect(stated).toHaveLength(72);
      const find = nearestFinderOf({ x: -5.3, y: 40.2 }, { x: 22.1, y: 55.7 });
      const isNear = (x: number, y: number) =>
        find([...lonLatOf(crs, x, y)], 750_000) !== undefined &&
        find([...lonLatOf(crs, x, y)], 1e9)!.metres <= 750_000;
      const near = stated.filter(({ x, y }) => isNear(x, y));
      expect(near.length).toBeGreaterThan(20);
      expectDense(layers.western!, crs, near);
      // Others are null, unless the line crosses the cell around them.
      const far = stated.filter(({ x, y }) => find([...lonLatOf(crs, x, y)], 1e9)!.metres > 1_000_000);
      expect(far.length).toBeGreaterThan(5);
      expect(far.every(({ value }) => value === null)).toBe(true);
    }
  });
});

describe('samples that a corridor without width crosses', () => {
  // Beyond 180 degrees samples in metres go on, where a line found none of them: it ended there.
  it.each(['EPSG:3857', 'EPSG:3395', 'EPSG:6933', 'EPSG:8857', 'CRS84'])(
    'go on across 180 degrees in %s',
    async (token) => {
      const crs = crsFromId(token);
      const project = projectPoints(CRS84, crs);
      const [start, end] = [
        { x: 171.3, y: 50.2 },
        { x: -169.6, y: 61.9 },
      ];
      const line = [start, end].map(({ x, y }) => project(x, y).join(' ')).join(',');
      const request = { crs: token, resolutionX: '40', resolutionY: '7', coords: `LINESTRING(${line})` };
      const narrow = { ...request, corridorWidth: '0', widthUnits: 'm' };
      const answer = (await readAnswer(planCorridor(layers.regional!, narrow)))!;
      const { x: xs, y: ys } = axesOf(answer) as { x: number[]; y: number[] };
      const crossed = new Set<string>();
      for (let i = 0; i <= 20_000; i++) {
        const place = along(start, end, i / 20_000);
        const [x, y] = project(...place);
        const turn = crs.kind === 'geographic' ? 360 : project(90, 0)[0] * 4;
        const near = (values: readonly number[], value: number, modulus: number) => {
          const away = values.map((one) =>
            Math.abs(one - value - modulus * Math.round((one - value) / modulus)),
          );
          return away.indexOf(Math.min(...away));
        };
        crossed.add(`${near(xs, x, token === 'EPSG:8857' ? 1e9 : turn)} ${near(ys, y, 1e9)}`);
      }
      const inside = statedValues(answer).filter((_, i) => crossed.has(`${i % 40} ${Math.floor(i / 40)}`));
      expect(new Set(inside.map(({ x }) => x)).size).toBeGreaterThan(token === 'EPSG:8857' ? 1 : 30);
      expectDense(layers.regional!, crs, inside);
      const others = statedValues(answer).filter((_, i) => !crossed.has(`${i % 40} ${Math.floor(i / 40)}`));
      expect(others.filter(({ value }) => value !== null)).toEqual([]);
    },
  );
});

describe('resolution-z', () => {
  const ask = async (resolutionZ: string, z?: string) => {
    const request = { bbox: '0,0,20,20', resolutionZ, custom: { number: '0' }, ...(z && { z }) };
    const answer = await readAnswer(planCube(layers.eastern!, request));
    return axesOf(answer).z;
  };

  it('takes as many of the levels, evenly by position, both ends included', async () => {
    expect(await ask('0')).toEqual([1000, 850, 500, 200]);
    expect(await ask('4')).toEqual([1000, 850, 500, 200]);
    expect(await ask('2')).toEqual([1000, 200]);
    expect(await ask('1')).toEqual([850]);
    expect(await ask('2', '850/200')).toEqual([850, 200]);
  });

  it('cannot make up levels', async () => {
    await expect(ask('5')).rejects.toThrow(InvalidArgumentError);
    await expect(ask('2', '500')).rejects.toThrow(InvalidArgumentError);
  });
});

describe('a resolution that is none', () => {
  it.each(['-1', '1.5', 'fine', '', '1e3', '100001', '9'.repeat(400), 'NaN'])('is refused: %j', (text) => {
    for (const name of ['resolutionX', 'resolutionY', 'resolutionZ'])
      expect(() => planCube(layers.eastern!, { bbox: '0,0,20,20', [name]: text })).toThrow(
        InvalidArgumentError,
      );
  });
});

type Ring = readonly (readonly [number, number])[];

function edgesOf(ring: Ring): (readonly [readonly [number, number], readonly [number, number]])[] {
  return ring.map((from, i) => [from, ring[(i + 1) % ring.length]!] as const);
}

function isInRing(ring: Ring, x: number, y: number): boolean {
  const crossed = edgesOf(ring).filter(
    ([[x1, y1], [x2, y2]]) => y1 > y !== y2 > y && x < x1 + ((x2 - x1) * (y - y1)) / (y2 - y1),
  );
  return crossed.length % 2 === 1;
}

function distanceToEdges(ring: Ring, x: number, y: number): number {
  const distances = edgesOf(ring).map(([[x1, y1], [x2, y2]]) => {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const part = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy)));
    return Math.hypot(x - x1 - part * dx, y - y1 - part * dy);
  });
  return Math.min(...distances);
}
