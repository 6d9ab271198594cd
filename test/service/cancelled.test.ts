import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { gatedStore } from './gated-store.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;
let gates: ReturnType<typeof gatedStore>;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 10_000 + y * 40 + x + 1 / 3;
  await memoryLayer(worldGrid({ t: hours(60) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
    tileShape: { t: 1, row: 6, col: 6 },
  });
  gates = gatedStore(store);
  // One place for data: a request that goes on without its client would hold the next one up.
  service = await startService(gates.store, { maxConcurrent: 1, answerCacheBytes: 0 });
  // Segments stay open from here on; opening one is shared, and goes on.
  await (await service.get('/collections/world/cube?bbox=-180,-90,180,90')).arrayBuffer();
});
afterAll(() => service.close());

async function inFlight(): Promise<number> {
  const text = await (await service.get('/metrics')).text();
  return Number(/^tilecurve_requests_in_flight (\d+)$/m.exec(text)![1]);
}

const position = '/collections/world/position?coords=POINT(10+45)';
const trajectory = '/collections/world/trajectory?coords=LINESTRING(0+40,90+60,170+-60)';
const cube = '/collections/world/cube?bbox=-180,-90,180,90';
const others = [
  'position?coords=MULTIPOINT(10+45,100+-20)&method=linear',
  'radius?coords=POINT(10+45)&within=3000&within-units=km',
  'area?coords=POLYGON((0+0,90+0,45+70,0+0))',
  'corridor?coords=LINESTRING(0+40,90+60)&corridor-width=500&width-units=km',
  'cube?bbox=-180,-90,180,90&resolution-x=9&resolution-y=9',
  'cube?bbox=-180,-90,180,90&aggregation=(std,t)',
];
const forms = ['CoverageJSON', 'GeoJSON', 'CSV', 'NetCDF', 'Arrow', 'CBOR', 'MessagePack'];
const requests = [
  ...[position, trajectory, cube].flatMap((query) => forms.map((f) => `${query}&f=${f}`)),
  ...others.map((query) => `/collections/world/${query}`),
  `${cube}&datetime=2020-01-01T05:00Z&f=GeoTIFF`,
  '/layers/world/point?lon=10&lat=45',
];

describe('an answer whose client has gone', () => {
  it.each(requests)('is not read any further: %s', async (path) => {
    const { gate, letGo } = gates;
    gate.isOpen = false;
    const leaving = new AbortController();
    const left = service.get(path, { signal: leaving.signal }).catch((error: Error) => error.name);
    await expect.poll(() => gate.waiting.length).toBeGreaterThan(0);
    const begun = gate.reads;
    leaving.abort();
    expect(await left).toBe('AbortError');
    await expect.poll(inFlight, { interval: 5 }).toBe(1);
    letGo();
    // What was being read ends; a turn of the next request is more than enough for another read to begin.
    for (let i = 0; i < 5; i++) expect((await service.get('/conformance')).status).toBe(200);
    expect(gate.reads).toBe(begun);
  });
});
