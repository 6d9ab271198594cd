import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { planArea, planCube } from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { CRS84, crsFromId, projectPoints } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const cellValue = ({ t = 0, z = 0, y = 0, x = 0 }: Readonly<Record<string, number>>) =>
  t * 10_000 + z * 1000 + y * 40 + x;

let world: LayerReader;
let half: LayerReader;
let deep: LayerReader;
let utm: LayerReader;

beforeAll(async () => {
  world = await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: cellValue }]);
  // Centres from -175 to 175, south first.
  half = await memoryLayer(
    worldGrid({ x: regular('lon', -175, 10, 36), y: regular('lat', -85, 10, 18, 'degrees_north') }),
    [{ id: 'p', axes: [], valueAt: cellValue }],
  );
  deep = await memoryLayer(worldGrid({ t: hours(3), z: levels(1000, 850, 500) }), [
    { id: 'p', axes: ['t', 'z'], valueAt: cellValue },
  ]);
  utm = await memoryLayer(
    {
      crs: crsFromId('EPSG:32632'),
      x: regular('x', 400_000, 10_000, 20),
      y: regular('y', 5_600_000, -10_000, 20),
      custom: [],
    },
    [{ id: 'p', axes: [], valueAt: cellValue }],
  );
});

const cube = async (layer: LayerReader, bbox: string, more = {}) =>
  readAnswer(planCube(layer, { bbox, ...more }));
const area = async (layer: LayerReader, coords: string, more = {}) =>
  readAnswer(planArea(layer, { coords, ...more }));

/** Cells of an answer that are not null, as [x, y, value]. */
function cellsOf(answer: JsonCoverage | undefined): [number, number, number][] {
  if (answer === undefined) return [];
  const { x, y } = axesOf(answer) as { x: number[]; y: number[] };
  return answer.ranges.p!.values.flatMap((value, i): [number, number, number][] =>
    value === null ? [] : [[x[i % x.length]!, y[Math.floor(i / x.length)]!, value]],
  );
}

const sorted = (cells: readonly (readonly number[])[]) => cells.map(String).sort();

describe('cube', () => {
  it('is a Grid of the centres in the box, edges included, in the order of the layer', async () => {
    const answer = await cube(world, '10,45,30,65');
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'Grid' } });
    expect(axesOf(answer)).toEqual({ x: [10, 20, 30], y: [65, 55, 45] });
    expect(answer!.ranges.p).toMatchObject({ axisNames: ['y', 'x'], shape: [3, 3] });
    expect(answer!.ranges.p!.values).toEqual([81, 82, 83, 121, 122, 123, 161, 162, 163]);
    expect(axesOf(await cube(half, '-20,40,0,60'))).toEqual({ x: [-15, -5], y: [45, 55] });
  });

  it('goes on past 180 when it crosses the antimeridian, and stays below it elsewhere', async () => {
    for (const layer of [world, half]) {
      const crossing = await cube(layer, '170,0,-170,10');
      const { x } = axesOf(crossing) as { x: number[] };
      expect(x).toEqual(layer === world ? [170, 180, 190] : [175, 185]);
      expect(await cube(layer, '170,0,190,10')).toEqual(crossing);
    }
    expect(axesOf(await cube(world, '200,0,220,10')).x).toEqual([-160, -150, -140]);
    expect(axesOf(await cube(world, '-20,0,20,10')).x).toEqual([-20, -10, 0, 10, 20]);
  });

  it('has every column of the world once', async () => {
    for (const bbox of ['-180,-90,180,90', '0,-90,360,90']) {
      const { x } = axesOf(await cube(world, bbox)) as { x: number[] };
      expect(x).toHaveLength(36);
      expect(x.every((value, i) => i === 0 || value > x[i - 1]!)).toBe(true);
    }
  });

  it('has times and levels; six numbers choose levels unless z does', async () => {
    const answer = await cube(deep, '0,80,10,90', { datetime: '2020-01-01T01:00:00Z/..' });
    expect(answer!.ranges.p).toMatchObject({ axisNames: ['t', 'z', 'x'], shape: [2, 3, 2] });
    expect(answer!.ranges.p!.values.slice(0, 6)).toEqual([10_000, 10_001, 11_000, 11_001, 12_000, 12_001]);
    expect(axesOf(await cube(deep, '0,80,500,10,90,900')).z).toEqual([850, 500]);
    expect(axesOf(await cube(deep, '0,80,500,10,90,900', { z: '1000' })).z).toEqual([1000]);
  });

  it('has no data without a centre', async () => {
    expect(await cube(world, '11,41,19,44')).toBeUndefined();
    expect(await cube(deep, '0,80,10,90', { z: '1' })).toBeUndefined();
  });

  it.each([
    '',
    '1,2,3',
    '1,2,3,4,5',
    '0,10,10,0',
    'a,b,c,d',
    '0,0,NaN,1',
    '0,0,1,1e999',
    '0,0,1,91',
    '0,-91,1,0',
    '-721,0,0,1',
    `0,0,1,${'1'.repeat(60_000)}`,
    `0,0,1,${'1'.repeat(60_000)}x`,
  ])('refuses %.40j', (bbox) => {
    expect(() => planCube(world, { bbox })).toThrow(InvalidArgumentError);
  });

  // West of -2 ** 53 the loop over turns of the globe added 1 to a number that stays the same, for ever.
  it.each(['-1e20,40,-1e20,60', '1e308,40,-1e308,60', '-1e308,-90,1e308,90', '0,-1e308,1,1e308'])(
    'refuses %j, nowhere on the Earth, on layers of any CRS',
    (bbox) => {
      for (const layer of [world, utm]) {
        expect(() => planCube(layer, { bbox })).toThrow(InvalidArgumentError);
        const [w, s, e, n] = bbox.split(',');
        const coords = `POLYGON((${w} ${s},${e} ${s},${e} ${n},${w} ${n},${w} ${s}))`;
        expect(() => planArea(layer, { coords })).toThrow(InvalidArgumentError);
      }
      expect(() => planCube(utm, { bbox, crs: 'EPSG:32632' })).toThrow(InvalidArgumentError);
    },
  );

  it('takes -0 and the smallest numbers for 0', async () => {
    const zero = await cube(world, '0,-5,0,5');
    for (const bbox of ['-0,-5,-0,5', '-1e-320,-5,5e-324,5']) expect(await cube(world, bbox)).toEqual(zero);
    expect(await cube(utm, '5e-324,-0,1e-320,1e-320')).toBeUndefined();
  });

  it('finds a projected layer at any turn of the globe within the limits', async () => {
    const expected = await cube(utm, '8.5,49.5,9.5,50.2');
    for (const bbox of ['-711.5,49.5,-710.5,50.2', '368.5,49.5,369.5,50.2'])
      expect(await cube(utm, bbox)).toEqual(expected);
    const whole = await cube(utm, '-180,-90,180,90');
    for (const bbox of ['-720,-90,720,90', '10,-90,9.999999,90', '720,-90,-360.000001,90'])
      expect(await cube(utm, bbox)).toEqual(whole);
  });

  it('on a projected layer takes degrees, or its own metres', async () => {
    const toLonLat = projectPoints(crsFromId('EPSG:32632'), CRS84);
    const answer = await cube(utm, '8.5,49.5,9.5,50.2');
    const expected = [];
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) {
        const [lon, lat] = toLonLat(400_000 + x * 10_000, 5_600_000 - y * 10_000);
        if (lon >= 8.5 && lon <= 9.5 && lat >= 49.5 && lat <= 50.2) expected.push(cellValue({ x, y }));
      }
    }
    expect(cellsOf(answer).map(([, , value]) => value)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
    expect(answer!.domain.referencing![0]!.system.id).toContain('32632');
    const own = await cube(utm, '400000,5590000,410000,5600000', { crs: 'EPSG:32632' });
    expect(axesOf(own)).toEqual({ x: [400_000, 410_000], y: [5_600_000, 5_590_000] });
    expect(await cube(utm, '-180,-90,180,90')).toMatchObject({ ranges: { p: { shape: [20, 20] } } });
    expect(() => planCube(utm, { bbox: '2,0,1,1', crs: 'EPSG:32632' })).toThrow(InvalidArgumentError);
  });
});

describe('area', () => {
  it('is a Grid over the polygon, null outside and in holes', async () => {
    const answer = await area(
      world,
      'POLYGON((-5 40,45 40,45 90,-5 90,-5 40),(15 50,25 50,25 60,15 60,15 50))',
    );
    expect(axesOf(answer)).toEqual({ x: [0, 10, 20, 30, 40], y: [85, 75, 65, 55, 45] });
    expect(answer!.ranges.p!.values.map((value) => (value === null ? 0 : 1)).join('')).toBe(
      '1111111111111111101111111',
    );
  });

  it('is what a cube is for a rectangle, edges included', async () => {
    for (const [w, s, e, n] of [
      [10, 45, 30, 65],
      [170, -5, 190, 5],
      [-20, -90, 20, 90],
    ]) {
      const rectangle = await area(world, `POLYGON((${w} ${s},${e} ${s},${e} ${n},${w} ${n},${w} ${s}))`);
      expect(rectangle).toEqual(await cube(world, `${w},${s},${e},${n}`));
    }
  });

  it('crosses the antimeridian where an edge jumps, in one piece or in two', async () => {
    const whole = cellsOf(await area(world, 'POLYGON((165 -10,-165 -10,-165 10,165 10,165 -10))'));
    expect(sorted(whole.map(([x, y]) => [x, y]))).toEqual(
      sorted([170, 180, 190].flatMap((x) => [5, -5].map((y) => [x, y]))),
    );
    const parts =
      'MULTIPOLYGON(((165 -10,180 -10,180 10,165 10,165 -10)),((-180 -10,-165 -10,-165 10,-180 10,-180 -10)))';
    expect(sorted(cellsOf(await area(world, parts)))).toEqual(sorted(whole));
    expect(sorted(cellsOf(await area(world, 'POLYGON((165 -10,195 -10,195 10,165 10,165 -10))')))).toEqual(
      sorted(whole),
    );
  });

  it('may be the whole world, but not a ring around a pole', async () => {
    const everything = await area(world, 'POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))');
    expect(cellsOf(everything)).toHaveLength(36 * 18);
    expect(() => planArea(world, { coords: 'POLYGON((0 60,120 60,-120 60,0 60))' })).toThrow(
      InvalidArgumentError,
    );
  });

  it('has no data when no centre is inside', async () => {
    expect(await area(world, 'POLYGON((11 41,19 41,19 44,11 41))')).toBeUndefined();
    // The bounding box has centres, the polygon has none.
    expect(await area(world, 'POLYGON((1 46,9 46,9 54,1 46))')).toBeUndefined();
    expect(await area(world, 'POLYGON((11 46,19 36,20 36,12 46,11 46))')).toBeUndefined();
  });

  it('takes levels from Z unless z says', async () => {
    const ring = (z: number) => `POLYGON Z((0 80 ${z},10 80 500,10 90 500,0 90 500,0 80 ${z}))`;
    expect(axesOf(await area(deep, ring(500))).z).toEqual([500]);
    expect(axesOf(await area(deep, ring(900))).z).toEqual([850, 500]);
    expect(axesOf(await area(deep, ring(900), { z: '1000' })).z).toEqual([1000]);
  });

  it('agrees with a test of each centre, on layers of every orientation', async () => {
    const vertex = fc.tuple(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -90, max: 89 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(vertex, { minLength: 3, maxLength: 9 }),
        fc.integer({ min: -40, max: 40 }),
        async (raw, shift) => {
          // Off the centres, which lie at multiples of 5, so that edges decide nothing; no edge over 180 degrees.
          const ring = raw.map(([x, y]) => [x / 5 + shift * 9 + 0.31371, y + 0.37193] as const);
          const text = [...ring, ring[0]!].map(([x, y]) => `${x} ${y}`).join(',');
          for (const layer of [world, half]) {
            const found = cellsOf(await area(layer, `POLYGON((${text}))`)).map(([, , value]) => value);
            expect(found.sort((a, b) => a - b)).toEqual(bruteForce(layer, ring));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('on a projected layer tests centres in degrees', async () => {
    const toLonLat = projectPoints(crsFromId('EPSG:32632'), CRS84);
    const ring = [
      [8.1, 49],
      [9.9, 49.3],
      [9.2, 50.4],
    ] as const;
    const answer = await area(utm, `POLYGON((${[...ring, ring[0]].map(([x, y]) => `${x} ${y}`).join(',')}))`);
    const expected = [];
    for (let y = 0; y < 20; y++) {
      for (let x = 0; x < 20; x++) {
        const [lon, lat] = toLonLat(400_000 + x * 10_000, 5_600_000 - y * 10_000);
        if (isInside(ring, lon, lat)) expected.push(cellValue({ x, y }));
      }
    }
    expect(cellsOf(answer).map(([, , value]) => value)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(20);
  });

  it('gives up on polygons too intricate for the cells asked', async () => {
    const ring = Array.from({ length: 20_000 }, (_, i) => `${i / 200} ${i % 2 ? 89 : -89}`);
    const fine = await memoryLayer(
      worldGrid({ x: regular('lon', 0, 0.1, 10), y: regular('lat', 90, -0.002, 90_001) }),
      [{ id: 'p', axes: [], type: 'uint8', valueAt: () => 1 }],
    );
    const plan = planArea(fine, { coords: `POLYGON((${[...ring, ring[0]].join(',')}))` });
    await expect(readAnswer(plan)).rejects.toThrow(InvalidArgumentError);
  });
});

/** Values of the cells whose centre, at any turn, is inside. */
function bruteForce(layer: LayerReader, ring: readonly (readonly [number, number])[]): number[] {
  const { x: xAxis, y: yAxis } = layer.manifest.grid;
  const at = (axis: typeof xAxis, i: number) =>
    axis.coordinates.kind === 'regular' ? axis.coordinates.start + i * axis.coordinates.step : Number.NaN;
  const values = [];
  for (let y = 0; y < 18; y++) {
    for (let x = 0; x < 36; x++) {
      const turns = [-720, -360, 0, 360, 720];
      if (turns.some((turn) => isInside(ring, at(xAxis, x) + turn, at(yAxis, y))))
        values.push(cellValue({ x, y }));
    }
  }
  return values.sort((a, b) => a - b);
}

function isInside(ring: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length]!;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  });
  return inside;
}
