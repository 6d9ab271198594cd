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
import { along, nearestFinderOf, type Vertex } from './path-oracle.js';
import { axesOf, type JsonCoverage, readAnswer } from './read-answer.js';

const valueAt = ({ y = 0, x = 0 }: Readonly<Record<string, number>>) => y * 100 + x;
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
  deep = await memoryLayer(worldGrid({ t: hours(2), z: levels(1000, 500) }), [
    { id: 'p', axes: ['t', 'z'], valueAt },
  ]);
});

const km = (width: number) => ({ corridorWidth: String(width), widthUnits: 'km' });
const ask = async (layer: LayerReader, request: EdrRequest) => readAnswer(planCorridor(layer, request));

function valuesOf(coverage: JsonCoverage | undefined): number[] {
  return (coverage?.ranges.p?.values ?? []).filter((value) => value !== null).sort((a, b) => a - b);
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

  it('takes lines in the CRS of the layer', async () => {
    const answer = await ask(layers.mercator, {
      coords: 'LINESTRING(100000 2000000,2900000 2000000)',
      crs: 'EPSG:3857',
      ...km(1),
    });
    expect(axesOf(answer)).toEqual({ x: [0, 1e6, 2e6, 3e6], y: [2e6] });
    expect(valuesOf(answer)).toHaveLength(4);
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
