import { beforeAll, describe, expect, it } from 'vitest';
import {
  type EdrPlan,
  planArea,
  planCorridor,
  planCube,
  planPosition,
  planRadius,
  planTrajectory,
} from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { CRS84, crsFromId, projectPoints } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { cellHolding, statedValues } from './dense-reading.js';
import { hours, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, readAnswer } from './read-answer.js';

const cellValue = ({ t = 0, y = 0, x = 0 }: Readonly<Record<string, number>>) => t * 10_000 + y * 40 + x;
const flat = [{ id: 'p', axes: [], valueAt: cellValue }];

let world: LayerReader;
let mercator: LayerReader;
let polar: LayerReader;
let alps: LayerReader;

beforeAll(async () => {
  const plane = (id: string, step: number) => ({
    crs: crsFromId(id),
    x: regular('x', -15 * step, step, 31, 'm'),
    y: regular('y', 15 * step, -step, 31, 'm'),
    custom: [],
  });
  world = await memoryLayer(worldGrid(), flat);
  mercator = await memoryLayer(plane('EPSG:3857', 1e6), flat);
  polar = await memoryLayer({ ...plane('EPSG:3413', 2e5), t: hours(3) }, [
    { id: 'p', axes: ['t'], valueAt: cellValue },
  ]);
  alps = await memoryLayer(
    {
      crs: CRS84,
      x: regular('lon', 6.05, 0.1, 40, 'degrees_east'),
      y: regular('lat', 45.05, 0.1, 30, 'degrees_north'),
      custom: [],
    },
    flat,
  );
});

const project = (id: string, lon: number, lat: number) => projectPoints(CRS84, crsFromId(id))(lon, lat);
const crsOf = (plan: EdrPlan) => (plan.kind === 'answer' ? plan.crs.id : undefined);
const tokenOf = (answer: Awaited<ReturnType<typeof readAnswer>>) =>
  answer!.domain.referencing!.find(({ coordinates }) => coordinates.includes('x'))!.system.id;

describe('crs', () => {
  it.each([
    'EPSG:32632',
    'epsg:32632',
    'http://www.opengis.net/def/crs/EPSG/0/32632',
    'https://www.opengis.net/DEF/crs/EPSG/0/32632',
    'urn:ogc:def:crs:EPSG::32632',
    'URN:OGC:DEF:CRS:EPSG::32632',
  ])('of a point is taken and stated: %s', async (crs) => {
    const [x, y] = project('EPSG:32632', 8.23, 46.71);
    const answer = await readAnswer(planPosition(alps, { crs, coords: `POINT(${x} ${y})` }));
    expect(answer!.ranges.p!.values).toEqual([cellValue({ x: 22, y: 17 })]);
    const [centreX, centreY] = project('EPSG:32632', 8.25, 46.75);
    expect(axesOf(answer)).toEqual({ x: [expect.closeTo(centreX, 6)], y: [expect.closeTo(centreY, 6)] });
    expect(tokenOf(answer)).toBe('http://www.opengis.net/def/crs/EPSG/0/32632');
  });

  it('is one of those whose area of use the layer meets', () => {
    for (const crs of ['EPSG:2056', 'EPSG:3035', 'EPSG:25832', 'EPSG:4258', 'EPSG:3857'])
      expect(crsOf(planPosition(alps, { crs, coords: 'POINT(0 0)' })) ?? 'no-data').not.toBe('');
    for (const crs of ['EPSG:5070', 'EPSG:32610', 'EPSG:3031', 'EPSG:27700', 'EPSG:1', 'lonlat', ''])
      expect(() => planPosition(alps, { crs, coords: 'POINT(8 46)' })).toThrow(InvalidArgumentError);
  });

  it('is CRS84 for EPSG:4326, and may be degrees of another name', async () => {
    const ask = (crs: string) => planCube(alps, { crs, bbox: '7,46,8,47' });
    expect(crsOf(ask('EPSG:4326'))).toBe('OGC:CRS84');
    expect(crsOf(ask('EPSG:4258'))).toBe('EPSG:4258');
    expect(await readAnswer(ask('EPSG:4258'))).toMatchObject({
      ranges: (await readAnswer(ask('CRS84')))!.ranges,
    });
  });

  it('restates the cells where its axes are those of the layer', async () => {
    const [[w, s], [e, n]] = [project('EPSG:3857', -25, -35), project('EPSG:3857', 25, 35)];
    const own = (await readAnswer(planCube(world, { bbox: '-25,-35,25,35' })))!;
    const asked = (await readAnswer(planCube(world, { crs: 'EPSG:3857', bbox: `${w},${s},${e},${n}` })))!;
    expect(asked.ranges).toEqual(own.ranges);
    const { x, y } = axesOf(own) as { x: number[]; y: number[] };
    expect(axesOf(asked)).toEqual({
      x: x.map((lon) => expect.closeTo(project('EPSG:3857', lon, 0)[0], 6)),
      y: y.map((lat) => expect.closeTo(project('EPSG:3857', 0, lat)[1], 6)),
    });
    const polygon = await readAnswer(
      planArea(world, {
        crs: 'EPSG:3857',
        coords: `POLYGON((${w} ${s},${e} ${s},${e} ${n},${w} ${n},${w} ${s}))`,
      }),
    );
    expect(polygon).toEqual(asked);
  });

  it('restates the cells of a Mercator layer in degrees, also across its seam', async () => {
    const answer = (await readAnswer(planCube(mercator, { crs: 'CRS84', bbox: '-20,0,20,30' })))!;
    const toLonLat = projectPoints(crsFromId('EPSG:3857'), CRS84);
    expect(axesOf(answer)).toEqual({
      x: [-2e6, -1e6, 0, 1e6, 2e6].map((x) => expect.closeTo(toLonLat(x, 0)[0], 9)),
      y: [3e6, 2e6, 1e6, 0].map((y) => expect.closeTo(toLonLat(0, y)[1], 9)),
    });
    expect(answer.ranges.p!.values[0]).toBe(cellValue({ x: 13, y: 12 }));
    // The layer ends at 135 degrees on either side.
    const seam = (await readAnswer(planCube(mercator, { crs: 'CRS84', bbox: '125,0,-125,5' })))!;
    const { x } = axesOf(seam) as { x: number[] };
    expect(x).toEqual(
      [14e6, 15e6, -15e6, -14e6].map((at) => expect.closeTo((toLonLat(at, 0)[0] + 360) % 360, 9)),
    );
    expect(seam.ranges.p!.values).toEqual([29, 30, 0, 1].map((col) => cellValue({ x: col, y: 15 })));
  });

  it('that is not asked leaves a projected layer its own cells', async () => {
    const plan = planCube(polar, { bbox: '-50,70,-30,75' });
    expect(crsOf(plan)).toBe('EPSG:3413');
    const { x } = axesOf(await readAnswer(plan)) as { x: number[] };
    expect(x.every((at) => at % 2e5 === 0)).toBe(true);
  });

  it('samples in the coordinates asked for, about as dense as the cells', async () => {
    const plan = planCube(polar, { crs: 'CRS84', bbox: '-50,70,-30,75', datetime: '2020-01-01T02:00Z' });
    expect(crsOf(plan)).toBe('OGC:CRS84');
    const answer = (await readAnswer(plan))!;
    const { x, y } = axesOf(answer) as { x: number[]; y: number[] };
    expect([x[0], x.at(-1), y[0], y.at(-1)]).toEqual([-50, -30, 70, 75]);
    // 200 km are 1.8 degrees of latitude, and 5.9 of longitude at 72.5 degrees.
    expect([x.length, y.length]).toEqual([expect.toSatisfy((n: number) => n >= 4 && n <= 6), 4]);
    for (const { x: lon, y: lat, value } of statedValues(answer)) {
      const cell = cellHolding(polar.manifest.grid, CRS84, [lon, lat]);
      expect(value).toBe(cell === undefined ? null : cellValue({ ...cell, t: 2 }));
    }
  });

  it('samples no further than the layer reaches', async () => {
    const plan = planCube(alps, { crs: 'EPSG:32632', bbox: '-9e6,0,9e6,9e6' });
    const [[w, s], [e, n]] = [project('EPSG:32632', 6, 45), project('EPSG:32632', 10, 48)];
    const { x, y } = axesOf(await readAnswer(plan)) as { x: number[]; y: number[] };
    for (const [at, edge] of [
      [x[0], w],
      [x.at(-1), e],
      [y[0], s],
      [y.at(-1), n],
    ] as const)
      expect(Math.abs(at! - edge!)).toBeLessThan(40_000);
    expect([x.length, y.length]).toEqual([
      expect.toSatisfy((count: number) => count >= 38 && count <= 50),
      expect.toSatisfy((count: number) => count >= 28 && count <= 38),
    ]);
    const everywhere = planCube(polar, { crs: 'CRS84', bbox: '-180,-90,180,90' });
    const { y: latitudes } = axesOf(await readAnswer(everywhere)) as { y: number[] };
    expect(latitudes[0]).toBeGreaterThan(40);
    expect(planCube(alps, { crs: 'EPSG:32632', bbox: '500000,0,600000,100000' }).kind).toBe('no-data');
    // All samples asked for are made.
    const whole = { crs: 'EPSG:32632', bbox: '0,0,1e6,9e6', resolutionX: '3', resolutionY: '90' };
    expect(axesOf(await readAnswer(planCube(alps, whole))).x).toEqual([0, 500_000, 1e6]);
  });

  it('measures radius and corridor in metres whatever it is', async () => {
    const [x, y] = project('EPSG:32632', 8.03, 46.52);
    const [x2, y2] = project('EPSG:32632', 8.61, 46.93);
    const size = { within: '40', withinUnits: 'km' };
    const width = { corridorWidth: '30', widthUnits: 'km' };
    const inUtm = { crs: 'EPSG:32632' };
    const circle = (await readAnswer(planRadius(alps, { ...inUtm, ...size, coords: `POINT(${x} ${y})` })))!;
    expect(tokenOf(circle)).toContain('32632');
    for (const { x: atX, y: atY, value } of statedValues(circle)) {
      const metres = Math.hypot(atX - x, atY - y);
      if (metres > 40_500) expect(value).toBeNull();
      const cell = cellHolding(alps.manifest.grid, crsFromId('EPSG:32632'), [atX, atY])!;
      if (metres < 39_500) expect(value).toBe(cellValue({ ...cell }));
    }
    const line = `LINESTRING(${x} ${y},${x2} ${y2})`;
    const corridor = (await readAnswer(planCorridor(alps, { ...inUtm, ...width, coords: line })))!;
    const inside = statedValues(corridor).filter(({ value }) => value !== null);
    expect(inside.length).toBeGreaterThan(10);
    // The same cells, restated, in Mercator.
    const [mx, my] = project('EPSG:3857', 8.03, 46.52);
    const own = (await readAnswer(planRadius(alps, { ...size, coords: 'POINT(8.03 46.52)' })))!;
    const asked = (await readAnswer(
      planRadius(alps, { crs: 'EPSG:3857', ...size, coords: `POINT(${mx} ${my})` }),
    ))!;
    expect(asked.ranges).toEqual(own.ranges);
    expect(axesOf(asked).x).toEqual(
      (axesOf(own).x as number[]).map((lon) => expect.closeTo(project('EPSG:3857', lon, 0)[0], 6)),
    );
  });

  it('that does not reach a pole says so', () => {
    const coords = `POINT(${project('EPSG:3857', 0, 84).join(' ')})`;
    const ask = (more = {}) =>
      planRadius(world, { crs: 'EPSG:3857', coords, within: '900', withinUnits: 'km', ...more });
    expect(() => ask({ resolutionX: '3' })).toThrow(InvalidArgumentError);
  });
});

describe('a trajectory on a projected layer', () => {
  it('has the values of the cells that hold its vertices, in degrees or in its own coordinates', async () => {
    const vertices = [
      [-45.2, 80.1],
      [-30.7, 76.3],
      [-20.1, 71.2],
      [100.3, 10.4],
    ] as const;
    const own = vertices.map(([lon, lat]) => project('EPSG:3413', lon, lat));
    const text = (points: readonly (readonly number[])[]) =>
      `LINESTRING(${points.map((point) => point.join(' ')).join(',')})`;
    const datetime = '2020-01-01T01:00Z';
    const values = vertices.map((vertex) => {
      const cell = cellHolding(polar.manifest.grid, CRS84, vertex);
      return cell === undefined ? null : cellValue({ ...cell, t: 1 });
    });
    expect(values.slice(0, 3)).not.toContain(null);
    expect(values[3]).toBeNull();
    for (const [crs, points] of [
      [undefined, vertices],
      ['CRS84', vertices],
      ['EPSG:3413', own],
      ['EPSG:3995', vertices.map(([lon, lat]) => project('EPSG:3995', lon, lat))],
    ] as const) {
      const answer = await readAnswer(
        planTrajectory(polar, { coords: text(points), datetime, ...(crs && { crs }) }),
      );
      expect(answer!.ranges.p!.values).toEqual(values);
      const stated = axesOf(answer).composite as unknown as readonly (readonly [string, number, number])[];
      expect(stated.map(([, x, y]) => [x, y])).toEqual(
        points.map(([x, y]) => [expect.closeTo(x, 6), expect.closeTo(y, 6)]),
      );
      expect(tokenOf(answer)).toContain(crs === undefined ? 'CRS84' : crs.replace('EPSG:', ''));
    }
  });

  it('takes moments of its own', async () => {
    const at = (hour: number) => Date.UTC(2020, 0, 1, hour) / 1000;
    const coords = `LINESTRING M(-45 80 ${at(0)},-30 76 ${at(2)})`;
    const answer = (await readAnswer(planTrajectory(polar, { coords })))!;
    const cells = [
      [-45, 80],
      [-30, 76],
    ].map(([lon, lat]) => cellHolding(polar.manifest.grid, CRS84, [lon!, lat!])!);
    expect(answer.ranges.p!.values).toEqual([
      cellValue({ ...cells[0], t: 0 }),
      cellValue({ ...cells[1], t: 2 }),
    ]);
  });
});
