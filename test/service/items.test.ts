import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { crsFromId } from '../../src/grid/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

interface Item {
  readonly id: string;
  readonly geometry: { readonly type: string; readonly coordinates: unknown };
  readonly properties: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly href: string; readonly rel: string; readonly title?: string }[];
}

interface Items {
  readonly features: readonly Item[];
  readonly numberMatched: number;
  readonly numberReturned: number;
  readonly links: readonly { readonly href: string; readonly rel: string }[];
}

interface Grid {
  readonly domain: { readonly axes: Readonly<Record<string, { readonly values: readonly unknown[] }>> };
  readonly ranges: Readonly<Record<string, { readonly values: readonly number[] }>>;
}

let service: RunningService;
const valueAt = ({ t = 0, z = 0, y = 0, x = 0 }) => t * 10_000 + z * 1000 + y * 40 + x;

beforeAll(async () => {
  const store = createMemoryStore();
  const p = { id: 'p', axes: ['t', 'z'], valueAt } as const;
  const grid = worldGrid({ t: hours(25), z: levels(850, 500) });
  await memoryLayer(grid, [p, { ...p, id: 'q', axes: ['t'] }], { store, layer: 'world' });
  await memoryLayer(worldGrid(), [{ ...p, axes: [] }], { store, layer: 'bare' });
  const plane = {
    crs: crsFromId('EPSG:32601'),
    x: regular('x', 200_000, 10_000, 60, 'm'),
    y: regular('y', 4_300_000, -10_000, 27, 'm'),
    custom: [],
  };
  await memoryLayer(plane, [{ ...p, axes: [] }], { store, layer: 'plane' });
  service = await startService(store);
});

afterAll(() => service.close());

const list = (search = '') => service.json<Items>(`/collections/world/items${search}`);

describe('the items of a collection', () => {
  it('are its instants, page by page', async () => {
    const seen: string[] = [];
    let page = await list();
    expect(page).toMatchObject({ numberMatched: 25, numberReturned: 10 });
    for (;;) {
      seen.push(...page.features.map(({ id }) => id));
      const next = page.links.find(({ rel }) => rel === 'next');
      if (next === undefined) break;
      page = (await (await fetch(next.href)).json()) as Items;
    }
    const hour = (i: number) => new Date(Date.UTC(2020, 0, 1, i)).toISOString().replace('.000', '');
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => hour(i)));
  });

  it('can be filtered by time and place; the next page keeps the filter', async () => {
    expect(await list('?datetime=2020-01-02')).toMatchObject({ numberMatched: 1 });
    const some = await list('?datetime=2020-01-01T03:00Z/..&limit=4&bbox=0,0,10,10');
    expect(some).toMatchObject({ numberMatched: 22, numberReturned: 4 });
    const next = some.links.find(({ rel }) => rel === 'next')!;
    expect(await (await fetch(next.href)).json()).toMatchObject({ numberMatched: 22, numberReturned: 4 });
    expect(await list('?datetime=1999-01-01')).toMatchObject({ numberMatched: 0, features: [] });
    const plane = (search: string) => service.json<Items>(`/collections/plane/items${search}`);
    expect(await plane('?bbox=0,0,10,10')).toMatchObject({ numberMatched: 0 });
    expect(await plane('?bbox=179,37,-179,39')).toMatchObject({ numberMatched: 1 });
  });

  it('have the properties that EDR asks for, and a footprint', async () => {
    const [first] = (await list()).features;
    expect(first).toMatchObject({
      geometry: { type: 'Polygon' },
      properties: {
        datetime: '2020-01-01T00:00:00Z',
        'parameter-name': ['p', 'q'],
        label: 'Sample, 2020-01-01T00:00:00Z',
        edrqueryendpoint: `${service.address}/collections/world/items/2020-01-01T00%3A00%3A00Z`,
      },
    });
    const { features } = await service.json<Items>('/collections/plane/items');
    expect(features[0]!.geometry.type).toBe('MultiPolygon');
  });

  it('are features, or their whole fields in any other form', async () => {
    const [, second] = (await list()).features;
    const href = second!.properties.edrqueryendpoint as string;
    const feature = await fetch(href);
    expect(feature.headers.get('content-type')).toBe('application/geo+json');
    expect(await feature.json()).toEqual(second);
    const data = (await (await fetch(`${href}?f=CoverageJSON&z=500&parameter-name=p`)).json()) as Grid;
    expect(data.domain.axes.t!.values).toEqual(['2020-01-01T01:00:00Z']);
    const expected = Array.from({ length: 18 * 36 }, (_, i) =>
      valueAt({ t: 1, z: 1, y: Math.floor(i / 36), x: i % 36 }),
    );
    expect(data.ranges.p!.values).toEqual(expected);
    for (const { href: form, title } of second!.links.filter(({ rel }) => rel === 'data')) {
      const expectedStatus = title === 'GeoTIFF' ? 400 : 200;
      expect([title, (await fetch(form)).status]).toEqual([title, expectedStatus]);
    }
    const tiff = await fetch(`${href}?f=GeoTIFF&z=500`);
    expect(tiff.headers.get('content-type')).toContain('image/tiff');
  });

  it('of a layer without time are one', async () => {
    const { features, numberMatched } = await service.json<Items>('/collections/bare/items');
    expect(numberMatched).toBe(1);
    const href = features[0]!.properties.edrqueryendpoint as string;
    const data = (await (await fetch(`${href}?f=CoverageJSON`)).json()) as Grid;
    expect(data.ranges.p!.values).toHaveLength(18 * 36);
    const plane = (await service.json<Items>('/collections/plane/items')).features[0]!;
    const answer = await fetch(`${plane.properties.edrqueryendpoint}?f=CSV`);
    expect((await answer.text()).trimEnd().split('\r\n')).toHaveLength(1 + 60 * 27);
  });

  it('are items of instances, too', async () => {
    const path = '/collections/world/instances/latest/items/2020-01-01T05:00:00Z';
    const feature = await service.json<Item>(path);
    expect(feature.properties.edrqueryendpoint).toContain('/instances/latest/items/');
  });

  it('are refused by name', async () => {
    const statusOf = async (path: string) => (await service.get(`/collections/world/items${path}`)).status;
    expect(await statusOf('/2020-01-01T00:30:00Z')).toBe(404);
    expect(await statusOf('/2020-01-01')).toBe(404);
    expect(await statusOf('/nothing')).toBe(404);
    expect(await statusOf('?limit=0')).toBe(400);
    expect(await statusOf('?offset=-1')).toBe(400);
    expect(await statusOf('?datetime=yesterday')).toBe(400);
    expect(await statusOf('?bbox=1,2')).toBe(400);
    expect(await statusOf('/2020-01-01T00:00:00Z?f=NetCDF&z=x')).toBe(400);
    expect(await statusOf('?limit=99999&offset=99')).toBe(200);
    expect((await service.get('/collections/nowhere/items')).status).toBe(404);
    const page = await service.get('/collections/world/items?f=html&limit=2');
    expect(await page.text()).toContain('offset=2');
  });

  it('are advertised', async () => {
    const { data_queries } = await service.json<{
      data_queries: { items: { link: { href: string; variables: { query_type: string } } } };
    }>('/collections/world');
    expect(data_queries.items.link.href).toBe(`${service.address}/collections/world/items`);
    expect(data_queries.items.link.variables.query_type).toBe('items');
  });
});
