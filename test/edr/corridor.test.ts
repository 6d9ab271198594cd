import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planCorridor } from '../../src/edr/index.js';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import {
  axisNumbers,
  CRS84,
  columnFinder,
  crsFromId,
  type Grid,
  projectPoints,
  rowFinder,
} from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { haversineMetres } from './haversine.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const RADIANS = Math.PI / 180;
const TIMES = 12;
const LEVELS = [1000, 925, 850, 700, 500];
const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  number * 1e7 + t * 1e6 + z * 1e5 + y * 100 + x;
const flat = [{ id: 'p', axes: [], valueAt }];

type Name = 'eastern' | 'descending' | 'regional' | 'mercator' | 'polar';
let layers: Record<Name, LayerReader>;
let deep: LayerReader;

beforeAll(async () => {
  layers = {
    eastern: await memoryLayer(worldGrid(), flat),
    descending: await memoryLayer(
      worldGrid({ x: regular('lon', 175, -10, 36), y: regular('lat', -90, 10, 19, 'degrees_north') }),
      flat,
    ),
    regional: await memoryLayer(
      worldGrid({ x: regular('lon', 150, 3, 20), y: regular('lat', 30, 3, 15, 'degrees_north') }),
      flat,
    ),
    mercator: await memoryLayer(
      {
        crs: crsFromId('EPSG:3857'),
        x: regular('x', -15e6, 1e6, 31, 'm'),
        y: regular('y', 15e6, -1e6, 31, 'm'),
        custom: [],
      },
      flat,
    ),
    polar: await memoryLayer(
      {
        crs: crsFromId('EPSG:3413'),
        x: regular('x', -3e6, 250_000, 25, 'm'),
        y: regular('y', 3e6, -250_000, 25, 'm'),
        custom: [],
      },
      flat,
    ),
  };
  deep = await memoryLayer(
    worldGrid({ t: hours(TIMES), z: levels(...LEVELS) }),
    [
      { id: 'p', axes: ['t', 'z'], valueAt },
      { id: 'surface', axes: ['t'], valueAt },
      { id: 'height', axes: [], valueAt },
    ],
    { tileShape: { t: 4, z: 2, row: 6, col: 12 } },
  );
});

const km = (width: number) => ({ corridorWidth: String(width), widthUnits: 'km' });
const ask = async (layer: LayerReader, request: EdrRequest) => readAnswer(planCorridor(layer, request));
const hour = (count: number) => Date.UTC(2020, 0, 1) / 1000 + count * 3600;

function valuesOf(coverage: JsonCoverage | undefined, id = 'p'): number[] {
  return (coverage?.ranges[id]?.values ?? []).filter((value) => value !== null).sort((a, b) => a - b);
}

interface Vertex {
  readonly x: number;
  readonly y: number;
  readonly z?: number;
  readonly t?: number;
}

/** A point of the great circle between two places, by slerp. */
function along(a: Vertex, b: Vertex, part: number): [number, number] {
  const vector = ({ x, y }: Vertex) => [
    Math.cos(y * RADIANS) * Math.cos(x * RADIANS),
    Math.cos(y * RADIANS) * Math.sin(x * RADIANS),
    Math.sin(y * RADIANS),
  ];
  const angle = haversineMetres([a.x, a.y], [b.x, b.y]) / 6_371_008.8;
  if (angle < 1e-9) return [a.x, a.y];
  const [u, v] = [vector(a), vector(b)];
  const [p, q, r] = u.map(
    (value, i) => (value * Math.sin((1 - part) * angle) + v[i]! * Math.sin(part * angle)) / Math.sin(angle),
  );
  return [Math.atan2(q!, p!) / RADIANS, Math.atan2(r!, Math.hypot(p!, q!)) / RADIANS];
}

/** Finds the part of a stretch nearest to a place, and how far it is, by trying a hundred and then narrowing down. */
function nearestFinderOf(a: Vertex, b: Vertex) {
  const tries = Array.from({ length: 101 }, (_, i) => ({ part: i / 100, point: along(a, b, i / 100) }));
  const reach = haversineMetres([a.x, a.y], [b.x, b.y]) / 100;
  return (place: [number, number], limit: number): { part: number; metres: number } | undefined => {
    const distance = (part: number) => haversineMetres(along(a, b, part), place);
    const metres = tries.map(({ point }) => haversineMetres(point, place));
    const least = Math.min(...metres);
    if (least > limit + reach) return undefined;
    const best = metres.indexOf(least) / 100;
    let [low, high] = [Math.max(0, best - 0.01), Math.min(1, best + 0.01)];
    for (let i = 0; i < 50; i++) {
      const [first, second] = [low + (high - low) / 3, high - (high - low) / 3];
      if (distance(first) < distance(second)) high = second;
      else low = first;
    }
    const ends = [0, 1, (low + high) / 2].map((part) => ({ part, metres: distance(part) }));
    return ends.reduce((nearest, one) => (one.metres < nearest.metres ? one : nearest));
  };
}

const toLonLatOf = ({ crs }: Grid) =>
  crs.kind === 'geographic' ? (x: number, y: number): [number, number] => [x, y] : projectPoints(crs, CRS84);
const toLayerOf = ({ crs }: Grid) =>
  crs.kind === 'geographic' ? (x: number, y: number): [number, number] => [x, y] : projectPoints(CRS84, crs);

/** Values of the flat layer that must and that may be in the answer: edges of cells and of the corridor are left open. */
function expected({ manifest: { grid } }: LayerReader, line: readonly Vertex[], metres: number) {
  const must = new Set<number>();
  const may = new Set<number>();
  const toLonLat = toLonLatOf(grid);
  const toLayer = toLayerOf(grid);
  const findCol = columnFinder(grid.x, grid.crs);
  const findRow = rowFinder(grid.y, grid.crs);
  line.slice(1).forEach((end, i) => {
    const start = line[i]!;
    const nearest = nearestFinderOf(start, end);
    axisNumbers(grid.y).forEach((centreY, y) => {
      axisNumbers(grid.x).forEach((centreX, x) => {
        const found = nearest(toLonLat(centreX, centreY), metres)?.metres ?? Number.POSITIVE_INFINITY;
        if (found <= metres - 1) must.add(valueAt({ x, y }));
        if (found <= metres + 1) may.add(valueAt({ x, y }));
      });
    });
    for (let k = 0; k <= 2000; k++) {
      const [longitude, latitude] = along(start, end, k / 2000);
      const [layerX, layerY] = toLayer(longitude, latitude);
      const cell = (dx: number, dy: number) => {
        const col = Number.isFinite(layerX) ? findCol(layerX + dx) : undefined;
        const row = Number.isFinite(layerY) ? findRow(layerY + dy) : undefined;
        return col === undefined || row === undefined ? undefined : valueAt({ x: col, y: row });
      };
      const unit = grid.crs.kind === 'geographic' ? 0.02 : 2000;
      const around = [-unit, 0, unit].flatMap((dx) => [-unit, 0, unit].map((dy) => cell(dx, dy)));
      for (const value of around) if (value !== undefined) may.add(value);
      if (around.every((value) => value !== undefined && value === around[0])) must.add(around[0]!);
    }
  });
  return { must, may };
}

const vertex = fc.record({
  x: fc.double({ min: -200, max: 200, noNaN: true }),
  y: fc.double({ min: -89, max: 89, noNaN: true }),
});
const isOpposite = (a: Vertex, b: Vertex) => haversineMetres([a.x, a.y], [b.x, b.y]) > 19_500_000;

describe('corridor', () => {
  it.each(['eastern', 'descending', 'regional', 'mercator', 'polar'] as const)(
    'has the cells of a %s layer near the line and those it crosses, and no others',
    async (name) => {
      const layer = layers[name];
      await fc.assert(
        fc.asyncProperty(
          fc.array(vertex, { minLength: 2, maxLength: 3 }),
          fc.constantFrom(0, 0.002, 300, 2000, 9000),
          async (line, width) => {
            fc.pre(line.slice(1).every((end, i) => !isOpposite(line[i]!, end)));
            const coords = `LINESTRING(${line.map(({ x, y }) => `${x} ${y}`).join()})`;
            const { must, may } = expected(layer, line, (width * 1000) / 2);
            const found = new Set(valuesOf(await ask(layer, { coords, ...km(width) })));
            expect([...must].filter((value) => !found.has(value))).toEqual([]);
            expect([...found].filter((value) => !may.has(value))).toEqual([]);
          },
        ),
        { numRuns: 30, seed: 3 },
      );
    },
  );

  it('is never empty, however narrow: a Grid of the cells the line crosses', async () => {
    const answer = await ask(layers.eastern, {
      coords: 'LINESTRING(11 41,13 44,12 52)',
      corridorWidth: '2.0',
      widthUnits: 'm',
    });
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'Grid' } });
    expect(axesOf(answer)).toEqual({ x: [10], y: [55, 45] });
    expect(answer!.ranges.p!.values).toEqual([301, 401]);
  });

  it('crosses the antimeridian the short way', async () => {
    const answer = await ask(layers.descending, { coords: 'LINESTRING(172 0,-172 0)', ...km(1) });
    expect(axesOf(answer)).toEqual({ x: [175, 185], y: [0] });
  });

  it('crosses a pole', async () => {
    const answer = await ask(layers.eastern, { coords: 'LINESTRING(0 82,180 82)', ...km(1) });
    // All cells of the row meet at the pole; which of the others the line touches there is for rounding to say.
    expect(valuesOf(answer)).toEqual(expect.arrayContaining([0, 18]));
    expect(axesOf(answer).y).toEqual([85]);
  });

  it('has no data outside the layer', async () => {
    expect(await ask(layers.regional, { coords: 'LINESTRING(0 0,10 0)', ...km(10) })).toBeUndefined();
    const near = { coords: 'LINESTRING(140 28,225 28)', ...km(10) };
    expect(await ask(layers.regional, near)).toBeDefined();
  });

  it('joins several lines', async () => {
    const answer = await ask(layers.eastern, {
      coords: 'MULTILINESTRING((0 45,4 45),(40 45,44 45))',
      ...km(1),
    });
    expect(answer!.ranges.p!.values).toEqual([400, null, null, null, 404]);
  });
});

describe('a corridor with levels and times', () => {
  it('is at the levels and time steps of the nearest point of each stretch, and nowhere else', async () => {
    const step = fc.record({
      x: fc.double({ min: -30, max: 30, noNaN: true }),
      y: fc.double({ min: 20, max: 60, noNaN: true }),
      z: fc.double({ min: 450, max: 1050, noNaN: true }),
      hours: fc.double({ min: 0, max: 4, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 4 }),
        fc.constantFrom(500, 3000),
        fc.constantFrom(0.01, 100, 400),
        async (steps, width, height) => {
          let clock = 0.2;
          const line = steps.map(({ hours: spent, ...place }) => {
            clock += spent;
            return { ...place, t: clock };
          });
          const coords = `LINESTRING ZM(${line.map(({ x, y, z, t }) => `${x} ${y} ${z} ${hour(t)}`).join()})`;
          const answer = await ask(deep, {
            coords,
            ...km(width),
            corridorHeight: String(height),
            heightUnits: 'hPa',
            parameterNames: 'p',
          });
          const found = new Set(valuesOf(answer));
          const { near, crossed } = volumeOf(line, width * 500, height / 2);
          expect([...near].filter((value) => !found.has(value))).toEqual([]);
          expect([...found].filter((value) => !near.has(value) && !crossed.has(value))).toEqual([]);
        },
      ),
      { numRuns: 30, seed: 9 },
    );
  });

  it('is at all levels without a height, whatever Z says', async () => {
    const request = { ...km(1), datetime: '2020-01-01T00:00:00Z', parameterNames: 'p' };
    for (const coords of ['LINESTRING(0 85,1 85)', 'LINESTRING Z(0 85 500,1 85 600)']) {
      expect(axesOf(await ask(deep, { coords, ...request })).z).toEqual(LEVELS);
    }
  });

  it('widens the levels of z by half the height', async () => {
    const request = {
      coords: 'LINESTRING(0 85,1 85)',
      ...km(1),
      datetime: '2020-01-01T00:00:00Z',
      corridorHeight: '150',
      heightUnits: 'hPa',
      parameterNames: 'p',
    };
    expect(axesOf(await ask(deep, request)).z).toEqual(LEVELS);
    expect(axesOf(await ask(deep, { ...request, z: '925' })).z).toEqual([1000, 925, 850]);
    expect(axesOf(await ask(deep, { ...request, z: '620' })).z).toEqual([700]);
    expect(axesOf(await ask(deep, { ...request, z: '400/500' })).z).toEqual([500]);
    expect(
      axesOf(await ask(deep, { ...request, z: '925', corridorHeight: '15000', heightUnits: 'Pa' })).z,
    ).toEqual([1000, 925, 850]);
    expect(axesOf(await ask(deep, { ...request, z: '925', corridorHeight: '1' })).z).toEqual([925]);
  });

  it('has every parameter at what it has: times without levels, cells without either', async () => {
    const answer = await ask(deep, {
      coords: `LINESTRING ZM(0 85 1000 ${hour(0)},10 85 500 ${hour(2)})`,
      ...km(1),
      corridorHeight: '10',
      heightUnits: 'hPa',
    });
    const [p, surface, height] = answer!.coverages;
    expect(axesOf(p)).toMatchObject({ x: [0, 10], z: LEVELS });
    expect(axesOf(p).t).toHaveLength(3);
    // The steps meet after half an hour and an hour and a half, the columns after an hour.
    expect(valuesOf(surface, 'surface')).toEqual([0, 1e6, 1e6 + 1, 2e6 + 1]);
    expect(valuesOf(height, 'height')).toEqual([0, 1]);
    // Down from 1000: levels meet at 962.5, 887.5, 775 and 600, times at 875 and 625, columns at 750.
    expect(valuesOf(p)).toEqual(
      [
        { t: 0, z: 0, x: 0 },
        { t: 0, z: 1, x: 0 },
        { t: 0, z: 2, x: 0 },
        { t: 1, z: 2, x: 0 },
        { t: 1, z: 3, x: 0 },
        { t: 1, z: 3, x: 1 },
        { t: 2, z: 3, x: 1 },
        { t: 2, z: 4, x: 1 },
      ].map(valueAt),
    );
  });

  it('is at all levels and times of a stretch that stays in one place, as wide as it is', async () => {
    const answer = await ask(deep, {
      coords: `LINESTRING ZM(0 85 1000 ${hour(0)},0 85 500 ${hour(2)})`,
      ...km(200),
      corridorHeight: '10',
      heightUnits: 'hPa',
      parameterNames: 'p',
    });
    const boxes = [
      { t: 0, z: 0 },
      { t: 0, z: 1 },
      { t: 0, z: 2 },
      { t: 1, z: 2 },
      { t: 1, z: 3 },
      { t: 2, z: 3 },
      { t: 2, z: 4 },
    ];
    expect(valuesOf(answer)).toEqual(boxes.flatMap((box) => [0, 1, 35].map((x) => valueAt({ ...box, x }))));
  });

  it('takes lines in the CRS of the layer', async () => {
    const answer = await ask(layers.mercator, {
      coords: 'LINESTRING(100000 2000000,2900000 2000000)',
      crs: 'EPSG:3857',
      ...km(1),
    });
    expect(axesOf(answer)).toEqual({ x: [0, 1e6, 2e6, 3e6], y: [2e6] });
    expect(valuesOf(answer)).toHaveLength(4);
  });

  it('has no data when its moments are none of the layer', async () => {
    expect(
      await ask(deep, { coords: 'LINESTRING M(0 85 0,10 85 100)', ...km(1), parameterNames: 'p' }),
    ).toBeUndefined();
  });

  it('is at all times of datetime without M, and has members', async () => {
    const layer = await memoryLayer(worldGrid({ t: hours(3), custom: [regular('number', 0, 1, 2)] }), [
      { id: 'p', axes: ['t', 'number'], valueAt },
    ]);
    const answer = await ask(layer, {
      coords: 'LINESTRING(0 85,1 85)',
      ...km(1),
      datetime: '2020-01-01T01:00:00Z/..',
    });
    expect(answer!.coverages.map((coverage) => valuesOf(coverage))).toEqual([
      [1e6, 2e6],
      [1.1e7, 1.2e7],
    ]);
  });
});

/** Values near a line in space and time by the nearest point of each stretch, and those on the line itself. */
function volumeOf(
  line: readonly { x: number; y: number; z: number; t: number }[],
  metres: number,
  halfHeight: number,
) {
  const { grid } = deep.manifest;
  const near = new Set<number>();
  const crossed = new Set<number>();
  const findCol = columnFinder(grid.x, grid.crs);
  const findRow = rowFinder(grid.y, grid.crs);
  const nearestLevel = (z: number) => {
    const distances = LEVELS.map((level) => Math.abs(level - z));
    const least = Math.min(...distances);
    return least > (z < 500 ? 100 : 37.5) && (z < 500 || z > 1000) ? undefined : distances.indexOf(least);
  };
  const inside = ({ z, t }: { z: number; t: number }, add: (level: number, time: number) => void) => {
    LEVELS.forEach((level, k) => {
      const isInside = Math.abs(level - z) <= halfHeight || k === nearestLevel(z);
      if (isInside && t >= 0 && t < TIMES) add(k, t);
    });
  };
  line.slice(1).forEach((end, i) => {
    const start = line[i]!;
    const at = (part: number) => ({
      z: start.z + part * (end.z - start.z),
      t: Math.round(start.t + part * (end.t - start.t)),
    });
    const nearest = nearestFinderOf(start, end);
    axisNumbers(grid.y).forEach((centreY, y) => {
      axisNumbers(grid.x).forEach((centreX, x) => {
        const found = nearest([centreX, centreY], metres);
        if (found === undefined || found.metres > metres) return;
        const isStill = haversineMetres([start.x, start.y], [end.x, end.y]) < 0.001;
        inside(at(found.part), (z, t) => near.add(valueAt({ x, y, z, t })));
        // All of a stretch that stays in one place is nearest.
        for (let k = 0; isStill && k <= 2000; k++) {
          inside(at(k / 2000), (z, t) => crossed.add(valueAt({ x, y, z, t })));
        }
      });
    });
    for (let k = 0; k <= 2000; k++) {
      const [longitude, latitude] = along(start, end, k / 2000);
      const x = findCol(longitude)!;
      const y = findRow(latitude)!;
      inside(at(k / 2000), (z, t) => crossed.add(valueAt({ x, y, z, t })));
    }
  });
  return { near, crossed };
}

describe('a bad corridor', () => {
  const line = { coords: 'LINESTRING(0 0,1 1)' };
  it.each([
    [{ ...line }, 'corridor-width'],
    [{ ...line, corridorWidth: '1' }, 'width-units'],
    [{ ...line, widthUnits: 'm' }, 'corridor-width'],
    [{ ...line, corridorWidth: '1', widthUnits: 'hPa' }, 'width-units'],
    [{ ...line, corridorWidth: '-1', widthUnits: 'm' }, 'corridor-width'],
    [{ ...line, corridorWidth: 'wide', widthUnits: 'm' }, 'corridor-width'],
    [{ ...line, corridorWidth: '1e9', widthUnits: 'km' }, 'corridor-width'],
    [{ ...line, ...km(1), corridorHeight: '10' }, 'height-units'],
    [{ ...line, ...km(1), heightUnits: 'hPa' }, 'corridor-height'],
    [{ ...line, ...km(1), corridorHeight: '10', heightUnits: 'm' }, 'height-units'],
    [{ ...line, ...km(1), corridorHeight: '-10', heightUnits: 'hPa' }, 'corridor-height'],
    [{ ...line, ...km(1), corridorHeight: '1e999', heightUnits: 'hPa' }, 'corridor-height'],
    [{ ...km(1), coords: 'LINESTRING Z(0 0 1,1 1 1)', z: '850' }, 'z'],
    [{ ...km(1), coords: 'LINESTRING M(0 0 1,1 1 1)', datetime: '2020-01-01' }, 'datetime'],
    [{ ...km(1), coords: 'LINESTRING(0 0,180 0)' }, 'coords'],
    [{ ...km(1), coords: 'LINESTRING(0 0,0 91)' }, 'coords'],
    [km(1), 'coords'],
  ])('%j is refused', (request, parameter) => {
    try {
      planCorridor(deep, request);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ fields: { parameter } });
    }
  });

  it('takes a height in any unit on a layer without levels', async () => {
    for (const heightUnits of ['m', 'hPa']) {
      const request = { ...line, ...km(1), corridorHeight: '10', heightUnits };
      expect(await ask(layers.eastern, request)).toBeDefined();
    }
  });

  it('refuses a layer at no known place, and a path too long for its cells', async () => {
    const nowhere = await memoryLayer(worldGrid({ crs: { id: 'local:plan', kind: 'projected' } }), flat);
    expect(() => planCorridor(nowhere, { ...line, ...km(1), crs: 'local:plan' })).toThrow(UnsupportedError);
    const zigzag = Array.from({ length: 2000 }, (_, i) => (i % 2 === 0 ? '0 80' : '90 -80')).join();
    expect(() => planCorridor(layers.eastern, { coords: `LINESTRING(${zigzag})`, ...km(1) })).toThrow(
      InvalidArgumentError,
    );
  });
});
