import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { crc32, formatHex } from '../../src/bytes/index.js';
import { LayerReader } from '../../src/layer/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;
let tileBytes: number;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => Math.sin(t * 1000 + y * 36 + x);
  const grid = worldGrid({ t: hours(6), x: regular('lon', 0, 10, 18), custom: [regular('number', 0, 1, 2)] });
  await memoryLayer(grid, [{ id: 'p', axes: ['t', 'number'], valueAt }], {
    store,
    layer: 'world',
    tileShape: { t: 2, row: 6, col: 6 },
  });
  const reader = await LayerReader.open(store, 'world');
  const one = [{ start: 0, end: 1 }];
  tileBytes = reader.plan({ parameter: 'p', t: one, x: one, y: one, custom: { number: one } }).estimatedBytes;
  service = await startService(store, { maxTiles: 20 });
});

afterAll(() => service.close());

const workOf = (response: Response) => response.headers.get('tilecurve-work');

/** Every tile takes the mean of its segment, rounded once per plan. */
function expectWork(response: Response, [segments, tiles]: readonly [number, number], name = ''): void {
  const found = workOf(response)!.match(/\d+/g)!.map(Number);
  expect(found.slice(0, 2), name).toEqual([segments, tiles]);
  expect(Math.abs(found[2]! - tiles * tileBytes), name).toBeLessThanOrEqual(tiles);
}

async function post(keys: readonly object[], headers: Record<string, string> = {}): Promise<Response> {
  return service.get('/layers/world/tiles', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ keys }),
  });
}

// Map tiles told the length of their picture, points and batches nothing.
describe('every answer from data', () => {
  it('tells planned work, times and a tag', async () => {
    const key = { parameter: 'p', col: 0, row: 0 };
    const answers: [string, Response, [number, number]][] = [
      ['position', await service.get('/collections/world/position?coords=POINT(0+85)&number=0'), [1, 3]],
      [
        'cube',
        await service.get('/collections/world/cube?bbox=0,80,50,90&number=0&datetime=2020-01-01T00:00Z'),
        [1, 1],
      ],
      ['point', await service.get('/layers/world/point?lon=0&lat=85'), [1, 1]],
      ['tile', await service.get('/layers/world/tiles/0/p/0/0'), [1, 1]],
      ['tile as JSON', await service.get('/layers/world/tiles/0/p/0/0?f=json'), [1, 1]],
      ['map tile', await service.get('/tiles/world/2/2/1.png'), [1, 4]],
      ['map tile beside the layer', await service.get('/tiles/world/2/0/1.png'), [0, 0]],
    ];
    for (const [name, response, expected] of answers) {
      expect(response.status, name).toBe(200);
      expectWork(response, expected, name);
      expect(response.headers.get('server-timing'), name).toMatch(/^plan;dur=[\d.]+, read;dur=[\d.]+$/);
      expect(response.headers.get('etag'), name).toMatch(/^".+"$/);
      expect(response.headers.get('cache-control'), name).toBe('no-cache');
    }
    const batch = await post([key, { ...key, col: 1 }, { ...key, col: 99 }]);
    expectWork(batch, [2, 2]);
    expect(batch.headers.get('server-timing')).toMatch(/^plan;dur=[\d.]+, read;dur=[\d.]+$/);
    const tag = batch.headers.get('etag')!;
    expect((await post([key], { 'if-none-match': tag })).status).toBe(200);
    const same = [key, { ...key, col: 1 }, { ...key, col: 99 }];
    expect((await post(same, { 'if-none-match': tag })).status).toBe(412);
  });

  it('tells it of nothing too', async () => {
    for (const path of [
      '/collections/world/position?coords=POINT(0+85)&datetime=1999-01-01',
      '/layers/world/point?lon=-90&lat=85',
    ]) {
      const response = await service.get(path);
      expect(response.status).toBe(204);
      expectWork(response, [0, 0]);
      expect(response.headers.get('server-timing')).toMatch(/^plan;dur=[\d.]+$/);
    }
  });
});

describe('a hole', () => {
  it('is 204 that tells its work', async () => {
    const store = createMemoryStore();
    await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: () => 1 }], { store, layer: 'holes' });
    await removeRuns(store, 'layers/holes/manifests/00000000000001.json');
    const other = await startService(store);
    try {
      const response = await other.get('/layers/holes/tiles/0/p/0/0');
      expect(response.status).toBe(204);
      expect(workOf(response)).toBe('segments=0;tiles=0;bytes=0');
      expect(response.headers.get('server-timing')).toMatch(/^plan;.*read;/);
      expect((await other.get('/layers/holes/tiles/0/p/1/0')).headers.get('tilecurve-work')).toBeNull();
    } finally {
      await other.close();
    }
  });
});

/** Makes every tile of a layer a hole. */
async function removeRuns(store: BlobStore, path: string): Promise<void> {
  const [json] = Buffer.from(await store.get(path))
    .toString('utf8')
    .split('\n');
  const empty = Buffer.from(JSON.stringify({ ...JSON.parse(json!), runs: [], statistics: {} }));
  await store.put(path, [empty, Buffer.from(`\n${formatHex(crc32(empty), 8)}\n`)]);
}

describe('too many tiles to read', () => {
  it.each([
    ['/collections/world/cube?bbox=-180,-90,180,90', 54],
    ['/collections/world/position?coords=MULTIPOINT(0+85,60+85,120+85,0+5)', 24],
  ])('%s is 413 before anything is read', async (path, tiles) => {
    const response = await service.get(path);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ tiles, maxTiles: 20 });
  });
});
