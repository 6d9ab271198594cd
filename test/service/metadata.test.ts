import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { coverageFormats } from '../../src/formats/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { rawRequest } from './raw-request.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ x = 0 }) => x;
  await memoryLayer(
    worldGrid({ t: hours(5), z: levels(1000, 500), custom: [regular('number', 0, 1, 5)] }),
    [{ id: 'p', axes: ['t', 'z', 'number'], valueAt }],
    { store, layer: 'deep' },
  );
  await memoryLayer(worldGrid(), [{ id: 'p', axes: [], valueAt }], { store, layer: 'flat' });
  service = await startService(store);
});

afterAll(() => service.close());

interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
}

interface Collection {
  readonly id: string;
  readonly crs: readonly string[];
  readonly output_formats: readonly string[];
  readonly extent: {
    readonly spatial: { readonly bbox: unknown };
    readonly temporal: { readonly interval: readonly [[string, string]] };
    readonly vertical?: unknown;
    readonly custom?: unknown;
  };
  readonly parameter_names: Readonly<Record<string, unknown>>;
  readonly data_queries: Readonly<Record<string, { link: { href: string; variables: unknown } }>>;
}

interface Api {
  readonly openapi: string;
  readonly servers: unknown;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { parameters: { name: string; in: string }[] }>>>
  >;
}

const json = <T>(path: string, init?: RequestInit) => service.json<T>(path, init);

describe('the landing page', () => {
  it('links what a client needs, absolutely and with types', async () => {
    const { links } = await json<{ links: Link[] }>('/');
    expect(links.map(({ rel }) => rel)).toEqual(
      expect.arrayContaining(['self', 'alternate', 'service-desc', 'service-doc', 'conformance', 'data']),
    );
    expect(links.filter(({ rel }) => rel === 'service-desc').map(({ type }) => type)).toEqual([
      'application/vnd.oai.openapi+json;version=3.0',
      'application/vnd.oai.openapi+json;version=3.1',
    ]);
    for (const { href, type } of links) {
      expect(href.startsWith(service.address)).toBe(true);
      expect((await fetch(href, { headers: { accept: type } })).status).toBe(200);
    }
  });

  it('is a plain page for browsers where the map is not built', async () => {
    const browser = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } };
    expect((await service.get('/', browser)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await (await service.get('/?f=html')).text()).toContain('/collections');
    expect((await service.get('/')).headers.get('content-type')).toBe('application/json');
  });

  it('is the built page where there is one', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tilecurve-page-'));
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<!doctype html><title>map</title>');
    await writeFile(join(directory, 'assets', 'main-abc.js'), 'export {};');
    const withPage = await startService(createMemoryStore(), { pageDirectory: directory });
    try {
      const page = await withPage.get('/', { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(await page.text()).toContain('map');
      expect((await withPage.get('/?f=html')).headers.get('content-type')).toMatch(/^text\/html/);
      expect((await withPage.get('/?f=json')).headers.get('content-type')).toBe('application/json');
      expect((await withPage.get('/', { headers: { accept: '*/*' } })).headers.get('content-type')).toBe(
        'application/json',
      );
      const asset = await withPage.get('/assets/main-abc.js');
      expect(asset.headers.get('cache-control')).toContain('immutable');
      expect((await withPage.get('/assets/..%2f..%2fetc%2fpasswd')).status).toBe(404);
    } finally {
      await withPage.close();
      await rm(directory, { recursive: true });
    }
  });

  it('takes the host from the request only when it is one', async () => {
    const ask = (host: string) =>
      rawRequest(service.address, `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(await ask('data.example.org')).toContain('http://data.example.org/collections');
    for (const host of ['a/b', 'a b', '"x"', '<script>', 'x'.repeat(300)])
      expect(await ask(host)).toMatch(/^HTTP\/1.1 400/);
    const old = await rawRequest(service.address, 'GET / HTTP/1.0\r\n\r\n');
    expect(old).toContain(`${service.address}/collections`);
  });

  it('believes a proxy only when told to', async () => {
    const headers = { 'x-forwarded-host': 'public.example', 'x-forwarded-proto': 'https' };
    expect(JSON.stringify(await json('/', { headers }))).not.toContain('public.example');
    const behind = await startService(createMemoryStore(), { trustProxy: true });
    expect(await (await behind.get('/', { headers })).text()).toContain('https://public.example/collections');
    await behind.close();
  });
});

describe('conformance', () => {
  it('names the EDR core and nothing that is missing', async () => {
    const { conformsTo } = await json<{ conformsTo: string[] }>('/conformance?f=json');
    expect(conformsTo).toContain('http://www.opengis.net/spec/ogcapi-edr-1/1.0/conf/core');
    expect(conformsTo).toContain('https://www.opengis.net/spec/ogcapi-edr-1/1.2/conf/oas31');
    expect(conformsTo.filter((uri) => /edr-geojson|html/.test(uri))).toEqual([]);
  });
});

describe('collections', () => {
  it('have what EDR requires, the same alone and in the list', async () => {
    const { links, collections } = await json<{ links: Link[]; collections: Collection[] }>('/collections');
    expect(links[0]).toMatchObject({ rel: 'self', type: 'application/json' });
    expect(collections.map(({ id }) => id)).toEqual(['deep', 'flat']);
    for (const collection of collections) {
      expect(await json(`/collections/${collection.id}`)).toEqual(collection);
      for (const key of [
        'links',
        'id',
        'extent',
        'data_queries',
        'crs',
        'output_formats',
        'parameter_names',
      ]) {
        expect(collection).toHaveProperty(key);
      }
      expect(collection.crs.at(-1)).toBe('CRS84');
      expect(collection.output_formats).toEqual(coverageFormats.map(({ token }) => token));
      expect(collection.output_formats[0]).toBe('CoverageJSON');
      expect(collection.extent.spatial.bbox).toEqual([[-180, -90, 180, 90]]);
      const [start, end] = collection.extent.temporal.interval[0];
      expect(Number.isNaN(Date.parse(start)) || Number.isNaN(Date.parse(end))).toBe(false);
      expect(collection.parameter_names.p).toMatchObject({
        type: 'Parameter',
        observedProperty: {},
        unit: { label: 'K' },
      });
      for (const [name, { link }] of Object.entries(collection.data_queries)) {
        expect(link.href).toBe(`${service.address}/collections/${collection.id}/${name}`);
        expect(link.variables).toMatchObject({ query_type: name, output_formats: expect.any(Array) });
      }
    }
  });

  it('say the units of the queries that have some', async () => {
    const { data_queries } = await json<Collection>('/collections/deep');
    const distances = ['km', 'm', 'mi', 'nmi'];
    expect(data_queries.radius?.link.variables).toMatchObject({ within_units: distances });
    expect(data_queries.corridor?.link.variables).toMatchObject({
      width_units: distances,
      height_units: ['hPa', 'Pa', 'mbar', 'kPa'],
    });
    expect(data_queries.cube?.link.variables).toMatchObject({ height_units: ['hPa'] });
  });

  it('say how their times, levels and dimensions run', async () => {
    const { extent } = await json<Collection>('/collections/deep');
    expect(extent.temporal).toMatchObject({
      interval: [['2020-01-01T00:00:00Z', '2020-01-01T04:00:00Z']],
      values: ['R4/2020-01-01T00:00:00Z/PT1H'],
    });
    expect(extent.vertical).toMatchObject({ interval: [['500', '1000']], values: ['1000', '500'] });
    expect(extent.custom).toMatchObject([{ id: 'number', interval: [['0', '4']], values: ['R4/0/1'] }]);
  });

  it('answer with and without a trailing slash, and 404 for others', async () => {
    expect(await json('/collections/deep/')).toEqual(await json('/collections/deep'));
    for (const name of ['nope', 'UPPER', '..', '%00', 'x'.repeat(400)]) {
      expect(
        (await service.get(`/collections/${encodeURIComponent(name)}/position?coords=POINT(0+0)`)).status,
      ).toBe(404);
    }
  });
});

describe('the API description', () => {
  it('is OpenAPI 3.0 under its exact media type, at the address asked', async () => {
    const response = await service.get('/api');
    expect(response.headers.get('content-type')).toBe('application/vnd.oai.openapi+json;version=3.0');
    const api = (await response.json()) as Api;
    expect(api.openapi).toMatch(/^3\.0/);
    expect(api.servers).toEqual([{ url: service.address }]);
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining([
        '/',
        '/conformance',
        '/api',
        '/collections',
        '/collections/{collectionId}/position',
      ]),
    );
  });

  it('describes required parameters as EDR wants them', async () => {
    const { paths } = await json<Api>('/api', { headers: { accept: 'application/json' } });
    const parameter = (query: string, name: string) =>
      paths[`/collections/{collectionId}/${query}`]?.get?.parameters.find(
        (one: { name: string }) => one.name === name,
      );
    for (const query of ['position', 'radius', 'area', 'trajectory', 'corridor']) {
      expect(parameter(query, 'coords')).toMatchObject({
        required: true,
        explode: false,
        schema: { type: 'string' },
      });
    }
    expect(parameter('cube', 'bbox')).toMatchObject({
      required: true,
      explode: false,
      schema: { type: 'array' },
    });
    for (const query of ['position', 'radius', 'area', 'cube', 'trajectory', 'corridor']) {
      expect(parameter(query, 'datetime')).toMatchObject({ required: false, style: 'form', explode: false });
    }
  });

  it('resolves every reference inside itself and names every path part', async () => {
    const api = await json<Api>('/api');
    const refs = JSON.stringify(api).match(/"\$ref":"([^"]+)"/g) ?? [];
    expect(refs.every((ref) => ref.includes('#/components/schemas/Problem'))).toBe(true);
    for (const [path, operations] of Object.entries(api.paths)) {
      const parts = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(operations)) {
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(parts);
      }
    }
  });
});

describe('operations', () => {
  it('show metrics and health', async () => {
    await service.get('/collections/flat/position?coords=POINT(0+0)').then((response) => response.text());
    const metrics = await (await service.get('/metrics')).text();
    expect(metrics).toMatch(/^tilecurve_requests_in_flight 1$/m);
    expect(metrics).toContain(
      'tilecurve_requests_total{method="GET",route="/collections/:collectionId/position",status="200"}',
    );
    expect(metrics).toContain('tilecurve_request_duration_seconds_bucket');
    expect(metrics).toMatch(/^tilecurve_segment_cache_opens \d+$/m);
    expect(await json('/health/live')).toEqual({ status: 'ok' });
    expect(await json('/health/ready')).toEqual({ status: 'ok' });
  });
});
