import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planRadius } from '../../src/edr/index.js';
import { InvalidArgumentError, UnsupportedError } from '../../src/errors/index.js';
import { axisLength, CRS84, coordinateAt, crsFromId, projectPoints } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { haversineMetres } from './haversine.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const cellValue = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  (x + y) % 7 === 3 ? Number.NaN : number * 100_000 + t * 10_000 + z * 1000 + y * 40 + x;
const flat = [{ id: 'p', axes: [], valueAt: cellValue }];

let layers: Record<'eastern' | 'western' | 'descending' | 'regional' | 'mercator' | 'polar', LayerReader>;

beforeAll(async () => {
  layers = {
    eastern: await memoryLayer(worldGrid(), flat),
    western: await memoryLayer(
      worldGrid({ x: regular('lon', -175, 10, 36), y: regular('lat', -90, 10, 19, 'degrees_north') }),
      flat,
    ),
    descending: await memoryLayer(worldGrid({ x: regular('lon', 175, -10, 36) }), flat),
    regional: await memoryLayer(
      worldGrid({ x: regular('lon', 172, 2, 10), y: regular('lat', 50, 2, 12, 'degrees_north') }),
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
});

const ask = async (layer: LayerReader, request: EdrRequest) => readAnswer(planRadius(layer, request));

/** Values of an answer that are not null. */
function valuesOf(answer: JsonCoverage | undefined): number[] {
  return (answer?.ranges.p?.values ?? []).filter((value) => value !== null).sort((a, b) => a - b);
}

/** Values, and count of cells, within a distance of any of the points, over all cells of the layer. */
function expected({ manifest: { grid } }: LayerReader, points: readonly [number, number][], metres: number) {
  const toLonLat =
    grid.crs.kind === 'geographic'
      ? (x: number, y: number) => [x, y] as const
      : projectPoints(grid.crs, CRS84);
  const values: number[] = [];
  let cells = 0;
  for (let y = 0; y < axisLength(grid.y); y++) {
    for (let x = 0; x < axisLength(grid.x); x++) {
      const centre = toLonLat(coordinateAt(grid.x, x), coordinateAt(grid.y, y));
      if (!points.some((point) => haversineMetres(point, centre) <= metres)) continue;
      cells++;
      if (!Number.isNaN(cellValue({ x, y }))) values.push(cellValue({ x, y }));
    }
  }
  return { values: values.sort((a, b) => a - b), cells };
}

describe('radius', () => {
  const point = fc.tuple(
    fc.double({ min: -400, max: 400, noNaN: true }),
    fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 85, 0)),
  );

  it.each(['eastern', 'western', 'descending', 'regional', 'mercator', 'polar'] as const)(
    'has the cells of a %s layer whose centres are near, and no others',
    async (name) => {
      const layer = layers[name];
      await fc.assert(
        fc.asyncProperty(
          fc.array(point, { minLength: 1, maxLength: 3 }),
          fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 3000, max: 20_000 })),
          async (points, km) => {
            const texts = points.map(([x, y]) => `(${x} ${y})`);
            const answer = await ask(layer, {
              coords: `MULTIPOINT(${texts.join()})`,
              within: String(km),
              withinUnits: 'km',
            });
            const wanted = expected(layer, points, km * 1000);
            expect(answer === undefined).toBe(wanted.cells === 0);
            expect(valuesOf(answer)).toEqual(wanted.values);
          },
        ),
        { numRuns: 60, seed: 7 },
      );
    },
  );

  it('is a Grid as large as the circle, and states the missing as null', async () => {
    const answer = await ask(layers.eastern, { coords: 'POINT(20 45)', within: '1200', withinUnits: 'km' });
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'Grid' } });
    expect(axesOf(answer)).toEqual({ x: [10, 20, 30], y: [55, 45, 35] });
    expect(answer!.ranges.p!.values).toEqual([null, 122, null, 161, 162, 163, null, 202, null]);
  });

  it('crosses the antimeridian and the poles', async () => {
    const across = await ask(layers.western, { coords: 'POINT(180 0)', within: '1200', withinUnits: 'km' });
    expect(axesOf(across)).toMatchObject({ x: [175, 185], y: [-10, 0, 10] });
    const polar = await ask(layers.western, { coords: 'POINT(0 90)', within: '1112', withinUnits: 'km' });
    expect(axesOf(polar).x).toHaveLength(36);
    expect(axesOf(polar).y).toEqual([80, 90]);
    expect(valuesOf(polar)).toEqual(expected(layers.western, [[0, 90]], 1_112_000).values);
  });

  it('takes points that are far apart the narrow way round', async () => {
    const answer = await ask(layers.western, {
      coords: 'MULTIPOINT(-165 5,165 5)',
      within: '100',
      withinUnits: 'nmi',
    });
    expect(answer).toBeUndefined();
    const wider = planRadius(layers.western, {
      coords: 'MULTIPOINT(-165 0,165 0)',
      within: '0',
      withinUnits: 'm',
    });
    expect(wider).toMatchObject({ kind: 'answer', cells: 4 });
  });

  it('has units, and the very centre within nothing', async () => {
    // Neighbours of 0, 5 are 1107.7 and 1112 km away.
    for (const [within, withinUnits, cells] of [
      ['0', 'km', 1],
      ['1110', 'km', 3],
      ['1112', 'KM', 5],
      ['1112000', 'm', 5],
      ['691', 'mi', 5],
      ['600.5', 'nmi', 5],
    ] as const) {
      const answer = await ask(layers.eastern, { coords: 'POINT(0 5)', within, withinUnits });
      expect([withinUnits, valuesOf(answer).length]).toEqual([withinUnits, cells]);
    }
    expect(
      await ask(layers.eastern, { coords: 'POINT(4 44)', within: '1', withinUnits: 'm' }),
    ).toBeUndefined();
  });

  it('reads coordinates in the CRS of the layer', async () => {
    const answer = await ask(layers.mercator, {
      coords: 'POINT(1000000 2000000)',
      crs: 'EPSG:3857',
      within: '1',
      withinUnits: 'm',
    });
    expect(axesOf(answer)).toEqual({ x: [1e6], y: [2e6] });
  });

  it('has times, levels and members; Z chooses a level unless z does', async () => {
    const deep = await memoryLayer(
      worldGrid({ t: hours(2), z: levels(1000, 850, 500), custom: [regular('number', 0, 1, 2)] }),
      [{ id: 'p', axes: ['t', 'z', 'number'], valueAt: cellValue }],
    );
    const request = { within: '1', withinUnits: 'km' };
    const all = await ask(deep, { coords: 'POINT(0 85)', ...request });
    expect(all!.coverages.map(({ ranges }) => ranges.p!.values)).toEqual([
      [0, 1000, 2000, 10_000, 11_000, 12_000],
      [100_000, 101_000, 102_000, 110_000, 111_000, 112_000],
    ]);
    const one = await ask(deep, { coords: 'POINT Z(0 85 850)', custom: { number: '1' }, ...request });
    expect(one!.ranges.p!.values).toEqual([101_000, 111_000]);
    const other = await ask(deep, {
      coords: 'POINT Z(0 85 850)',
      z: '500',
      custom: { number: '1' },
      ...request,
    });
    expect(other!.ranges.p!.values).toEqual([102_000, 112_000]);
  });

  it.each([
    [{ withinUnits: 'km' }, 'within'],
    [{ within: '1' }, 'within-units'],
    [{ within: '1', withinUnits: 'furlong' }, 'within-units'],
    [{ within: '1', withinUnits: 'constructor' }, 'within-units'],
    [{ within: '-1', withinUnits: 'km' }, 'within'],
    [{ within: 'NaN', withinUnits: 'km' }, 'within'],
    [{ within: '20016', withinUnits: 'km' }, 'within'],
    [{ within: '1e300', withinUnits: 'km' }, 'within'],
  ])('refuses %j', (more, parameter) => {
    try {
      planRadius(layers.eastern, { coords: 'POINT(0 0)', ...more });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidArgumentError);
      expect(error).toMatchObject({ fields: { parameter } });
    }
  });

  it('gives up on more points than the cells asked are worth, and stops when asked to', async () => {
    const fine = await memoryLayer(
      worldGrid({ x: regular('lon', 0, 1, 360), y: regular('lat', 89.5, -1, 180, 'degrees_north') }),
      [{ id: 'p', axes: [], type: 'uint8', valueAt: () => 1 }],
    );
    const points = Array.from({ length: 4000 }, (_, i) => `${i / 100} 0`).join();
    const plan = planRadius(fine, { coords: `MULTIPOINT(${points})`, within: '20000', withinUnits: 'km' });
    if (plan.kind === 'no-data') throw new Error('there are cells');
    await expect(plan.open({ signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
    await expect(plan.open({})).rejects.toThrow(InvalidArgumentError);
  });

  it('refuses other geometries, places beyond the Earth, and layers at no known place', async () => {
    const within = { within: '1', withinUnits: 'km' };
    for (const coords of ['POINT()', 'LINESTRING(0 0,1 1)', 'POINT(0 91)', 'POINT(1e9 0)']) {
      expect(() => planRadius(layers.eastern, { coords, ...within })).toThrow(InvalidArgumentError);
    }
    const nowhere = await memoryLayer(worldGrid({ crs: { id: 'local:plan', kind: 'projected' } }), flat);
    expect(() => planRadius(nowhere, { coords: 'POINT(0 0)', crs: 'local:plan', ...within })).toThrow(
      UnsupportedError,
    );
  });
});
