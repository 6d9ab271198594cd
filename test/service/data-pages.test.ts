import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hours, memoryLayer, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

interface Page {
  readonly parameters: unknown;
  readonly features: readonly {
    readonly id: number;
    readonly properties: Readonly<Record<string, unknown>>;
  }[];
  readonly links?: readonly { readonly rel: string; readonly href: string }[];
  readonly numberMatched?: number;
  readonly numberReturned?: number;
}

let service: RunningService;
let small: RunningService;

beforeAll(async () => {
  const store = await sampleCollections();
  const valueAt = ({ t = 0, y = 0, x = 0 }) => (x % 11 === 5 ? Number.NaN : t * 10_000 + y * 40 + x);
  await memoryLayer(
    worldGrid({ t: hours(17) }),
    ['p', 'q', 'r'].map((id) => ({ id, axes: ['t'], valueAt })),
    { store, layer: 'large', tileShape: { t: 1, row: 6, col: 12 } },
  );
  service = await startService(store);
  small = await startService(store, { maxCells: 1000 });
});

afterAll(async () => {
  await service.close();
  await small.close();
});

const ofCollection = (query: string) => `/collections/${query}`;
const triangle = 'coords=POLYGON((0 40,25 40,0 70,0 40))';
const world = 'coords=POLYGON((-180 -90,180 -90,180 90,-180 90,-180 -90))';

/** Without the address, which is that of the page. */
function plain({ features }: Page) {
  return features.map(({ properties: { edrqueryendpoint: _, ...properties }, ...rest }) => ({
    ...rest,
    properties,
  }));
}

const nextOf = ({ links }: Page) => links!.find(({ rel }) => rel === 'next')?.href;

describe('the pages of an answer as GeoJSON', () => {
  it.each([
    ['an area', `world/area?${triangle}`],
    ['an area over levels, times and members', `deep/area?${triangle}`],
    ['an area across the antimeridian', 'world/area?coords=POLYGON((170 -20,190 -20,190 20,170 20,170 -20))'],
    ['parameters with other axes', `mixed/area?${triangle}`],
    ['samples', `world/area?${triangle}&resolution-x=4&resolution-y=2`],
    ['circles', 'world/radius?coords=MULTIPOINT(179 0,-150 80)&within=1500&within-units=km'],
    ['one cell over times', 'world/radius?coords=POINT(10 55)&within=5&within-units=km'],
    ['one cell over times and levels', 'deep/radius?coords=POINT(10 55)&within=5&within-units=km'],
    ['a mean of times', `world/area?${triangle}&aggregation=(mean,t)`],
    ['a mean of rows', `deep/area?${triangle}&aggregation=(mean,y)`],
    [
      'a mean of polygons',
      'world/area?coords=MULTIPOLYGON(((0 0,30 0,0 30,0 0)),((90 0,120 0,90 30,90 0)))&aggregation=(mean,x,y)',
    ],
    ['a point over levels, times and members', 'deep/position?coords=POINT(20 45)'],
    ['a profile of each member', 'deep/position?coords=POINT(20 45)&datetime=2020-01-01T01:00Z'],
    ['series of points', 'world/position?coords=MULTIPOINT(10 55,0 45,20 65,30 5)'],
    ['points at one time', 'deep/position?coords=MULTIPOINT(10 55,0 45,20 65)&datetime=2020-01-01T01:00Z'],
    [
      'points between cells',
      'world/position?coords=MULTIPOINT(11 56,1 44)&method=linear&datetime=2020-01-01T01:00Z',
    ],
    ['a place', 'world/locations/town?datetime=../..'],
    ['a region', 'world/locations/lake?datetime=../..'],
    ['several places', 'world/locations/town,lake?datetime=../..'],
  ])('are together the whole, each with its number, the last without a link: %s', async (_name, query) => {
    const path = `${ofCollection(query)}&f=GeoJSON`;
    const whole = await service.json<Page>(path);
    expect(whole.links).toBeUndefined();
    const expected = plain(whole);
    for (const limit of [1, 5, 13].filter((one) => expected.length / one <= 25)) {
      const joined: unknown[] = [];
      let next: string | undefined = `${service.address}${path}&limit=${limit}`;
      while (next !== undefined) {
        const response: Response = await fetch(next);
        expect([next, response.status]).toEqual([next, 200]);
        const page = (await response.json()) as Page;
        expect(page.parameters).toEqual(whole.parameters);
        expect(page.numberMatched).toBe(expected.length);
        expect(page.numberReturned).toBe(page.features.length);
        expect(page.features.length).toBe(Math.min(limit, expected.length - joined.length));
        joined.push(...plain(page));
        next = nextOf(page);
      }
      expect(joined).toEqual(expected);
    }
  });

  it('keep everything else of the query, and are GeoJSON whoever follows the link', async () => {
    const path = ofCollection(`deep/area?${triangle}&custom.number=1&z=500&parameter_names=p&limit=2`);
    const page = (await (
      await service.get(path, { headers: { accept: 'application/geo+json' } })
    ).json()) as Page;
    const { searchParams } = new URL(nextOf(page)!);
    expect(Object.fromEntries(searchParams)).toEqual({
      coords: 'POLYGON((0 40,25 40,0 70,0 40))',
      'custom.number': '1',
      z: '500',
      parameter_names: 'p',
      limit: '2',
      offset: '2',
      f: 'GeoJSON',
    });
  });

  it('take the work of their features, whatever the size of the whole', async () => {
    const path = ofCollection(`large/area?${world}&f=GeoJSON`);
    const workOf = async (page: string) => {
      const response = await service.get(path + page, { method: 'HEAD' });
      return Number(/tiles=(\d+)/.exec(response.headers.get('tilecurve-work')!)![1]);
    };
    expect(await workOf('')).toBe(17 * 9 * 3);
    // Part of a row, in one tile or two.
    expect(await workOf('&limit=10')).toBe(2 * 3);
    expect(await workOf('&limit=6&offset=10800')).toBe(3);
    expect(await workOf('&limit=10&offset=99999')).toBe(0);
    expect((await small.get(path)).status).toBe(413);
    expect((await small.get(`${path}&limit=1000`)).status).toBe(413);
    const page = await small.json<Page>(`${path}&limit=100&offset=11000`);
    expect(page).toMatchObject({ numberMatched: 17 * 648, numberReturned: 16 });
  });

  it('are refused where it would take too many cells to know which are inside', async () => {
    // They went round the limit: a page of one feature held a mask of all cells, up to a gigabyte.
    for (const query of [`area?${world}`, 'radius?coords=POINT(0 0)&within=9000&within-units=km']) {
      const path = ofCollection(`world/${query}&resolution-x=40&resolution-y=30&f=GeoJSON&limit=1`);
      for (const offset of [0, 999_999]) {
        const response = await small.get(`${path}&offset=${offset}`);
        expect([path, response.status]).toEqual([path, 413]);
        expect(await response.json()).toMatchObject({ cells: 1200, maxCells: 1000 });
      }
      const page = await small.json<Page>(path.replace('resolution-y=30', 'resolution-y=20'));
      expect(page.numberReturned).toBe(1);
    }
  });

  it('have 10000 features at most, and are streamed', async () => {
    const path = ofCollection(`large/area?${world}&f=GeoJSON`);
    const response = await service.get(`${path}&limit=99999`);
    expect(response.headers.get('content-length')).toBeNull();
    const first = (await response.json()) as Page;
    expect(first).toMatchObject({ numberMatched: 11_016, numberReturned: 10_000 });
    const next = new URL(nextOf(first)!);
    expect([next.searchParams.get('limit'), next.searchParams.get('offset')]).toEqual(['10000', '10000']);
    const second = (await (await fetch(next)).json()) as Page;
    expect(nextOf(second)).toBeUndefined();
    expect([...first.features, ...second.features].map(({ id }) => id)).toEqual(
      Array.from({ length: 11_016 }, (_, i) => i + 1),
    );
  });

  it('are empty behind the last feature, and not there where there is no data', async () => {
    for (const query of [`world/area?${triangle}`, `world/area?${triangle}&aggregation=(mean,t)`]) {
      const page = await service.json<Page>(`${ofCollection(query)}&f=GeoJSON&limit=5&offset=1000`);
      expect(page).toMatchObject({ features: [], links: [], numberReturned: 0 });
    }
    const nowhere = 'world/area?coords=POLYGON((1 1,2 1,2 2,1 1))&f=GeoJSON&limit=5';
    expect((await service.get(ofCollection(nowhere))).status).toBe(204);
  });

  it('are asked for in the body of a POST, which has no address for a link', async () => {
    const ask = async (offset: number) => {
      const body = JSON.stringify({
        coords: 'POLYGON((0 40,25 40,0 70,0 40))',
        f: 'GeoJSON',
        limit: 20,
        offset,
      });
      const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
      return service.json<Page>(ofCollection('world/area'), init);
    };
    const [first, second] = [await ask(0), await ask(20)];
    expect([first.links, second.links]).toEqual([[], []]);
    const whole = await service.json<Page>(`${ofCollection(`world/area?${triangle}`)}&f=GeoJSON`);
    expect([...plain(first), ...plain(second)]).toEqual(plain(whole));
  });

  it('are nothing that other forms have', async () => {
    const path = ofCollection(`world/area?${triangle}`);
    for (const f of ['CoverageJSON', 'CSV']) {
      const [whole, limited] = await Promise.all(
        ['', '&limit=2&offset=3'].map(async (page) => (await service.get(`${path}&f=${f}${page}`)).text()),
      );
      expect(limited).toBe(whole);
    }
  });

  it.each(['limit=0', 'limit=-1', 'limit=1.5', 'limit=ten', 'offset=-1', 'offset=x'])(
    '%s is 400, in every form',
    async (page) => {
      for (const f of ['GeoJSON', 'CoverageJSON']) {
        const response = await service.get(`${ofCollection(`world/area?${triangle}`)}&f=${f}&${page}`);
        expect(response.status).toBe(400);
        expect(((await response.json()) as { detail: string }).detail).toContain(page.split('=')[0]!);
      }
    },
  );
});
