import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { type Location, putLocations } from '../../src/catalog/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

const square = (west: number, south: number, size: number): [number, number][] => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];

const locations: readonly Location[] = [
  { id: 'town', title: 'A Town', geometry: { type: 'Point', coordinates: [10, 45] } },
  { id: 'lake', title: 'Lake <b>', geometry: { type: 'Polygon', coordinates: [square(15, 30, 20)] } },
  {
    id: 'isles & more',
    title: 'Isles',
    geometry: { type: 'MultiPolygon', coordinates: [[square(-25, 0, 12)], [square(175, 0, 12)]] },
  },
  { id: 'speck', title: 'No cell centre', geometry: { type: 'Polygon', coordinates: [square(1, 46, 2)] } },
];

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0, number = 0 }) => number * 100_000 + t * 10_000 + y * 40 + x;
  const grid = worldGrid({ t: hours(2), custom: [regular('number', 0, 1, 2)] });
  await memoryLayer(grid, [{ id: 'p', axes: ['t', 'number'], valueAt }], { store, layer: 'world' });
  await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt }], { store, layer: 'bare' });
  await putLocations(store, { layer: 'world', locations });
  service = await startService(store);
});

afterAll(() => service.close());

interface Features {
  readonly type: string;
  readonly numberMatched: number;
  readonly numberReturned: number;
  readonly features: readonly {
    readonly id: string;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
}

const base = '/collections/world/locations';
const idsOf = async (search: string) =>
  (await service.json<Features>(`${base}${search}`)).features.map(({ id }) => id);

describe('the list of locations', () => {
  it('is GeoJSON with the properties that EDR asks for', async () => {
    const response = await service.get(base);
    expect(response.headers.get('content-type')).toBe('application/geo+json');
    const list = (await response.json()) as Features;
    expect(list).toMatchObject({ type: 'FeatureCollection', numberMatched: 4, numberReturned: 4 });
    expect(list.features[0]).toEqual({
      type: 'Feature',
      id: 'town',
      geometry: { type: 'Point', coordinates: [10, 45] },
      properties: {
        label: 'A Town',
        datetime: '2020-01-01T00:00:00Z/2020-01-01T01:00:00Z',
        'parameter-name': ['p'],
        edrqueryendpoint: `${service.address}${base}/town`,
      },
    });
    for (const { properties } of list.features) {
      const { status } = await fetch(`${properties.edrqueryendpoint}?number=0`);
      expect(status).toBe(properties.label === 'No cell centre' ? 204 : 200);
    }
  });

  it.each([
    ['?bbox=0,40,20,50', ['town', 'lake', 'speck']],
    ['?bbox=170,-10,-170,20', ['isles & more']],
    ['?bbox=-185,-10,-170,20', ['isles & more']],
    ['?bbox=340,0,350,10', ['isles & more']],
    ['?bbox=60,60,70,70', []],
    ['?datetime=2020-01-01', ['town', 'lake', 'isles & more', 'speck']],
    ['?datetime=1999-01-01', []],
    ['?limit=2', ['town', 'lake']],
    ['?limit=99999', ['town', 'lake', 'isles & more', 'speck']],
    ['?f=GeoJSON', ['town', 'lake', 'isles & more', 'speck']],
    ['?f=json&limit=1', ['town']],
  ])('is filtered by %s', async (search, ids) => {
    expect(await idsOf(search)).toEqual(ids);
  });

  it.each(['?bbox=1', '?limit=0', '?datetime=soon', '?f=odd', '?colour=red'])(
    'refuses %s',
    async (search) => {
      expect((await service.get(base + search)).status).toBe(400);
    },
  );

  it('answers by POST as by GET', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ bbox: [170, -10, -170, 20] });
    const post = await service.get(base, { method: 'POST', headers, body });
    expect(((await post.json()) as Features).features.map(({ id }) => id)).toEqual(['isles & more']);
  });

  it('is escaped for people', async () => {
    const text = await (await service.get(`${base}?f=html`)).text();
    expect(text).toContain('Lake &lt;b&gt;');
    expect(text).not.toContain('<b>');
    expect(text).toContain(`${base}/isles%20%26%20more`);
  });

  it('of a layer without any is empty, and the collection does not name it', async () => {
    expect(await service.json('/collections/bare/locations')).toMatchObject({
      features: [],
      numberMatched: 0,
    });
    const queriesOf = async (id: string) =>
      (await service.json<{ data_queries: object }>(`/collections/${id}`)).data_queries;
    expect(await queriesOf('bare')).not.toHaveProperty('locations');
    expect(await queriesOf('world')).toHaveProperty('locations.link.variables.multiple_locations', true);
    expect((await service.get('/collections/nope/locations')).status).toBe(404);
  });
});

describe('data of a location', () => {
  it('is that of position for a point, and of area for polygons', async () => {
    const rest = 'number=1&datetime=2020-01-01T01:00:00Z';
    const same: readonly [string, string][] = [
      ['town', `position?coords=POINT(10+45)&${rest}`],
      ['lake', `area?coords=POLYGON((15+30,35+30,35+50,15+50,15+30))&${rest}`],
      [
        'isles%20%26%20more',
        'area?coords=MULTIPOLYGON(((-25+0,-13+0,-13+12,-25+12,-25+0)),((175+0,187+0,187+12,175+12,175+0)))' +
          `&${rest}`,
      ],
    ];
    for (const [id, query] of same) {
      const answer = await service.get(`${base}/${id}?${rest}`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual(await service.json(`/collections/world/${query}`));
    }
  });

  it('of several is a collection in their order; unknown ids and those without data are left out', async () => {
    const { type, coverages } = await service.json<{ type: string; coverages: { domain: object }[] }>(
      `${base}/lake,nope,town,speck?number=0`,
    );
    expect(type).toBe('CoverageCollection');
    expect(coverages.map(({ domain }) => domain)).toMatchObject([
      { domainType: 'Grid' },
      { domainType: 'PointSeries' },
    ]);
    const one = await service.json<{ type: string }>(`${base}/town,nope?number=0`);
    expect(one.type).toBe('CoverageCollection');
  });

  it('is 404 for one unknown id, 204 when none of several is known or has data', async () => {
    expect((await service.get(`${base}/nope`)).status).toBe(404);
    for (const ids of ['nope,neither', 'speck', 'speck,nope']) {
      expect((await service.get(`${base}/${ids}?number=0`)).status).toBe(204);
    }
  });

  it('takes parameters, forms and POST as other queries do', async () => {
    const get = await service.get(`${base}/town?number=0&parameter-name=p&f=CoverageJSON`);
    const post = await service.get(`${base}/town`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'number=0&parameter-name=p&f=CoverageJSON',
    });
    expect(post.headers.get('etag')).toBe(get.headers.get('etag'));
    expect(await post.text()).toBe(await get.text());
    for (const search of ['coords=POINT(1+1)', 'parameter-name=q', 'f=odd', 'crs=EPSG:3857'])
      expect((await service.get(`${base}/town?${search}`)).status).toBe(400);
    expect((await service.get(`${base}/${Array.from({ length: 101 }, (_, i) => i).join(',')}`)).status).toBe(
      400,
    );
  });

  it('is answered by instances too', async () => {
    const path = '/collections/world/instances/latest/locations';
    expect(await service.json(`${path}/town?number=0`)).toEqual(await service.json(`${base}/town?number=0`));
    const { features } = await service.json<Features>(path);
    expect(features[0]!.properties.edrqueryendpoint).toBe(`${service.address}${path}/town`);
  });

  it('has another tag after the place was given other coordinates', async () => {
    const tag = (await service.get(`${base}/town?number=0`)).headers.get('etag');
    const moved = [{ ...locations[0]!, geometry: { type: 'Point', coordinates: [20, 45] } as const }];
    await putLocations(service.store, { layer: 'world', locations: [...moved, ...locations.slice(1)] });
    const isNew = async () => (await service.get(`${base}/town?number=0`)).headers.get('etag') !== tag;
    await expect.poll(isNew, { timeout: 4000, interval: 100 }).toBe(true);
    await putLocations(service.store, { layer: 'world', locations });
  });
});
