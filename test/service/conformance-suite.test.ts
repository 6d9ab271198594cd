import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { CRS84, type Grid } from '../../src/grid/index.js';
import { hours, levels, memoryLayer, regular } from '../edr/memory-layer.js';
import { rawRequest } from './raw-request.js';
import { type RunningService, startService } from './running-service.js';

// The requests of ets-ogcapi-edr10 1.3 in its order, as its source makes them.

const JAVA_ACCEPT = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
const OPEN_API = 'application/vnd.oai.openapi+json;version=3.0';
const collectionNames = ['deep', 'surface'] as const;

interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
}

interface Collection {
  readonly id: string;
  readonly links: readonly Link[];
  readonly crs: readonly string[];
  readonly extent: {
    readonly spatial: { readonly bbox: readonly (readonly number[])[] };
    readonly temporal: { readonly interval: readonly (readonly unknown[])[] };
  };
  readonly parameter_names: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly data_queries: Readonly<
    Record<
      string,
      {
        readonly link: {
          readonly href: string;
          readonly variables: { readonly output_formats: readonly string[] };
        };
      }
    >
  >;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema: { readonly type?: string };
}

interface Api {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly parameters: readonly Parameter[]; readonly responses: object }>>
    >
  >;
}

let service: RunningService;
let collections: readonly Collection[];

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = (others: Partial<Grid>): Grid => ({
    crs: CRS84,
    x: regular('lon', 0, 0.5, 20, 'degrees_east'),
    y: regular('lat', 50, -0.5, 20, 'degrees_north'),
    custom: [],
    ...others,
  });
  const valueAt = ({ x = 0, y = 0, t = 0, z = 0, member = 0 }) =>
    x + 20 * y + 400 * t + 4000 * z + 40_000 * member;
  await memoryLayer(grid({ t: hours(6) }), [{ id: 'rain', axes: ['t'], valueAt }], {
    store,
    layer: 'surface',
  });
  await memoryLayer(
    grid({ t: hours(4), z: levels(1000, 850, 500), custom: [regular('member', 0, 1, 3)] }),
    [{ id: 'wind', axes: ['t', 'z', 'member'], valueAt }],
    { store, layer: 'deep' },
  );
  service = await startService(store);
  ({ collections } = await json<{ collections: Collection[] }>('/collections?f=json'));
});

afterAll(() => service.close());

const json = <T>(path: string, headers: Record<string, string> = { accept: 'application/json' }) =>
  service.json<T>(path, { headers });

/** As HttpURLConnection asks: its default Accept, parentheses as they are. */
async function askAsJava(url: string): Promise<{ status: number; head: string; body: string }> {
  const { pathname, search } = new URL(url);
  const address = `${pathname}${search.replaceAll('%20', '+')}`;
  const answer = await rawRequest(
    service.address,
    `GET ${address} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAccept: ${JAVA_ACCEPT}\r\nConnection: close\r\n\r\n`,
  );
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head, body: rest.join('\r\n\r\n') };
}

const hrefOf = (collection: Collection, query: string) => collection.data_queries[query]?.link.href;

/** Those of the collections that say they answer a query, with its address. */
function answering(query: string): { collection: Collection; href: string }[] {
  return collections.flatMap((collection) => {
    const href = hrefOf(collection, query);
    return href === undefined ? [] : [{ collection, href }];
  });
}

describe('steps 0 to 3: the landing page', () => {
  it('answers a plain request, and JSON by f', async () => {
    expect((await askAsJava(`${service.address}/`)).status).toBe(200);
    expect((await askAsJava(`${service.address}/api`)).status).toBe(200);
    expect(
      (await service.get('/?f=application/json', { headers: { accept: 'application/json' } })).status,
    ).toBe(200);
  });

  it('is JSON for Java, whose Accept begins with text/html', async () => {
    for (const path of ['/', '/conformance', '/collections', '/collections/deep']) {
      const { head, body } = await askAsJava(service.address + path);
      expect(head.toLowerCase()).toContain('content-type: application/json');
      expect(body).toContain('{');
    }
  });

  it('links the description first as OpenAPI 3.0, conformance and data', async () => {
    const { links } = await json<{ links: Link[] }>('/');
    const rels = links.map(({ rel }) => rel);
    expect(rels).toEqual(expect.arrayContaining(['service-desc', 'service-doc', 'conformance', 'data']));
    expect(links.every(({ type }) => type !== undefined)).toBe(true);
    const first = links.find(({ rel }) => rel === 'service-desc')!;
    expect(first.type).toBe(OPEN_API);
    const response = await fetch(first.href, { headers: { accept: OPEN_API } });
    expect(response.status).toBe(200);
    expect(((await response.json()) as Api).openapi).toMatch(/^3\.0/);
  });

  it('speaks HTTP/1.1', async () => {
    expect((await askAsJava(`${service.address}/`)).head).toMatch(/^HTTP\/1\.1 /);
  });
});

describe('step 4: conformance', () => {
  it('names the core of 1.0', async () => {
    const { conformsTo } = await json<{ conformsTo: string[] }>('/conformance?f=json');
    expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-edr-1/1.0/conf/core');
    expect(conformsTo).not.toContain('http://www.opengis.net/spec/ogcapi-edr-1/1.0/req/edr-geojson');
    expect(conformsTo.every((uri) => typeof uri === 'string')).toBe(true);
  });
});

describe('steps 5 and 6: collections', () => {
  it('has typed links, an extent and a known crs in each', async () => {
    const list = await json<{ links: Link[]; collections: Collection[] }>('/collections');
    expect(list.links.find(({ rel }) => rel === 'self')?.type).toBeTruthy();
    expect(list.collections.map(({ id }) => id)).toEqual(collectionNames);
    for (const { links, extent, crs, parameter_names } of list.collections) {
      expect(links.some(({ rel, type }) => ['data', 'collection'].includes(rel) && type)).toBe(true);
      expect(links.some(({ rel, type }) => ['self', 'alternate'].includes(rel) && type)).toBe(true);
      expect(extent.spatial.bbox[0]).toHaveLength(4);
      expect(crs.join()).toMatch(/CRS84|CRS:84|EPSG:4326|WGS84/);
      for (const parameter of Object.values(parameter_names)) {
        expect(parameter).toMatchObject({ type: 'Parameter', observedProperty: expect.anything() });
      }
    }
  });

  it('has the first of them under its id', async () => {
    const [first] = collections;
    expect(await json<Collection>(`/collections/${first!.id}`)).toMatchObject({ id: first!.id });
  });

  it('T3, T4: offers the same queries in each, with times that are two texts and forms of answers', () => {
    const offered = collections.map(({ data_queries }) =>
      ['trajectory', 'corridor'].filter((query) => query in data_queries),
    );
    expect(new Set(offered.map(String)).size).toBe(1);
    for (const { extent, data_queries, crs } of collections) {
      expect(extent.temporal.interval[0]!.map((end) => typeof end)).toEqual(['string', 'string']);
      expect(crs.length).toBeGreaterThan(0);
      for (const { link } of Object.values(data_queries)) {
        expect(link.href).not.toMatch(/[?{]/);
        expect(link.variables.output_formats.length).toBeGreaterThan(0);
      }
    }
  });
});

describe('steps 7 and 8: the API definition', () => {
  it('is served under its own type and names this server', async () => {
    const response = await service.get('/api', { headers: { accept: OPEN_API } });
    expect(response.headers.get('content-type')).toBe(OPEN_API);
    const api = (await response.json()) as Api;
    expect(api.servers[0]!.url).toBe(service.address);
    expect(api.paths['/collections']!.get!.responses).toHaveProperty('200');
  });

  it('defines coords, bbox and datetime as the suite compares them', async () => {
    const { paths } = await json<Api>('/api', { accept: OPEN_API });
    for (const [path, operations] of Object.entries(paths)) {
      const query = path.split('/').at(-1)!;
      const named = (name: string) =>
        Object.values(operations).flatMap(({ parameters }) => parameters.filter((one) => one.name === name));
      if (['position', 'radius', 'area', 'trajectory', 'corridor'].includes(query)) {
        expect(named('coords')).not.toEqual([]);
        for (const coords of named('coords')) {
          expect(coords).toMatchObject({
            in: 'query',
            required: true,
            explode: false,
            schema: { type: 'string' },
          });
        }
      }
      if (query === 'cube') {
        for (const bbox of named('bbox')) {
          expect(bbox).toMatchObject({ required: true, explode: false, schema: { type: 'array' } });
        }
      }
      for (const datetime of named('datetime')) {
        expect(datetime).toMatchObject({ required: false, style: 'form', explode: false });
      }
    }
  });
});

describe('step 9: queries without what they need', () => {
  const refused: readonly [string, string][] = [
    ['position', ''],
    ['position', '?coords='],
    ['position', '?coords=POINT()'],
    ['area', ''],
    ['area', '?coords='],
    ['area', '?coords=POLYGON()'],
    ['trajectory', ''],
    ['trajectory', '?coords='],
    ['trajectory', '?coords=LINESTRING()'],
    ['trajectory', '?coords=LINESTRINGM()'],
    ['trajectory', '?coords=LINESTRINGZM()'],
    ['trajectory', '?coords=LINESTRINGZ()'],
    ['corridor', '?coords='],
    ['corridor', '?coords=LINESTRING()'],
  ];

  it.each(refused)('%s%s is 400 wherever it is offered', async (query, search) => {
    for (const { href } of answering(query)) expect((await askAsJava(href + search)).status).toBe(400);
  });

  it('locations are listed without parameters', async () => {
    for (const { href } of answering('locations')) expect((await askAsJava(href)).status).toBe(200);
  });
});

describe('step 10: real queries at the centre of the extent', () => {
  /** What the suite takes from a collection. */
  function chosen(collection: Collection, query: string) {
    const [west = 0, south = 0, east = 0, north = 0] = collection.extent.spatial.bbox[0]!;
    const { output_formats: formats } = collection.data_queries[query]!.link.variables;
    return {
      x: (west + east) / 2,
      y: (south + north) / 2,
      parameter: Object.keys(collection.parameter_names)[0],
      crs: collection.crs.findLast((text) => /CRS84|CRS:84|EPSG:4326|WGS84/.test(text)),
      f: formats.findLast((token) => /^(CoverageJSON|GeoJSON)$/i.test(token)),
      datetime: collection.extent.temporal.interval[0]!.join('/'),
    };
  }

  const searches: Readonly<Record<string, (at: ReturnType<typeof chosen>) => string>> = {
    position: ({ x, y, parameter, crs, f, datetime }) =>
      `?parameter-name=${parameter}&coords=POINT(${x}+${y})&crs=${crs}&f=${f}&datetime=${datetime}`,
    area: ({ x, y, parameter, crs, f, datetime }) =>
      `?parameter-name=${parameter}&coords=POLYGON((${x - 1}+${y - 1},${x - 1}+${y + 1},${x + 1}+${y + 1},` +
      `${x + 1}+${y - 1},${x - 1}+${y - 1}))&crs=${crs}&f=${f}&datetime=${datetime}`,
    trajectory: ({ x, y, parameter, f, datetime }) =>
      `?parameter-name=${parameter}&coords=LINESTRING(${x - 1}+${y - 1},${x}+${y},${x + 1}+${y + 1})` +
      `&f=${f}&datetime=${datetime}`,
    corridor: ({ x, y, parameter, f, datetime }) =>
      `?parameter-name=${parameter}&coords=LINESTRING(${x - 1}+${y - 1},${x}+${y},${x + 1}+${y + 1})` +
      `&corridor-width=2.0&width-units=m&f=${f}&datetime=${datetime}`,
  };

  it.each(Object.keys(searches))(
    '%s answers a coverage or features wherever it is offered',
    async (query) => {
      for (const { collection, href } of answering(query)) {
        const { status, body } = await askAsJava(href + searches[query]!(chosen(collection, query)));
        expect([collection.id, status]).toEqual([collection.id, 200]);
        expect(body.split('\n').slice(0, 10).join('\n')).toMatch(/Coverage|Feature/);
      }
    },
  );

  it('answers a position in every form that is offered, or says why that form cannot hold it', async () => {
    for (const { collection, href } of answering('position')) {
      const at = chosen(collection, 'position');
      for (const f of collection.data_queries.position!.link.variables.output_formats) {
        const one = `?parameter-name=${at.parameter}&coords=POINT(${at.x}+${at.y})&f=${f}`;
        const search = collection.id === 'deep' ? `${one}&z=850&member=1` : one;
        const { status, body } = await askAsJava(href + search);
        if (/^(CoverageJSON|GeoJSON)$/.test(f)) expect([f, status]).toEqual([f, 200]);
        else if (status !== 200) expect([status, body]).toEqual([400, expect.stringContaining(f)]);
      }
    }
  });
});

describe('step 11: GeoJSON', () => {
  it('is what locations are, where it is declared', async () => {
    const { conformsTo } = await json<{ conformsTo: string[] }>('/conformance');
    if (!conformsTo.includes('http://www.opengis.net/spec/ogcapi-edr-1/1.0/conf/geojson')) return;
    for (const { href } of answering('locations')) {
      const response = await fetch(`${href}?f=GeoJSON`, { headers: { accept: 'application/json' } });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ type: 'FeatureCollection', features: expect.any(Array) });
    }
  });
});
