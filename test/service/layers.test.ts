import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }) =>
    number * 100_000 + t * 10_000 + z * 1000 + y * 40 + x;
  const grid = worldGrid({ t: hours(3), z: levels(1000, 500), custom: [regular('number', 0, 1, 2)] });
  await memoryLayer(
    grid,
    [
      { id: 'p', axes: ['t', 'z', 'number'], type: 'float32', valueAt },
      {
        id: 'q',
        axes: [],
        type: 'int16',
        scale: 0.1,
        noData: -1,
        valueAt: ({ x = 0 }) => (x === 3 ? -1 : x),
      },
    ],
    { store, layer: 'deep' },
  );
  await memoryLayer(worldGrid({ x: regular('lon', 0, 10, 5) }), [{ id: 'p', axes: [], valueAt }], {
    store,
    layer: 'small',
  });
  service = await startService(store, { maxCells: 20_000 });
});

afterAll(() => service.close());

describe('layers', () => {
  it('are listed and described', async () => {
    expect(await service.json('/layers')).toMatchObject({
      layers: [{ layer: 'deep', sequence: 1 }, { layer: 'small' }],
    });
    expect(await service.json('/layers/deep')).toMatchObject({
      layer: 'deep',
      axes: { x: { length: 36 }, t: { calendar: 'standard' }, number: { length: 2 } },
      parameters: [{ id: 'p' }, { id: 'q', noData: -1, statistics: { min: 0, max: 3.5 } }],
    });
    expect((await service.get('/layers/nope')).status).toBe(404);
  });
});

describe('a point', () => {
  it('has the newest instant and the first of the rest unless told otherwise', async () => {
    expect(await service.json('/layers/deep/point?lon=11&lat=46')).toEqual({
      values: { p: 20_161, q: 0.1 },
      lon: 10,
      lat: 45,
      datetime: '2020-01-01T02:00:00Z',
      z: 1000,
    });
    const path = '/layers/deep/point?lon=11&lat=46&datetime=2020-01-01T00:00:00Z&z=500&number=1';
    expect(await service.json(path)).toMatchObject({ values: { p: 101_161 } });
    expect(await service.json('/layers/deep/point?lon=30&lat=0')).toMatchObject({ values: { q: null } });
  });

  it.each([
    '',
    '?lon=1',
    '?lon=a&lat=1',
    '?lon=1&lat=1&lat=2',
    '?lon=1)&lat=1',
    '?lon=1&lat=91',
    '?lon=1&lat=1&z=../..',
  ])('refuses %j', async (query) => {
    expect((await service.get(`/layers/deep/point${query}`)).status).toBe(400);
  });

  it('leaves out parameters that have nothing there, and is 204 when none has', async () => {
    expect(await service.json('/layers/deep/point?lon=11&lat=1&z=3')).toMatchObject({ values: { q: 0.1 } });
    expect((await service.get('/layers/small/point?lon=99&lat=1')).status).toBe(204);
  });
});

describe('a stored tile', () => {
  it('is its cells, little-endian, with their type and shape', async () => {
    const response = await service.get('/layers/deep/tiles/0/p/0/0?z=1&number=1');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('tilecurve-type')).toBe('float32');
    expect(response.headers.get('tilecurve-shape')).toBe('t=3,z=1,row=18,col=36');
    const cells = new Float32Array(await response.arrayBuffer());
    expect(cells).toHaveLength(3 * 18 * 36);
    expect([cells[0], cells[1], cells[36], cells[18 * 36]]).toEqual([101_000, 101_001, 101_040, 111_000]);
  });

  it('is physical numbers as JSON', async () => {
    const tile = await service.json<{ values: (number | null)[] }>('/layers/deep/tiles/0/q/0/0?f=json');
    expect(tile).toMatchObject({ type: 'int16', dims: ['t', 'z', 'row', 'col'], shape: [1, 1, 18, 36] });
    expect(tile.values[3]).toBeNull();
    expect(tile.values[4]).toBeCloseTo(0.4, 9);
  });

  it.each([
    ['/layers/deep/tiles/0/p/9/0', 404],
    ['/layers/deep/tiles/0/p/0/0?t=1', 404],
    ['/layers/deep/tiles/5/p/0/0', 404],
    ['/layers/deep/tiles/0/nope/0/0', 404],
    ['/layers/nope/tiles/0/p/0/0', 404],
    ['/layers/deep/tiles/0/p/x/0', 400],
    ['/layers/deep/tiles/0/p/-1/0', 400],
    ['/layers/deep/tiles/0/p/1e3/0', 400],
    ['/layers/deep/tiles/0/p/0/0?t=-1', 400],
    ['/layers/deep/tiles/0/p/0/0?colour=1', 400],
    ['/layers/deep/tiles/0/p/0/0?f=xml', 400],
  ])('%s is %i', async (path, status) => {
    expect((await service.get(path)).status).toBe(status);
  });
});

describe('a batch of tiles', () => {
  const post = (body: unknown, type = 'application/json') =>
    service.get('/layers/deep/tiles', {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  it('answers in the order asked, holes and keys outside included', async () => {
    const keys = [
      { parameter: 'q', col: 0, row: 0 },
      { parameter: 'p', col: 4, row: 0 },
      { parameter: 'p', col: 0, row: 0, z: 1, number: 1 },
    ];
    const response = await post({ keys });
    expect(response.status).toBe(200);
    const { tiles } = (await response.json()) as { tiles: { kind: string; cells: string }[] };
    expect(tiles.map(({ kind }) => kind)).toEqual(['found', 'outside', 'found']);
    expect(Buffer.from(tiles[0]!.cells, 'base64').readInt16LE(2)).toBe(1);
    expect(Buffer.from(tiles[2]!.cells, 'base64').readFloatLE(0)).toBe(101_000);
  });

  it('of more tiles than are read together answers each in its place', async () => {
    const keys = Array.from({ length: 150 }, (_, i) => ({
      parameter: 'p',
      col: i % 3 === 1 ? 1 : 0,
      row: 0,
    }));
    const response = await service.get('/layers/small/tiles', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ keys }),
    });
    const { tiles } = (await response.json()) as { tiles: { kind: string; key: object; cells?: string }[] };
    const alone = await (await service.get('/layers/small/tiles/0/p/0/0')).arrayBuffer();
    const cells = Buffer.from(alone).toString('base64');
    expect(tiles).toHaveLength(150);
    for (const [i, tile] of tiles.entries()) {
      expect(tile.key).toMatchObject(keys[i]!);
      expect(tile).toMatchObject(i % 3 === 1 ? { kind: 'outside' } : { kind: 'found', cells });
    }
  });

  it.each([
    ['no body', '', 400],
    ['no JSON', '{', 400],
    ['no list', { keys: 1 }, 400],
    ['an empty list', { keys: [] }, 400],
    ['no object', { keys: [1] }, 400],
    ['no column', { keys: [{ parameter: 'q', row: 0 }] }, 400],
    ['a fraction', { keys: [{ parameter: 'q', row: 0.5, col: 0 }] }, 400],
    ['an odd member', { keys: [{ parameter: 'q', row: 0, col: 0, hue: 1 }] }, 400],
    ['an unknown parameter', { keys: [{ parameter: 'nope', row: 0, col: 0 }] }, 404],
    ['too many keys', { keys: Array(1001).fill({ parameter: 'q', row: 0, col: 0 }) }, 400],
    ['too many cells', { keys: Array(100).fill({ parameter: 'q', row: 0, col: 0 }) }, 413],
    ['too long a body', ' '.repeat(2_000_000), 413],
  ])('with %s is refused', async (_, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('of another media type is 415', async () => {
    expect((await post('a=1', 'application/x-www-form-urlencoded')).status).toBe(415);
  });
});

describe('a map tile', () => {
  it('is a PNG, or floats with NaN for no data', async () => {
    const png = await service.get('/tiles/deep/0/0/0.png?parameter=q');
    expect(png.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await png.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const values = new Float32Array(
      await (await service.get('/tiles/deep/0/0/0.f32?parameter=q')).arrayBuffer(),
    );
    expect(values).toHaveLength(256 * 256);
    expect([...new Set(values)].length).toBe(36);
    expect(values[128 * 256 + 128]).toBeCloseTo(0);
    expect(values.some(Number.isNaN)).toBe(true);
  });

  it('takes time, level and dimensions as queries do', async () => {
    const path = '/tiles/deep/0/0/0.f32?parameter=p&datetime=2020-01-01T01:00:00Z&z=500&number=1';
    const values = new Float32Array(await (await service.get(path)).arrayBuffer());
    expect(Math.floor(values[0]! / 1000)).toBe(111);
  });

  it.each([
    ['/tiles/deep/0/0/1.png', 404],
    ['/tiles/deep/0/0/0.gif', 404],
    ['/tiles/deep/0/0/0', 404],
    ['/tiles/deep/a/0/0.png', 404],
    ['/tiles/deep/2147483647/0/0.png', 404],
    ['/tiles/nope/0/0/0.png', 404],
    ['/tiles/deep/0/0/0.png?parameter=nope', 400],
    ['/tiles/deep/0/0/0.png?style=nope', 400],
    ['/tiles/deep/0/0/0.png?range=1', 400],
    ['/tiles/deep/0/0/0.png?range=2,1', 400],
    ['/tiles/deep/0/0/0.png?resampling=cubic', 400],
    ['/tiles/deep/0/0/0.png?colour=red', 400],
  ])('%s is %i', async (path, status) => {
    expect((await service.get(path)).status).toBe(status);
  });
});
