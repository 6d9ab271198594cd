import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { CRS84, crsFromId, projectPoints } from '../../src/grid/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { axesOf, type JsonCoverage } from '../edr/read-answer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }) => t * 10_000 + z * 1000 + y * 40 + x;
  const grid = worldGrid({ t: hours(2), z: levels(1000, 850, 500) });
  await memoryLayer(grid, [{ id: 'p', axes: ['t', 'z'], valueAt }], { store, layer: 'world' });
  const plane = {
    crs: crsFromId('EPSG:32632'),
    x: regular('x', 400_000, 10_000, 20, 'm'),
    y: regular('y', 5_600_000, -10_000, 20, 'm'),
    custom: [],
  };
  await memoryLayer(plane, [{ id: 'p', axes: [], valueAt }], { store, layer: 'utm' });
  service = await startService(store, { maxCells: 1000 });
});

afterAll(() => service.close());

const [x, y] = projectPoints(CRS84, crsFromId('EPSG:3857'))(10, 45);
const [x2, y2] = projectPoints(CRS84, crsFromId('EPSG:3857'))(42, 58);
const one = 'datetime=2020-01-01T01:00:00Z&z=850';
const around = 'within=1500&within-units=km';
const wide = 'corridor-width=1500&width-units=km';

const samples = {
  cube: `bbox=0,40,30,60&${one}`,
  area: `coords=POLYGON((0 40,30 40,30 60,0 60,0 40))&${one}`,
  radius: `coords=POINT(10 45)&${around}&${one}`,
  corridor: `coords=LINESTRING(0 40,30 60)&${wide}&${one}`,
};

const inMercator = {
  position: `coords=POINT(${x} ${y})&${one}`,
  cube: `bbox=${x},${y},${x2},${y2}&${one}`,
  area: `coords=POLYGON((${x} ${y},${x2} ${y},${x2} ${y2},${x} ${y2},${x} ${y}))&${one}`,
  radius: `coords=POINT(${x} ${y})&${around}&${one}`,
  trajectory: `coords=LINESTRING(${x} ${y},${x2} ${y2})&${one}`,
  corridor: `coords=LINESTRING(${x} ${y},${x2} ${y2})&${wide}&${one}`,
};

describe('a resolution', () => {
  it.each(Object.entries(samples))('of a %s is how many samples there are', async (query, text) => {
    const answer = await service.json<JsonCoverage>(
      `/collections/world/${query}?${text}&resolution-x=5&resolution-y=3`,
    );
    expect(answer.ranges.p).toMatchObject({ axisNames: ['y', 'x'], shape: [3, 5] });
    const { x: xs, y: ys } = axesOf(answer) as { x: number[]; y: number[] };
    expect([xs.length, ys.length]).toEqual([5, 3]);
    expect(answer.ranges.p!.values.some((value) => value !== null)).toBe(true);
  });

  it('of levels chooses among them', async () => {
    const answer = await service.json<JsonCoverage>('/collections/world/cube?bbox=0,40,30,60&resolution-z=2');
    expect(axesOf(answer).z).toEqual([1000, 500]);
  });

  it('counts in the size of the answer, before anything is read', async () => {
    const large = await service.get(
      '/collections/world/cube?bbox=0,0,1,1&resolution-x=100000&resolution-y=100000',
    );
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ cells: 6e10, maxCells: 1000 });
  });

  it('goes by POST too, as a number', async () => {
    const body = JSON.stringify({ bbox: '0,40,30,60', z: '850', 'resolution-x': 4, 'resolution-y': 2 });
    const headers = { 'content-type': 'application/json' };
    const answer = await service.get('/collections/world/cube', { method: 'POST', body, headers });
    expect(axesOf((await answer.json()) as JsonCoverage)).toMatchObject({ x: [0, 10, 20, 30], y: [40, 60] });
  });
});

describe('crs', () => {
  it.each(Object.entries(inMercator))('of a %s is that of its answer', async (query, text) => {
    const response = await service.get(`/collections/world/${query}?${text}&crs=EPSG:3857`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-crs')).toBe('<http://www.opengis.net/def/crs/EPSG/0/3857>');
    const answer = (await response.json()) as JsonCoverage;
    const spatial = answer.domain.referencing!.find(({ coordinates }) => coordinates.includes('x'))!;
    expect(spatial.system).toMatchObject({
      type: 'ProjectedCRS',
      id: 'http://www.opengis.net/def/crs/EPSG/0/3857',
    });
  });

  it('is listed, CRS84 last, and described', async () => {
    const { crs, data_queries } = await service.json<{
      crs: string[];
      data_queries: Record<string, { link: { variables: { crs_details: { crs: string; wkt: string }[] } } }>;
    }>('/collections/utm');
    expect(crs[0]).toBe('EPSG:32632');
    expect(crs.at(-1)).toBe('CRS84');
    expect(crs).toEqual(expect.arrayContaining(['EPSG:3857', 'EPSG:3035', 'EPSG:25832', 'EPSG:4326']));
    for (const far of ['EPSG:32610', 'EPSG:5070', 'EPSG:3031']) expect(crs).not.toContain(far);
    for (const { link } of Object.values(data_queries)) {
      expect(link.variables.crs_details.map((detail) => detail.crs)).toEqual(crs);
      expect(link.variables.crs_details.every(({ wkt }) => wkt.length > 20)).toBe(true);
    }
  });

  it('lists every zone for a layer around the world, but does not describe them', async () => {
    const { crs, data_queries } = await service.json<{
      crs: string[];
      data_queries: Record<string, { link: { variables: { crs_details: { crs: string }[] } } }>;
    }>('/collections/world');
    expect(crs).toContain('EPSG:32601');
    expect(data_queries.cube!.link.variables.crs_details.length).toBeLessThan(64);
  });

  it('makes GeoJSON and GeoTIFF of a projected layer in degrees', async () => {
    const box = 'bbox=8,49.5,9,50.2';
    const refused = await service.get(`/collections/utm/cube?${box}&f=GeoJSON`);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('crs=CRS84') });
    const features = await service.json<{ features: { geometry: { coordinates: number[] } }[] }>(
      `/collections/utm/cube?${box}&f=GeoJSON&crs=CRS84`,
    );
    expect(features.features[0]!.geometry.coordinates).toEqual([8, 49.5]);
    const tiff = await service.get(`/collections/utm/cube?${box}&f=GeoTIFF&crs=CRS84`);
    expect(tiff.status).toBe(200);
    expect(tiff.headers.get('content-crs')).toBe('<http://www.opengis.net/def/crs/OGC/1.3/CRS84>');
  });
});
