import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { tagSnapshot, writeLayer } from '../../src/layer/index.js';
import { hours, memorySource, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;
const search = 'coords=POINT(10+45)';

beforeAll(async () => {
  const store = createMemoryStore();
  const write = (value: number, count: number) =>
    writeLayer(
      store,
      memorySource(worldGrid({ t: hours(count) }), [{ id: 'p', axes: ['t'], valueAt: () => value }]),
      { layer: 'runs', overwrite: true },
    );
  await write(1, 1);
  await tagSnapshot(store, { layer: 'runs', name: 'first', sequence: undefined });
  await write(2, 2);
  await tagSnapshot(store, { layer: 'runs', name: 'second', sequence: undefined });
  await write(3, 3);
  service = await startService(store);
});

afterAll(() => service.close());

interface Collection {
  readonly id: string;
  readonly links: readonly { readonly href: string; readonly rel: string; readonly type: string }[];
  readonly extent: { readonly temporal: { readonly interval: unknown } };
  readonly data_queries: Readonly<Record<string, { readonly link: { readonly href: string } }>>;
}

describe('instances', () => {
  it('are the tags of a layer and the latest, each a collection with addresses of its own', async () => {
    const { links, instances } = await service.json<{ links: object[]; instances: Collection[] }>(
      '/collections/runs/instances',
    );
    expect(links[0]).toMatchObject({ rel: 'self', type: 'application/json' });
    expect(instances.map(({ id }) => id)).toEqual(['latest', 'first', 'second']);
    for (const instance of instances) {
      const url = `${service.address}/collections/runs/instances/${instance.id}`;
      expect(await service.json(url.slice(service.address.length))).toEqual(instance);
      for (const [query, { link }] of Object.entries(instance.data_queries)) {
        expect(link.href).toBe(`${url}/${query}`);
      }
      expect(instance.data_queries).not.toHaveProperty('instances');
      expect(instance.links.find(({ rel }) => rel === 'self')?.href).toBe(url);
    }
    expect(instances[1]!.extent.temporal.interval).toEqual([
      ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ]);
    expect(instances[2]!.extent.temporal.interval).toEqual([
      ['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z'],
    ]);
  });

  it('are named by the collection', async () => {
    const { data_queries, links } = await service.json<Collection>('/collections/runs');
    expect(data_queries.instances).toMatchObject({
      link: { href: `${service.address}/collections/runs/instances`, variables: { query_type: 'instances' } },
    });
    expect(links.some(({ href, rel }) => rel === 'data' && href.endsWith('/instances'))).toBe(true);
  });

  it.each([
    ['/instances/first', [1]],
    ['/instances/second', [2, 2]],
    ['/instances/latest', [3, 3, 3]],
    ['', [3, 3, 3]],
  ] as const)('answer from their own snapshot: %s', async (place, values) => {
    const path = `/collections/runs${place}/position`;
    const get = await service.get(`${path}?${search}`);
    expect(get.status).toBe(200);
    expect(await get.json()).toMatchObject({ ranges: { p: { values } } });
    const post = await service.get(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ coords: 'POINT(10 45)' }),
    });
    expect(post.headers.get('etag')).toBe(get.headers.get('etag'));
    expect(await post.json()).toMatchObject({ ranges: { p: { values } } });
  });

  it('have tags of their own, and the latest that of the collection', async () => {
    const tagOf = async (place: string) =>
      (await service.get(`/collections/runs${place}/position?${search}`)).headers.get('etag');
    const tags = await Promise.all(
      ['', '/instances/latest', '/instances/first', '/instances/second'].map(tagOf),
    );
    expect(new Set(tags).size).toBe(3);
    expect(tags[0]).toBe(tags[1]);
  });

  it('that are not there are 404, whatever they are called', async () => {
    for (const name of ['nope', '1', '...', '%00', 'x'.repeat(300), 'first.json', '__proto__', "'"]) {
      const path = `/collections/runs/instances/${encodeURIComponent(name).replaceAll('.', '%2E')}`;
      for (const address of [path, `${path}/position?${search}`]) {
        const response = await service.get(address);
        expect([name, response.status]).toEqual([name, 404]);
        expect(await response.text()).not.toMatch(/tags\/|\.json"/);
      }
    }
    expect((await service.get('/collections/nope/instances')).status).toBe(404);
    expect((await service.get('/collections/nope/instances/latest')).status).toBe(404);
  });

  it('are listed for people too', async () => {
    const text = await (await service.get('/collections/runs/instances?f=html')).text();
    expect(text).toContain('/collections/runs/instances/first?f=html');
    expect((await service.get('/collections/runs/instances/first?f=html')).status).toBe(200);
  });
});
