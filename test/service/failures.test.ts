import { afterEach, describe, expect, it } from 'vitest';
import { type BlobHandle, type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import { crc32, formatHex } from '../../src/bytes/index.js';
import { UnavailableError, UnsupportedError } from '../../src/errors/index.js';
import { collectGarbage, deleteLayer, writeLayer } from '../../src/layer/index.js';
import { hours, memoryLayer, memorySource, worldGrid } from '../edr/memory-layer.js';
import { rawRequest } from './raw-request.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService | undefined;

afterEach(async () => {
  await service?.close();
  service = undefined;
});

const position = '/collections/world/position?coords=POINT(10+45)';

async function paths(store: BlobStore, ending: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of store.list('')) if (path.endsWith(ending)) found.push(path);
  return found;
}

async function damage(store: BlobStore, path: string): Promise<void> {
  const bytes = Uint8Array.from(await store.get(path));
  for (let i = 0; i < bytes.length; i += 7) bytes[i]! ^= 0x55;
  await store.put(path, [bytes]);
}

/** Makes a manifest one of the next format version, whole in every other way. */
async function raiseVersion(store: BlobStore, path: string): Promise<void> {
  const [json] = Buffer.from(await store.get(path))
    .toString('utf8')
    .split('\n');
  const later = Buffer.from(json!.replace('"formatVersion":1', '"formatVersion":2'));
  await store.put(path, [later, Buffer.from(`\n${formatHex(crc32(later), 8)}\n`)]);
}

function sampleStore(layer = 'world'): Promise<BlobStore> {
  const store = createMemoryStore();
  return memoryLayer(
    worldGrid({ t: hours(4) }),
    [{ id: 'p', axes: ['t'], valueAt: ({ x = 0, t = 0 }) => x + t / 7 }],
    {
      store,
      layer,
    },
  ).then(() => store);
}

/** The same store with some reads watched or changed. */
function watched(
  store: BlobStore,
  read: (handle: BlobHandle, offset: number, length: number) => Promise<Uint8Array>,
) {
  return new Proxy(store, {
    get(target, name) {
      if (name !== 'open') {
        const member = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      }
      return async (path: string) => {
        const handle = await target.open(path);
        return {
          path: handle.path,
          sizeBytes: handle.sizeBytes,
          close: () => handle.close(),
          read: ({ offset, length }: { offset: number; length: number }) => read(handle, offset, length),
        } satisfies BlobHandle;
      };
    },
  });
}

describe('a damaged segment', () => {
  it('is a clean 500 that tells the log, not the client, where', async () => {
    const store = await sampleStore();
    const [segment] = await paths(store, '.seg');
    await damage(store, segment!);
    service = await startService(store);
    for (const path of [
      position,
      `${position}&f=NetCDF`,
      '/layers/world/tiles/0/p/0/0',
      '/tiles/world/0/0/0.png',
      '/layers/world/point?lon=1&lat=1',
    ]) {
      const response = await service.get(path);
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ status: 500, error: 'CORRUPTION' });
      expect(text).not.toMatch(/\.seg|layers\/|at .*\.ts/);
      expect(response.headers.get('etag')).toBeNull();
      expect(response.headers.get('content-disposition')).toBeNull();
    }
    expect(service.log.join()).toContain('.seg');
    expect((await service.get('/collections/world')).status).toBe(200);
  });

  it('is a 500 when it is missing', async () => {
    const store = await sampleStore();
    for (const segment of await paths(store, '.seg')) await store.delete(segment);
    service = await startService(store);
    const response = await service.get(position);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('.seg');
  });

  // It was answered 400, as if the client had asked for something odd, and the log had nothing.
  it('of a later version is a 500 that is logged, and so is such a manifest', async () => {
    const store = await sampleStore();
    const [segment] = await paths(store, '.seg');
    const later = new UnsupportedError('segment of an unknown version', {
      path: segment,
      expected: 1,
      found: 2,
    });
    service = await startService(
      watched(store, async () => {
        throw later;
      }),
    );
    const answers = [await service.get(position), await service.get('/tiles/world/0/0/0.png')];
    await service.close();
    const [manifest] = (await paths(store, '.json')).filter((path) => path.includes('/manifests/'));
    await raiseVersion(store, manifest!);
    const { log } = service;
    service = await startService(store);
    answers.push(await service.get(position), await service.get('/layers/world'));
    for (const response of answers) {
      expect(response.status).toBe(500);
      const text = await response.text();
      expect(JSON.parse(text)).toMatchObject({ error: 'UNSUPPORTED' });
      expect(text).not.toMatch(/layers\/world\/|version/);
    }
    expect(log.join()).toContain(segment);
    expect(service.log.join()).toContain(manifest);
  });

  it('breaks the connection when the answer has begun, so that it cannot pass for whole', async () => {
    const store = createMemoryStore();
    const valueAt = ({ x = 0, y = 0, t = 0 }) => Math.sin(x + y * 36 + t * 648);
    const grid = worldGrid({ t: hours(3400) });
    await writeLayer(store, memorySource(grid, [{ id: 'p', axes: ['t'], valueAt }]), {
      layer: 'world',
      tileShape: { t: 8 },
      curve: 'rowmajor',
      segmentBytes: 1024 * 1024,
    });
    const segments = await paths(store, '.seg');
    expect(segments.length).toBeGreaterThan(3);
    service = await startService(store);
    const cube = '/collections/world/cube?bbox=-180,-90,180,90';
    const whole = await service.get(cube, { headers: { 'accept-encoding': 'identity' } });
    expect(await whole.text()).toMatch(/\}$/);
    await service.close();
    await damage(store, segments.at(-1)!);
    service = await startService(store);
    const raw = await rawRequest(
      service.address,
      `GET ${cube} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(raw).toMatch(/^HTTP\/1.1 200/);
    expect(raw.length).toBeGreaterThan(1_000_000);
    expect(raw).not.toMatch(/\r\n0\r\n/);
    await expect(service.get(cube).then((response) => response.text())).rejects.toThrow();
    expect((await service.get('/health/live')).status).toBe(200);
  });
});

describe('a layer', () => {
  it('that is damaged is left out of lists and refused by name', async () => {
    const store = await sampleStore('good');
    await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt: () => 1 }], { store, layer: 'bad' });
    const [manifest] = (await paths(store, '.json')).filter((path) => path.includes('layers/bad/manifests/'));
    await damage(store, manifest!);
    service = await startService(store);
    const { collections } = await service.json<{ collections: { id: string }[] }>('/collections');
    expect(collections.map(({ id }) => id)).toEqual(['good']);
    const response = await service.get('/collections/bad');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('manifests');
    expect(service.log.join()).toContain('bad');
  });

  // Every listing logged every damaged layer again.
  it('that is damaged is logged once, and again when it is damaged otherwise', async () => {
    const store = await sampleStore('bad');
    const [manifest] = (await paths(store, '.json')).filter((path) => path.includes('/manifests/'));
    const good = await store.get(manifest!);
    await damage(store, manifest!);
    service = await startService(store);
    const list = async () => (await service!.get('/collections')).text();
    const lines = () => service!.log.filter((line) => line.includes('left out')).length;
    for (let i = 0; i < 3; i++) await list();
    expect(lines()).toBe(1);
    await store.put(manifest!, [good.subarray(0, 5)]);
    for (let i = 0; i < 3; i++) await list();
    expect(lines()).toBe(2);
    await store.put(manifest!, [good]);
    expect(await list()).toContain('"id":"bad"');
    expect(lines()).toBe(2);
  });

  // The new layer's first snapshot has the number of the old one's, which the service went on to serve.
  it('that is deleted and written anew is not taken for the old one', async () => {
    const store = createMemoryStore();
    const write = (value: number) =>
      writeLayer(store, memorySource(worldGrid(), [{ id: 'p', axes: [], valueAt: () => value }]), {
        layer: 'world',
      });
    const first = await write(1);
    service = await startService(store);
    expect(await service.json(position)).toMatchObject({ ranges: { p: { values: [1] } } });
    await deleteLayer(store, 'world');
    await collectGarbage(store, { graceMs: 0, nowMs: Date.now() + 1000 });
    const second = await write(2);
    expect(second.manifest.sequence).toBe(first.manifest.sequence);
    const isNew = async () => JSON.stringify(await service!.json(position)).includes('"values":[2]');
    await expect.poll(isNew, { timeout: 4000, interval: 100 }).toBe(true);
  });

  it('that appears, changes or goes is seen after the second that readers are kept', async () => {
    const store = createMemoryStore();
    service = await startService(store);
    expect((await service.get(position)).status).toBe(404);
    expect(await service.json('/collections')).toMatchObject({ collections: [] });
    const write = (value: number) =>
      writeLayer(store, memorySource(worldGrid(), [{ id: 'p', axes: [], valueAt: () => value }]), {
        layer: 'world',
        overwrite: true,
      });
    await write(1);
    const first = await service.get(position);
    expect(await first.json()).toMatchObject({ ranges: { p: { values: [1] } } });
    await write(2);
    const isNew = async () => {
      const answer = await service!.get(position, {
        headers: { 'if-none-match': first.headers.get('etag')! },
      });
      return answer.status === 200 && JSON.stringify(await answer.json()).includes('"values":[2]');
    };
    await expect.poll(isNew, { timeout: 5000, interval: 50 }).toBe(true);
    await deleteLayer(store, 'world');
    await expect.poll(async () => (await service!.get(position)).status, { timeout: 5000 }).toBe(404);
    expect(await service.json('/collections')).toMatchObject({ collections: [] });
  });
});

describe('the store', () => {
  it('that does not answer is 503 with Retry-After', async () => {
    const store = await sampleStore();
    service = await startService(
      new Proxy(store, {
        get: (target, name) =>
          name === 'listNames' || name === 'stat'
            ? async () => {
                throw new UnavailableError('disk is gone', { path: '/secret/place' });
              }
            : Reflect.get(target, name).bind?.(target),
      }),
    );
    for (const path of ['/collections', position, '/health/ready']) {
      const response = await service.get(path);
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('5');
      expect(await response.text()).not.toContain('secret');
    }
    expect((await service.get('/health/live')).status).toBe(200);
  });

  it('is not read for 304, 204, 413, errors and HEAD', async () => {
    const inner = await sampleStore();
    let reads = 0;
    const store = watched(inner, (handle, offset, length) => {
      reads++;
      return handle.read({ offset, length });
    });
    service = await startService(store, { maxCells: 100 });
    const tag = (await service.get(position)).headers.get('etag')!;
    const before = reads;
    expect(before).toBeGreaterThan(0);
    await service.get(position, { headers: { 'if-none-match': tag } });
    await service.get(`${position}&datetime=1999-01-01`);
    await service.get('/collections/world/cube?bbox=-180,-90,180,90');
    await service.get(`${position}&f=odd`);
    await service.get(position, { method: 'HEAD' });
    expect(reads).toBe(before);
  });

  it('is no longer read once the client has gone', async () => {
    const inner = createMemoryStore();
    const grid = worldGrid({ t: hours(300) });
    const valueAt = ({ x = 0, t = 0 }) => Math.sin(x + t);
    await writeLayer(inner, memorySource(grid, [{ id: 'p', axes: ['t'], valueAt }]), {
      layer: 'world',
      tileShape: { t: 1 },
    });
    let reads = 0;
    let entered = () => {};
    const isReading = new Promise<void>((resolve) => {
      entered = resolve;
    });
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const store = watched(inner, async (handle, offset, length) => {
      if (++reads === 3) {
        entered();
        await gate;
      }
      return handle.read({ offset, length });
    });
    service = await startService(store);
    const client = new AbortController();
    const request = service.get('/collections/world/cube?bbox=-180,-90,180,90', { signal: client.signal });
    await isReading;
    client.abort();
    await expect(request).rejects.toThrow();
    const inFlight = async () =>
      /tilecurve_requests_in_flight 1$/m.test(await (await service!.get('/metrics')).text());
    await expect.poll(inFlight).toBe(true);
    letGo();
    await service.close();
    expect(reads).toBeLessThan(10);
    service = undefined;
  });
});
