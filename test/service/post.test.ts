import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }) =>
    number * 1e6 + t * 100_000 + z * 10_000 + y * 40 + x;
  await memoryLayer(
    worldGrid({ t: hours(4), z: levels(1000, 500), custom: [regular('number', 0, 1, 3)] }),
    [
      { id: 'p', axes: ['t', 'z', 'number'], valueAt },
      { id: 'q', axes: ['t', 'z', 'number'], valueAt },
    ],
    { store, layer: 'world' },
  );
  service = await startService(store, { maxCells: 5000 });
});

afterAll(() => service.close());

function post(
  path: string,
  body: unknown,
  { type = JSON_TYPE, headers = {} }: { type?: string; headers?: Record<string, string> } = {},
) {
  return service.get(path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const url = (query: string) => `/collections/world/${query}`;

/** The same query as an address, as JSON and as a form. */
const queries: readonly [string, string, object][] = [
  [
    'position',
    'coords=POINT(10+45)&z=1000&datetime=2020-01-01T01:00:00Z&parameter-name=p&number=1',
    {
      coords: 'POINT(10 45)',
      z: 1000,
      datetime: '2020-01-01T01:00:00Z',
      'parameter-name': ['p'],
      number: 1,
    },
  ],
  [
    'position',
    'coords=POINT(10+45)&z=1000,500&datetime=2020-01-01T00:00:00Z,2020-01-01T02:00:00Z&parameter-name=p,q&number=0,2',
    {
      coords: 'POINT(10 45)',
      z: [1000, '500'],
      datetime: ['2020-01-01T00:00:00Z', '2020-01-01T02:00:00Z'],
      'parameter-name': ['p', 'q'],
      number: [0, 2],
    },
  ],
  [
    'area',
    'coords=POLYGON((0+40,50+40,50+60,0+60,0+40))&z=500&number=0&crs=CRS84&f=CoverageJSON&limit=5',
    {
      coords: 'POLYGON((0 40,50 40,50 60,0 60,0 40))',
      z: '500',
      number: '0',
      crs: 'CRS84',
      f: 'CoverageJSON',
      limit: 5,
    },
  ],
  ['cube', 'bbox=0,0,50,50&z=500&number=0', { bbox: '0,0,50,50', z: 500, number: 0 }],
  ['cube', 'bbox=0,0,50,50&z=500&number=0', { bbox: [0, 0, 50, 50], z: 500, number: 0 }],
];

describe('a query by POST', () => {
  it.each(queries)('%s answers as GET: %s', async (query, search, body) => {
    const get = await service.get(`${url(query)}?${search}`);
    expect(get.status).toBe(200);
    const expected = await get.text();
    for (const answer of [
      await post(url(query), body),
      await post(url(query), search, { type: FORM }),
      await post(url(query), body, { type: 'application/json; charset=utf-8' }),
      await service.get(`${url(query)}?${search}`, { method: 'POST' }),
    ]) {
      expect(answer.status).toBe(200);
      expect(await answer.text()).toBe(expected);
      for (const name of ['content-type', 'etag', 'tilecurve-work', 'content-crs', 'vary']) {
        expect(answer.headers.get(name), name).toBe(get.headers.get(name));
      }
    }
  });

  it('may be split between address and body, and say the same twice', async () => {
    const answer = await post(`${url('position')}?f=CoverageJSON&z=500&number=0`, {
      coords: 'POINT(10 45)',
      z: 500,
    });
    expect(answer.status).toBe(200);
  });

  it('is 400 where address and body differ, naming the parameter', async () => {
    const answer = await post(`${url('position')}?z=1000`, { coords: 'POINT(10 45)', 'cube-z': 500 });
    expect(answer.status).toBe(400);
    const { detail } = (await answer.json()) as { detail: string };
    for (const text of ['contradict', 'z', '1000', '500']) expect(detail).toContain(text);
  });

  it('negotiates as GET', async () => {
    const body = { coords: 'POINT(10 45)' };
    const prs = await post(url('position'), body, { headers: { accept: 'application/prs.coverage+json' } });
    expect(prs.headers.get('content-type')).toBe('application/prs.coverage+json');
    expect((await post(url('position'), body, { headers: { accept: 'image/png' } })).status).toBe(406);
  });

  it('is 204 where nothing matches, 413 when it is too large', async () => {
    expect((await post(url('position'), { coords: 'POINT(10 45)', datetime: '1999-01-01' })).status).toBe(
      204,
    );
    const large = await post(url('cube'), { bbox: [-180, -90, 180, 90] });
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ maxCells: 5000 });
  });

  it('is 412 for a tag the client has: 304 is for GET', async () => {
    const body = { coords: 'POINT(10 45)' };
    const tag = (await post(url('position'), body)).headers.get('etag')!;
    for (const known of [tag, '*']) {
      expect((await post(url('position'), body, { headers: { 'if-none-match': known } })).status).toBe(412);
    }
    expect((await post(url('position'), body, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });
});

describe('a body', () => {
  it.each([
    ['not JSON', '{'],
    ['empty', ''],
    ['a list', '[]'],
    ['text', '"coords=POINT(1 1)"'],
    ['null', 'null'],
    ['a number', '5'],
    ['with an object', '{"coords":{"type":"Point"}}'],
    ['with a list of lists', '{"coords":"POINT(1 1)","z":[[1]]}'],
    ['with null', '{"coords":"POINT(1 1)","z":null}'],
    ['with true', '{"coords":"POINT(1 1)","z":true}'],
    ['with an empty list', '{"coords":"POINT(1 1)","parameter-name":[]}'],
    ['with an unknown member', '{"coords":"POINT(1 1)","colour":"red"}'],
    ['with __proto__', '{"coords":"POINT(1 1)","__proto__":"x"}'],
    ['without coords', '{}'],
    ['with too many members', JSON.stringify(Object.fromEntries([...Array(200).keys()].map((i) => [i, i])))],
  ])('that is %s is 400', async (_, body) => {
    const answer = await post(url('position'), body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(((await answer.json()) as { detail: string }).detail.length).toBeLessThan(1000);
  });

  it('that has a field twice is 400', async () => {
    expect((await post(url('position'), 'coords=POINT(1+1)&z=1&z=1', { type: FORM })).status).toBe(400);
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'odd'])(
    'of type %s is 415, naming what is read',
    async (type) => {
      const answer = await post(url('position'), 'coords=POINT(1 1)', { type });
      expect(answer.status).toBe(415);
      expect(answer.headers.get('accept')).toBe(`${JSON_TYPE}, ${FORM}`);
      const { detail } = (await answer.json()) as { detail: string };
      expect(detail).toContain(JSON_TYPE);
      expect(detail).toContain(FORM);
    },
  );

  it('of more than a mebibyte is 413 that says so', async () => {
    const answer = await post(url('position'), { coords: 'x'.repeat(1_100_000) });
    expect(answer.status).toBe(413);
    expect(((await answer.json()) as { detail: string }).detail).toContain('1048576');
  });

  it('may hold a geometry that is too long for an address', async () => {
    const points = Array.from({ length: 20_000 }, (_, i) => `${(i % 360) - 180}.125 ${(i % 90) + 0.25}`);
    const ask = { coords: `MULTIPOINT(${points.slice(0, 4000).join(',')})`, number: 0, z: 500 };
    expect(JSON.stringify(ask).length).toBeGreaterThan(40_000);
    expect(
      (await post(url('position'), { ...ask, datetime: '2020-01-01T00:00:00Z', 'parameter-name': 'p' }))
        .status,
    ).toBe(200);
  });
});

describe('collections by POST', () => {
  it.each(['/collections', '/collections/world'])('%s answers as GET', async (path) => {
    const get = await service.get(path);
    for (const answer of [
      await post(path, 'f=json', { type: FORM }),
      await post(path, '', { type: FORM }),
      await post(path, { f: 'json' }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('etag')).toBe(get.headers.get('etag'));
      expect(await answer.json()).toEqual(await service.json(path));
    }
  });
});

describe('the API description', () => {
  it('has the body of every query, with what is required', async () => {
    const { paths } = await service.json<{
      paths: Record<
        string,
        Record<string, { requestBody?: { content: Record<string, { schema: object }> } }>
      >;
    }>('/api');
    const schemaOf = (query: string, type: string) =>
      paths[`/collections/{collectionId}/${query}`]!.post!.requestBody!.content[type]!.schema;
    for (const type of [JSON_TYPE, FORM]) {
      expect(schemaOf('position', type)).toMatchObject({
        type: 'object',
        required: ['coords'],
        properties: { coords: { type: 'string' }, limit: { type: 'integer' } },
      });
      expect(schemaOf('cube', type)).toMatchObject({
        required: ['bbox'],
        properties: { bbox: { oneOf: [{ type: 'string' }, { type: 'array' }] } },
      });
    }
  });
});
