import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, createMemoryStore } from '../../src/blob/index.js';
import type { ServiceOptions } from '../../src/service/index.js';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { gatedStore } from './gated-store.js';
import { type RunningService, startService } from './running-service.js';

const large = '/collections/world/cube?bbox=-180,-90,180,90';
const small = '/collections/world/cube?bbox=0,0,50,50&datetime=2020-01-01T00:00Z';
const later = { headers: { Prefer: 'respond-async' } };
const plain = { redirect: 'manual', headers: { 'Accept-Encoding': 'identity' } } as const;

const valueAt = ({ t = 0, y = 0, x = 0 }) => t * 10_000 + y * 40 + x + 0.5;
let store: BlobStore;
const services: RunningService[] = [];
const folders: string[] = [];

beforeAll(async () => {
  store = createMemoryStore();
  await memoryLayer(worldGrid({ t: hours(4) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
    tileShape: { t: 1, row: 6, col: 6 },
  });
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tilecurve-results-'));
  folders.push(folder);
  return folder;
}

type Wanted = Partial<Omit<ServiceOptions, 'results'>> & {
  readonly results?: Partial<NonNullable<ServiceOptions['results']>>;
  readonly from?: BlobStore;
};

/** A service that answers 1000 cells at once, and keeps results. */
async function start({ results, from = store, ...options }: Wanted = {}) {
  const directory = results?.directory ?? (await newFolder());
  const service = await startService(from, {
    maxCells: 1000,
    results: { maxCells: 100_000, ...results, directory },
    ...options,
  });
  services.push(service);
  return { ...service, directory };
}

const pathOf = (location: string) => new URL(location).pathname;

/** Sends a query that is answered later; answers the path of its result. */
async function begin(service: RunningService, query = large, init: RequestInit = {}): Promise<string> {
  const response = await service.get(query, { ...plain, ...init });
  expect([response.status, await response.text()]).toEqual([308, '']);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('etag')).toBeNull();
  const location = response.headers.get('location')!;
  expect(location).toMatch(new RegExp(`^${service.address}/results/[0-9a-f]{32}$`));
  return pathOf(location);
}

/** Asks until the result is not pending. */
async function wait(service: RunningService, path: string, init: RequestInit = plain): Promise<Response> {
  let response = await service.get(path, init);
  await expect
    .poll(
      async () => {
        if (response.status === 202) response = await service.get(path, init);
        return response.status;
      },
      { timeout: 20_000 },
    )
    .not.toBe(202);
  return response;
}

/** Names of results on disk, and of anything else that lies beside the key. */
async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name !== 'key');
}

async function jobs(service: RunningService): Promise<Record<string, number>> {
  const text = await (await service.get('/metrics')).text();
  const found = [...text.matchAll(/^tilecurve_result_jobs_(\w+) (\d+)$/gm)];
  return Object.fromEntries(found.map(([, name, value]) => [name!, Number(value)]));
}

describe('an answer over the limit', () => {
  it.each(['CoverageJSON', 'CSV', 'NetCDF', 'Arrow', 'CBOR', 'MessagePack'])(
    'is made as a result, equal to what is answered at once: %s',
    async (f) => {
      const service = await start();
      const whole = await start({ maxCells: 100_000 });
      const query = `${large}&f=${f}`;
      const result = await wait(service, await begin(service, query));
      const expected = await whole.get(query, { headers: { 'Accept-Encoding': 'identity' } });
      const bytes = Buffer.from(await expected.arrayBuffer());
      expect(result.status).toBe(200);
      expect(bytes.equals(Buffer.from(await result.arrayBuffer()))).toBe(true);
      for (const name of ['content-type', 'content-disposition', 'content-crs', 'etag']) {
        expect([name, result.headers.get(name)]).toEqual([name, expected.headers.get(name)]);
      }
      expect(result.headers.get('content-length')).toBe(String(bytes.length));
      expect(result.headers.get('cache-control')).toMatch(/^public, max-age=\d+, immutable$/);
      expect(await jobs(service)).toMatchObject({ finished: 1, failed: 0, bytes: bytes.length });
    },
  );

  it('is 413 that tells both limits beyond that of results, and without results', async () => {
    const service = await start({ results: { maxCells: 2000 } });
    const refused = await service.get(large);
    expect(refused.status).toBe(413);
    const problem = (await refused.json()) as { detail: string };
    expect(problem).toMatchObject({ cells: 2592, maxCells: 2000 });
    expect(problem.detail).toMatch(/later/);
    const without = await startService(store, { maxCells: 1000 });
    services.push(without);
    expect(await (await without.get(large)).json()).toMatchObject({ status: 413, maxCells: 1000 });
    expect((await without.get(small, later)).headers.get('preference-applied')).toBeNull();
    expect((await without.get('/results/0123456789abcdef0123456789abcdef')).status).toBe(404);
  });

  it('is refused before a job begins where it can be', async () => {
    const service = await start();
    expect((await service.get(`${large}&f=GeoTIFF`)).status).toBe(400);
    expect((await service.get(`${large}&datetime=1999-01-01`)).status).toBe(204);
    expect(await namesIn(service.directory)).toEqual([]);
  });

  it('by POST is sent to a result that takes the POST again', async () => {
    const service = await start();
    const response = await service.get('/collections/world/cube', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ bbox: '-180,-90,180,90' }),
    });
    // Followed by itself, with its body.
    expect([200, 202]).toContain(response.status);
    expect(new URL(response.url).pathname).toBe(await begin(service));
    const result = await wait(service, new URL(response.url).pathname);
    expect(((await result.json()) as { type: string }).type).toBe('Coverage');
  });
});

describe('Prefer: respond-async', () => {
  it('makes any answer a result, and is confirmed', async () => {
    const service = await start();
    const response = await service.get(small, { redirect: 'manual', ...later });
    expect(response.status).toBe(308);
    expect(response.headers.get('preference-applied')).toBe('respond-async');
    expect(response.headers.get('vary')).toMatch(/Prefer/);
    const result = await wait(service, pathOf(response.headers.get('location')!));
    expect(await result.json()).toEqual(await service.json(small));
    expect((await service.get(small)).headers.get('vary')).toMatch(/Prefer/);
  });

  it.each([['wait=10'], ['respond-asynchronously'], ['x="respond-async'], ['']])(
    'is not what %j says',
    async (prefer) => {
      const service = await start();
      expect((await service.get(small, { headers: { Prefer: prefer } })).status).toBe(200);
    },
  );
});

describe('requests for one result', () => {
  it('share one job, in any spelling', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const service = await start({ from });
    gate.isOpen = false;
    const paths = await Promise.all([
      ...Array.from({ length: 8 }, () => begin(service)),
      begin(service, `${large}&f=covjson`),
      begin(service, large, { method: 'HEAD' }),
    ]);
    expect(new Set(paths).size).toBe(1);
    await expect.poll(() => jobs(service)).toMatchObject({ running: 1, waiting: 0 });
    const pending = await service.get(paths[0]!);
    expect(pending.status).toBe(202);
    expect(Number(pending.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(pending.headers.get('cache-control')).toBe('no-store');
    letGo();
    expect((await wait(service, paths[0]!)).status).toBe(200);
    expect(await jobs(service)).toMatchObject({ running: 0, finished: 1, cancelled: 0 });
    expect(await begin(service)).toBe(paths[0]);
    expect(await begin(service, `${large}&f=CSV`)).not.toBe(paths[0]);
  });

  it('are answered by its tag and in ranges', async () => {
    const service = await start();
    const path = await begin(service, `${large}&f=CSV`);
    const whole = await wait(service, path);
    const text = await whole.text();
    const tag = whole.headers.get('etag')!;
    expect((await service.get(path, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    const post = await service.get(path, { method: 'POST', headers: { 'If-None-Match': tag } });
    expect(post.status).toBe(412);
    // The query, too, knows the answer by its tag.
    expect((await service.get(`${large}&f=CSV`, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    const head = await service.get(path, { method: 'HEAD', ...plain });
    expect(head.headers.get('content-length')).toBe(String(text.length));
    const range = async (value: string, headers = {}) => {
      const part = await service.get(path, { headers: { Range: value, ...headers } });
      return [part.status, part.headers.get('content-range'), await part.text()];
    };
    expect(await range('bytes=10-19')).toEqual([206, `bytes 10-19/${text.length}`, text.slice(10, 20)]);
    expect(await range('bytes=-5')).toEqual([
      206,
      `bytes ${text.length - 5}-${text.length - 1}/${text.length}`,
      text.slice(-5),
    ]);
    expect((await range(`bytes=${text.length - 1}-`))[2]).toBe(text.slice(-1));
    expect(await range('bytes=0-1,4-5')).toEqual([200, null, text]);
    expect(await range('bytes=5-2')).toEqual([200, null, text]);
    expect(await range('bytes=0-9', { 'If-Range': '"other"' })).toEqual([200, null, text]);
    expect((await range('bytes=0-9', { 'If-Range': tag }))[0]).toBe(206);
    expect((await range(`bytes=${text.length}-`)).slice(0, 2)).toEqual([416, `bytes */${text.length}`]);
  });
});

describe('DELETE', () => {
  it('stops the work, and leaves nothing', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const service = await start({ from });
    // Opening a segment is shared, and goes on; what is read of an open one is not.
    await service.get(small);
    gate.isOpen = false;
    const path = await begin(service);
    await expect.poll(() => gate.waiting.length).toBeGreaterThan(0);
    expect((await service.get(path, { method: 'DELETE' })).status).toBe(204);
    const before = gate.reads;
    letGo();
    await expect.poll(() => jobs(service)).toMatchObject({ running: 0, waiting: 0, cancelled: 1 });
    expect((await service.get(path)).status).toBe(404);
    expect(gate.reads).toBe(before);
    expect(await namesIn(service.directory)).toEqual([]);
    expect((await service.get(path, { method: 'DELETE' })).status).toBe(404);
    // Asked again, it is made.
    expect((await wait(service, await begin(service))).status).toBe(200);
  });

  it('removes what is finished, by another process too', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const one = await start({ from });
    const other = await start({ results: { directory: one.directory } });
    gate.isOpen = false;
    const path = await begin(one);
    await expect.poll(() => gate.waiting.length).toBeGreaterThan(0);
    expect((await other.get(path)).status).toBe(202);
    expect((await begin(other)) === path).toBe(true);
    expect(await jobs(other)).toMatchObject({ running: 0, waiting: 0 });
    expect((await other.get(path, { method: 'DELETE' })).status).toBe(204);
    expect((await one.get(path)).status).toBe(404);
    // The process that works hears of it although its read goes on.
    await expect.poll(() => jobs(one), { timeout: 10_000 }).toMatchObject({ cancelled: 1 });
    letGo();
    await expect.poll(() => jobs(one)).toMatchObject({ running: 0 });
    expect(await namesIn(one.directory)).toEqual([]);
    expect((await wait(other, await begin(other))).status).toBe(200);
    expect((await one.get(path, { method: 'DELETE' })).status).toBe(204);
    expect((await other.get(path)).status).toBe(404);
  });
});

describe('a result that fails', () => {
  it('is a problem without insides at its address, and is tried again when it is asked for again', async () => {
    const { store: from, gate } = gatedStore(store);
    const service = await start({ from });
    gate.damaged = true;
    const path = await begin(service);
    const failed = await wait(service, path);
    const text = await failed.text();
    expect(failed.status).toBe(500);
    expect(failed.headers.get('content-type')).toBe('application/problem+json');
    expect(failed.headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/\.ts:|\.js:|segments|tilecurve-results|at [A-Z]\w+\./);
    expect(service.log.join('')).toMatch(/result failed/);
    expect(await jobs(service)).toMatchObject({ failed: 1, running: 0 });
    gate.damaged = false;
    expect((await wait(service, await begin(service))).status).toBe(200);
  });

  it('by its size says so, and keeps nothing of it', async () => {
    const service = await start({ results: { maxBytes: 100_000 } });
    const path = await begin(service, `${large}&f=CSV`);
    const failed = await wait(service, path);
    expect(failed.status).toBe(413);
    expect(await failed.json()).toMatchObject({ status: 413, maxBytes: 25_000 });
    expect((await readdir(join(service.directory, path.split('/').at(-1)!))).sort()).toEqual([
      'claim.json',
      'head.json',
    ]);
    // To try it again would end the same.
    expect((await service.get(`${large}&f=CSV`)).status).toBe(413);
    expect(await jobs(service)).toMatchObject({ failed: 1 });
  });
});

describe('what is kept', () => {
  it('is bounded in bytes: those that expire first go first', async () => {
    const service = await start({ results: { maxBytes: 150_000 } });
    const paths: string[] = [];
    for (const hour of [0, 1, 2, 3]) {
      const path = await begin(service, `${large}&datetime=2020-01-01T0${hour}:00Z&f=CSV`, later);
      expect((await wait(service, path)).status).toBe(200);
      paths.push(path);
    }
    await expect
      .poll(async () => {
        const found = await Promise.all(paths.map(async (path) => (await service.get(path)).status));
        return found.join();
      })
      .toMatch(/^404,(404,)*(200,)*200$/);
  });

  it('expires', async () => {
    const service = await start({ results: { ageMs: 1 } });
    const path = await begin(service);
    expect((await wait(service, path)).status).toBe(404);
  });

  it('is made again when it has expired, swept or not', async () => {
    const service = await start({ results: { ageMs: 300 } });
    const path = await begin(service);
    await expect.poll(() => jobs(service)).toMatchObject({ finished: 1 });
    await expect.poll(async () => (await service.get(path)).status).toBe(404);
    await begin(service);
    await expect.poll(() => jobs(service)).toMatchObject({ finished: 2 });
  });

  it('survives a new start; what is unfinished does not', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const one = await start({ from });
    const done = await begin(one);
    const bytes = await (await wait(one, done)).text();
    gate.isOpen = false;
    const unfinished = await begin(one, `${large}&f=CSV`);
    const closing = one.close();
    setTimeout(letGo, 100);
    await closing;
    services.splice(services.indexOf(one), 1);
    await writeFile(join(one.directory, 'unrelated'), 'kept');
    const two = await start({ results: { directory: one.directory } });
    expect(await (await two.get(done, plain)).text()).toBe(bytes);
    expect((await two.get(unfinished)).status).toBe(404);
    expect((await namesIn(one.directory)).sort()).toEqual([done.split('/').at(-1), 'unrelated'].sort());
  });

  it('is found under names that cannot be told from outside', async () => {
    const one = await start();
    const two = await start();
    expect(await begin(one)).not.toBe(await begin(two));
    for (const name of ['key', '..%2Fkey', '..%5Ckey', 'x'.repeat(32), '0'.repeat(31), '__proto__']) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'POST']) {
        expect([name, method, (await one.get(`/results/${name}`, { method })).status]).toEqual([
          name,
          method,
          404,
        ]);
      }
    }
    expect((await one.get('/results/key', { method: 'PUT' })).headers.get('allow')).toBe(
      'GET, HEAD, POST, DELETE, OPTIONS',
    );
  });
});

describe('jobs', () => {
  it('are bounded in number: 503 with Retry-After beyond', async () => {
    const { store: from, gate, letGo } = gatedStore(store);
    const service = await start({ from, results: { maxJobs: 1 } });
    gate.isOpen = false;
    const query = (i: number) => `/collections/world/position?coords=POINT(${i * 10 + 5}+45)`;
    const paths: string[] = [];
    for (let i = 0; i < 9; i++) paths.push(await begin(service, query(i), later));
    expect(await jobs(service)).toMatchObject({ running: 1, waiting: 8 });
    const refused = await service.get(query(9), later);
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    // Those that are there already, and answers at once, go on; one that waits can be cancelled.
    expect(await begin(service, query(3), later)).toBe(paths[3]);
    expect((await service.get(paths[8]!, { method: 'DELETE' })).status).toBe(204);
    expect(await jobs(service)).toMatchObject({ running: 1, waiting: 7 });
    letGo();
    for (const path of paths.slice(0, 8)) expect((await wait(service, path)).status).toBe(200);
    expect((await service.get(paths[8]!)).status).toBe(404);
  });
});

describe('the description', () => {
  it('lists what results add, only where they are kept', async () => {
    const service = await start();
    type Api = { paths: Record<string, Record<string, { responses: object }>> };
    const { paths } = await service.json<Api>('/api');
    const statuses = (path: string, method: string) => Object.keys(paths[path]![method]!.responses);
    for (const method of ['get', 'post']) {
      expect(statuses('/collections/{collectionId}/cube', method)).toEqual(
        expect.arrayContaining(['200', '202', '204', '308', '413']),
      );
      expect(statuses('/results/{resultId}', method)).toEqual(
        expect.arrayContaining(['200', '202', '206', '404', '416', '500']),
      );
    }
    expect(statuses('/results/{resultId}', 'delete')).toEqual(expect.arrayContaining(['204', '404']));
    const without = await startService(store);
    services.push(without);
    expect(JSON.stringify(await without.json('/api'))).not.toMatch(/"308"|results/);
  });
});
