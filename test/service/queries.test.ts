import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { rawRequest } from './raw-request.js';
import { type RunningService, startService } from './running-service.js';

const position = '/collections/world/position?coords=POINT(10+45)';
const cube = '/collections/world/cube?bbox=0,0,50,50';
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, y = 0, x = 0, number = 0 }) => number * 100_000 + t * 10_000 + y * 40 + x;
  await memoryLayer(worldGrid({ t: hours(4) }), [{ id: 'p', axes: ['t'], valueAt }], {
    store,
    layer: 'world',
  });
  await memoryLayer(
    worldGrid({ custom: [regular('number', 0, 1, 3)] }),
    [{ id: 'p', axes: ['number'], valueAt }],
    {
      store,
      layer: 'members',
    },
  );
  service = await startService(store, { maxCells: 1000 });
});

afterAll(() => service.close());

describe('a data query', () => {
  it('answers CoverageJSON with what caches and browsers need', async () => {
    const response = await service.get(`${position}&parameter-name=p&f=CoverageJSON`);
    expect(response.status).toBe(200);
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.cov+json',
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding',
      'access-control-allow-origin': '*',
      'content-crs': '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.etag).toMatch(/^"[^"]+"$/);
    expect(headers['server-timing']).toMatch(/^plan;dur=[\d.]+, read;dur=[\d.]+$/);
    expect(headers['tilecurve-work']).toMatch(/^segments=1;tiles=1;bytes=\d+$/);
    expect(headers['access-control-expose-headers']).toContain('ETag');
    expect(await response.json()).toMatchObject({ ranges: { p: { values: [161, 10_161, 20_161, 30_161] } } });
  });

  it.each([
    ['&f=covjson', 'application/vnd.cov+json'],
    ['&f=COVERAGEJSON', 'application/vnd.cov+json'],
    ['&f=application/vnd.cov%2Bjson', 'application/vnd.cov+json'],
    ['&f=application/vnd.cov+json', 'application/vnd.cov+json'],
    ['&f=application/prs.coverage%2Bjson', 'application/prs.coverage+json'],
    ['&f=application/json', 'application/json'],
  ])('takes %s', async (f, type) => {
    expect((await service.get(position + f)).headers.get('content-type')).toBe(type);
  });

  it.each([
    ['*/*', 'application/vnd.cov+json'],
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'application/vnd.cov+json'],
    ['application/json', 'application/json'],
    ['application/json;q=0.5, application/prs.coverage+json', 'application/prs.coverage+json'],
    ['application/*', 'application/vnd.cov+json'],
  ])('answers Accept: %s', async (accept, type) => {
    expect((await service.get(position, { headers: { accept } })).headers.get('content-type')).toBe(type);
  });

  it('is 406 for an Accept it cannot meet, unless f says', async () => {
    const headers = { accept: 'text/turtle, application/json;q=0, application/vnd.cov+json;q=0, */*;q=0' };
    const refused = await service.get(position, { headers });
    expect(refused.status).toBe(406);
    expect((await service.get(`${position}&f=covjson`, { headers })).status).toBe(200);
  });

  it('accepts the spellings of other clients', async () => {
    for (const alias of ['parameter_names=p', 'cube-z=1', 'limit=5']) {
      const path = alias.startsWith('limit') ? position : cube;
      expect((await service.get(`${path}&${alias}`)).status).toBe(200);
    }
  });

  it('is 204 with an empty body where nothing matches', async () => {
    for (const path of [
      `${position}&datetime=1999-01-01`,
      '/collections/world/area?coords=POLYGON((1+1,2+1,2+2,1+1))',
    ]) {
      const response = await service.get(path);
      expect(response.status).toBe(204);
      expect(await response.text()).toBe('');
    }
  });

  it('takes dimensions of the layer under their own names', async () => {
    const all = await service.json<{ coverages: { number: number }[] }>(
      '/collections/members/position?coords=POINT(0+85)',
    );
    expect(all.coverages.map(({ number }) => number)).toEqual([0, 1, 2]);
    const one = await (await service.get('/collections/members/position?coords=POINT(0+85)&number=2')).json();
    expect(one).toMatchObject({ type: 'Coverage', number: 2, ranges: { p: { values: [200_000] } } });
    expect((await service.get(`${position}&number=2`)).status).toBe(400);
  });

  it('answers a radius, a trajectory, a corridor, and positions between cells', async () => {
    const at = 'datetime=2020-01-01T01:00:00Z';
    const query = async (path: string) => (await service.get(`/collections/world/${path}`)).json();
    expect(await query(`radius?coords=POINT(10+45)&within=0.5&within-units=nmi&${at}`)).toMatchObject({
      domain: { domainType: 'Grid' },
      ranges: { p: { values: [10_161] } },
    });
    expect(await query(`trajectory?coords=LINESTRING(10+45,20+45)&${at}`)).toMatchObject({
      domain: { domainType: 'Trajectory' },
      ranges: { p: { axisNames: ['composite'], values: [10_161, 10_162] } },
    });
    expect(await query('trajectory?coords=LINESTRINGM(10+45+1577836800,20+45+1577840400)')).toMatchObject({
      ranges: { p: { values: [161, 10_162] } },
    });
    expect(await query(`position?coords=POINT(15+45)&method=linear&${at}`)).toMatchObject({
      ranges: { p: { values: [10_161.5] } },
    });
  });

  it('answers the corridor and the trajectory of a conformance test: narrow, without a height, at all times', async () => {
    const times = 'datetime=2020-01-01T00:00:00Z/2020-01-01T03:00:00Z';
    const line = 'parameter-name=p&coords=LINESTRING(9+44,10+45,11+46)&f=CoverageJSON';
    const corridor = await service.json<{ ranges: { p: { values: number[] } } }>(
      `/collections/world/corridor?${line}&corridor-width=2.0&width-units=m&${times}`,
    );
    expect(corridor.ranges.p.values).toEqual([161, 10_161, 20_161, 30_161]);
    const trajectory = await service.json<{ coverages: { ranges: { p: { values: number[] } } }[] }>(
      `/collections/world/trajectory?${line}&${times}`,
    );
    expect(trajectory.coverages.map(({ ranges }) => ranges.p.values[0])).toEqual([
      161, 10_161, 20_161, 30_161,
    ]);
  });

  it('is 413 beyond the limit, with the cells asked and allowed', async () => {
    const response = await service.get('/collections/world/cube?bbox=-180,-90,180,90');
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ cells: 36 * 18 * 4, maxCells: 1000 });
  });
});

describe('a bad request', () => {
  it.each([
    ['/collections/world/position', 'coords is missing'],
    ['/collections/world/position?coords=', 'coords is empty'],
    ['/collections/world/position?coords=POINT()', 'no point'],
    ['/collections/world/area', 'coords is missing'],
    ['/collections/world/area?coords=POLYGON()', 'no polygon'],
    ['/collections/world/area?coords=POINT(1+1)', 'wrong geometry'],
    ['/collections/world/radius', 'coords is missing'],
    ['/collections/world/radius?coords=POINT(1+1)&within=1', 'within-units is missing'],
    ['/collections/world/radius?coords=POINT(1+1)&within-units=km', 'within is missing'],
    ['/collections/world/radius?coords=POINT(1+1)&within=1&within-units=cubits', 'unknown unit'],
    ['/collections/world/radius?coords=POINT(1+1)&within=-1&within-units=km', 'negative distance'],
    ['/collections/world/radius?coords=POINT(1+1)&within=99999&within-units=km', 'beyond the Earth'],
    ['/collections/world/trajectory', 'coords is missing'],
    ['/collections/world/trajectory?coords=LINESTRING()', 'no vertices'],
    ['/collections/world/trajectory?coords=LINESTRINGZ()', 'no vertices'],
    ['/collections/world/trajectory?coords=LINESTRINGM()', 'no vertices'],
    ['/collections/world/trajectory?coords=LINESTRINGZM()', 'no vertices'],
    ['/collections/world/trajectory?coords=LINESTRINGZ(1+1+1,2+2+2)&z=1', 'levels twice'],
    ['/collections/world/trajectory?coords=LINESTRINGM(1+1+1,2+2+2)&datetime=2020', 'times twice'],
    ['/collections/world/corridor', 'coords is missing'],
    ['/collections/world/corridor?coords=LINESTRING()', 'no vertices'],
    ['/collections/world/corridor?coords=LINESTRING(1+1,2+2)', 'corridor-width is missing'],
    ['/collections/world/corridor?coords=LINESTRING(1+1,2+2)&corridor-width=1', 'width-units is missing'],
    [
      '/collections/world/corridor?coords=LINESTRING(1+1,2+2)&corridor-width=1&width-units=km&corridor-height=1',
      'height-units is missing',
    ],
    [
      '/collections/world/corridor?coords=LINESTRING(1+1,2+2)&corridor-width=1&width-units=km&resolution-x=-5',
      'negative',
    ],
    [`${position}&method=cubic`, 'unknown method'],
    ['/collections/world/cube', 'bbox is missing'],
    ['/collections/world/cube?bbox=1,2,3', 'bbox is short'],
    [`${position}&coords=POINT(1+1)`, 'given twice'],
    [`${position}&parameter-name=p&parameter_names=p`, 'given twice under two names'],
    [`${position}&colour=red`, 'unknown'],
    [`${position}&f=xml`, 'unknown f'],
    [`${position}&crs=EPSG:1`, 'unknown crs'],
    [`${position}&parameter-name=q`, 'unknown parameter'],
    [`${position}&datetime=tomorrow`, 'bad datetime'],
    [`${position}&z=high`, 'bad z'],
    [`${position}&limit=0`, 'bad limit'],
    [`${cube}&resolution-x=ten`, 'no number'],
    ['/collections/world?x=1', 'unknown on metadata'],
    [`${position}&${'a=1&'.repeat(200)}`, 'too many'],
  ])('%s is 400: %s', async (path) => {
    const response = await service.get(path);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const body = (await response.json()) as { detail: string; description: string };
    expect(body).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400, code: '400' });
    expect(body.detail).toBe(body.description);
    expect(body.detail.length).toBeLessThan(1000);
  });

  it('names the known parameters', async () => {
    const { detail } = await service.json<{ detail: string }>(`${position}&colour=red`);
    for (const name of ['colour', 'coords', 'parameter-name', 'datetime', 'crs'])
      expect(detail).toContain(name);
  });

  it.each(['/nope', '/collections/world/nope', '/collections/world/position/x', '/%'])(
    '%s is no address',
    async (path) => {
      const response = await service.get(path);
      expect([400, 404]).toContain(response.status);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    },
  );

  it('survives hostile texts', async () => {
    const big = 'x'.repeat(60_000);
    for (const path of [
      `/collections/world/area?coords=POLYGON${'('.repeat(50_000)}`,
      `/collections/world/area?coords=${big}`,
      `${position}&datetime=${'2020-01-01,'.repeat(5000)}`,
      `${position}&z=${big}`,
      `${position}&${big}=1`,
      `${position}&parameter-name=${'p,'.repeat(20_000)}`,
      `/collections/world/position?coords=POINT(NaN+NaN)`,
      `/collections/world/position?coords=POINT(%ff%fe+1)`,
    ]) {
      expect((await service.get(path)).status).toBe(400);
    }
    expect((await service.get(`${position}&z=${'1'.repeat(70_000)}`)).status).toBe(414);
    const huge = await rawRequest(
      service.address,
      `GET /?${'x'.repeat(1_000_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    );
    expect(huge === '' || /^HTTP\/1.1 431/.test(huge)).toBe(true);
    expect((await service.get('/health/live')).status).toBe(200);
  });
});

describe('methods', () => {
  it('HEAD has the headers of GET and no body', async () => {
    for (const path of [
      position,
      '/',
      '/collections',
      '/collections/world',
      '/api',
      '/conformance',
      '/metrics',
      '/health/live',
    ]) {
      const [head, get] = [await service.get(path, { method: 'HEAD' }), await service.get(path)];
      expect([head.status, head.headers.get('content-type')]).toEqual([
        get.status,
        get.headers.get('content-type'),
      ]);
      expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
      expect(await head.text()).toBe('');
      await get.text();
    }
    expect((await service.get('/collections/world/position', { method: 'HEAD' })).status).toBe(400);
    expect((await service.get(`${position}&datetime=1999-01-01`, { method: 'HEAD' })).status).toBe(204);
  });

  it('others are 405 with Allow, whatever they carry', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
      const response = await service.get(position, {
        method,
        body: 'a=1',
        headers: { 'content-type': 'text/odd' },
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
      await response.text();
    }
    expect((await service.get('/layers/world/tiles')).headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('OPTIONS answers preflights and says what is allowed', async () => {
    const headers = { origin: 'http://elsewhere', 'access-control-request-method': 'GET' };
    const response = await service.get(position, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-methods')).toContain('GET');
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
  });
});

describe('revalidation', () => {
  const status = async (path: string, tag: string) =>
    (await service.get(path, { headers: { 'if-none-match': tag } })).status;

  it.each([
    position,
    cube,
    '/collections',
    '/api',
    '/layers/world',
    '/layers/world/point?lon=1&lat=1',
    '/layers/world/tiles/0/p/0/0',
    '/tiles/world/0/0/0.png',
  ])('is 304 for %s with its tag, among others, weak, or *', async (path) => {
    const tag = (await service.get(path)).headers.get('etag')!;
    expect(tag).toMatch(/^"/);
    for (const header of [tag, `"other", ${tag}`, `W/${tag}`]) {
      const response = await service.get(path, { headers: { 'if-none-match': header } });
      expect(response.status).toBe(304);
      expect(response.headers.get('etag')).toBe(tag);
      expect(await response.text()).toBe('');
    }
    expect(await status(path, '"other"')).toBe(200);
    expect(await status(path, tag.replaceAll('"', ''))).toBe(200);
  });

  it('has one tag for all spellings of a query, and another for another query', async () => {
    const tagOf = async (path: string) => (await service.get(path)).headers.get('etag');
    const tag = await tagOf(`${position}&parameter-name=p&datetime=../..`);
    expect(
      await tagOf(`/collections/world/position?datetime=../..&parameter_names=p&coords=POINT(10%2045)`),
    ).toBe(tag);
    expect(await tagOf(`${position}&parameter-name=p`)).not.toBe(tag);
    expect(await tagOf(`${position}&parameter-name=p&datetime=../..&f=application/json`)).not.toBe(tag);
  });

  it('* means any answer there is, and none where there is no data', async () => {
    expect(await status(position, '*')).toBe(304);
    expect(await status(`${position}&datetime=1999-01-01`, '*')).toBe(204);
    expect(await status('/collections/world/area?coords=POLYGON((1+46,9+46,9+54,1+46))', '*')).toBe(204);
  });
});
