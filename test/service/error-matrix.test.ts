import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

let service: RunningService;
let offered: ReadonlySet<string>;

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = worldGrid({ t: hours(4), z: levels(1000, 500), custom: [regular('number', 0, 1, 3)] });
  await memoryLayer(grid, [{ id: 'p', axes: ['t', 'z', 'number'], valueAt: ({ x = 0 }) => x }], {
    store,
    layer: 'world',
  });
  service = await startService(store, { maxCells: 1000 });
  const { data_queries } = await service.json<{ data_queries: object }>('/collections/world');
  offered = new Set(Object.keys(data_queries));
});

afterAll(() => service.close());

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly description: string;
  readonly detail: string;
}

/** What is right about every refusal, whatever it refuses. */
async function expectProblem(response: Response, status: number): Promise<Problem> {
  const text = await response.text();
  expect([response.status, text]).toEqual([status, expect.stringContaining('"description"')]);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(text).not.toMatch(/\.ts:|\.js:|node_modules|\/src\/|layers\/world\/|at [A-Z]\w+\./);
  const problem = JSON.parse(text) as Problem;
  expect(problem).toMatchObject({ status, code: String(status), description: problem.detail });
  expect(problem.title).not.toBe('');
  return problem;
}

/** A query that is right, of each kind; tests make one thing of it wrong. */
const right: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  position: { coords: 'POINT(10 45)' },
  radius: { coords: 'POINT(10 45)', within: '1500', 'within-units': 'km' },
  area: { coords: 'POLYGON((0 40,30 40,30 60,0 60,0 40))' },
  cube: { bbox: '0,40,30,60' },
  trajectory: { coords: 'LINESTRING(0 40,30 60)' },
  corridor: {
    coords: 'LINESTRING(0 40,30 60)',
    'corridor-width': '1000',
    'width-units': 'km',
    'corridor-height': '100',
    'height-units': 'hPa',
  },
};

const selective = { z: '500', number: '0', datetime: '2020-01-01T00:00:00Z' };

function address(query: string, parameters: Readonly<Record<string, string>>): string {
  return `/collections/world/${query}?${new URLSearchParams(parameters)}`;
}

const ask = (query: string, parameters: Readonly<Record<string, string>>) =>
  service.get(address(query, parameters));

const names = Object.keys(right);

describe('a query that is right', () => {
  it.each(names)('%s answers', async (query) => {
    if (!offered.has(query)) return;
    const { status } = await ask(query, { ...right[query], ...selective });
    expect(status).toBe(200);
  });
});

describe('a required parameter', () => {
  const required = names.flatMap((query) =>
    Object.keys(right[query]!)
      .filter((name) => !['corridor-height', 'height-units'].includes(name))
      .map((name) => [query, name] as const),
  );

  it.each(required)('of %s that is missing or empty is 400 naming it: %s', async (query, name) => {
    if (!offered.has(query)) return;
    const { [name]: _, ...others } = right[query]!;
    expect((await expectProblem(await ask(query, others), 400)).detail).toContain(name);
    expect((await expectProblem(await ask(query, { ...others, [name]: '' }), 400)).detail).toContain(name);
  });
});

describe('a bad value', () => {
  /** Parameter, value, and what the answer says is allowed. */
  const values: readonly [string, string, RegExp][] = [
    ['datetime', 'tomorrow', /instant|interval|ISO|expected/],
    ['datetime', '2020-01-02/2020-01-01', /starts after/],
    ['datetime', '2020-13-01', /./],
    ['datetime', 'R3/2020-01-01/1', /R/],
    ['datetime', '2020-01-01T25:00:00Z', /./],
    ['datetime', '/', /./],
    ['datetime', '../soon', /./],
    ['z', 'high', /./],
    ['z', '1/2/3', /./],
    ['z', 'Rx/1/2', /./],
    ['number', 'first', /./],
    ['parameter-name', 'nope', /allowed.*p/],
    ['crs', 'EPSG:1', /CRS84.*|EPSG:4326/],
    ['f', 'odd', /CoverageJSON/],
  ];

  it.each(
    names.flatMap((query) => values.map(([name, value, allowed]) => [query, name, value, allowed] as const)),
  )('of %s is 400 naming it and the value: %s=%s', async (query, name, value, allowed) => {
    if (!offered.has(query)) return;
    const { detail } = await expectProblem(await ask(query, { ...right[query], [name]: value }), 400);
    expect(detail).toContain(value.split('/').at(-1));
    expect(detail).toMatch(allowed);
    expect(detail).toContain(name);
  });

  it.each([
    ['position', 'coords', 'POLYGON((0 0,1 0,1 1,0 0))'],
    ['position', 'coords', 'POINT(1)'],
    ['position', 'coords', 'POINT(one two)'],
    ['position', 'coords', 'POINT(0 91)'],
    ['position', 'coords', 'POINT(0 0) x'],
    ['position', 'coords', '10,45'],
    ['position', 'limit', '0'],
    ['position', 'limit', 'ten'],
    ['radius', 'coords', 'LINESTRING(0 0,1 1)'],
    ['radius', 'within', 'far'],
    ['radius', 'within', '-1'],
    ['radius', 'within-units', 'parsecs'],
    ['area', 'coords', 'POINT(0 0)'],
    ['area', 'coords', 'POLYGON((0 0,1 0,1 1))'],
    ['area', 'coords', 'POLYGON((0 0,1 0,1 1,2 2))'],
    ['area', 'resolution-x', '-1'],
    ['area', 'resolution-y', '100001'],
    ['cube', 'bbox', '0,0,1'],
    ['cube', 'bbox', '0,0,1,1,1'],
    ['cube', 'bbox', 'a,b,c,d'],
    ['cube', 'bbox', '0,60,1,40'],
    ['cube', 'bbox', '0,-91,1,1'],
    ['cube', 'resolution-x', 'fine'],
    ['cube', 'aggregation', 'mean,t'],
    ['cube', 'aggregation', '(median,t)'],
    ['area', 'aggregation', '(mean,member)'],
    ['radius', 'aggregation', '(mean,t,t)'],
    ['corridor', 'aggregation', '(mean,t),(max,x)'],
    ['position', 'aggregation', '(mean,x)'],
    ['trajectory', 'aggregation', '(mean,t)'],
    ['cube', 'resolution-z', '1.5'],
    ['cube', 'resolution-z', '3'],
    ['cube', 'crs', 'EPSG:27700'],
    ['corridor', 'resolution-y', '1e2'],
    ['radius', 'resolution-x', '2,3'],
    ['trajectory', 'coords', 'POINT(0 0)'],
    ['trajectory', 'coords', 'LINESTRING(0 0)'],
    ['trajectory', 'coords', 'LINESTRING M(0 0,1 1)'],
    ['corridor', 'coords', 'POINT(0 0)'],
    ['corridor', 'corridor-width', 'wide'],
    ['corridor', 'corridor-width', '-5'],
    ['corridor', 'width-units', 'parsecs'],
    ['corridor', 'height-units', 'parsecs'],
  ])('of %s is 400 naming it: %s=%s', async (query, name, value) => {
    if (!offered.has(query)) return;
    const { detail } = await expectProblem(await ask(query, { ...right[query], [name]: value }), 400);
    expect(detail).toContain(name);
  });

  it.each(['cube', 'area', 'radius', 'corridor'])(
    'of a resolution of %s states the valid range',
    async (query) => {
      for (const axis of ['x', 'y', 'z']) {
        const asked = { ...right[query], [`resolution-${axis}`]: '-3' };
        expect((await expectProblem(await ask(query, asked), 400)).detail).toMatch(/-3.* 0 .*to 100000/);
      }
    },
  );

  it('of crs names those of the collection, zones as ranges', async () => {
    const { detail } = await expectProblem(
      await ask('position', { ...right.position, crs: 'EPSG:27700' }),
      400,
    );
    expect(detail).toMatch(/EPSG:27700.*EPSG:3857.*EPSG:32601 to 32660.*CRS84/);
    expect(detail.length).toBeLessThan(1000);
  });

  it.each(names)('%s refuses unknown parameters, naming the known, and one given twice', async (query) => {
    if (!offered.has(query)) return;
    const unknown = await expectProblem(await ask(query, { ...right[query], colour: 'red' }), 400);
    for (const text of ['colour', 'datetime', 'parameter-name', 'crs'])
      expect(unknown.detail).toContain(text);
    const twice = await service.get(
      `${address(query, { ...right[query], f: 'CoverageJSON' })}&f=CoverageJSON`,
    );
    expect((await expectProblem(twice, 400)).detail).toContain('f');
  });
});

describe('parameters that contradict', () => {
  it.each([
    ['trajectory', { coords: 'LINESTRING Z(0 40 500,30 60 500)', z: '500' }],
    ['trajectory', { coords: 'LINESTRING M(0 40 1577836800,30 60 1577840400)', datetime: '2020-01-01' }],
    ['trajectory', { coords: 'LINESTRING ZM(0 40 500 1577836800,30 60 500 1577840400)', z: '500' }],
    ['corridor', { coords: 'LINESTRING Z(0 40 500,30 60 500)', z: '500' }],
    ['corridor', { coords: 'LINESTRING M(0 40 1577836800,30 60 1577840400)', datetime: '2020-01-01' }],
  ] as const)('in a %s are 400: %o', async (query, parameters) => {
    if (!offered.has(query)) return;
    await expectProblem(await ask(query, { ...right[query], ...parameters }), 400);
  });
});

describe('other refusals', () => {
  it('404 for what is not there', async () => {
    for (const path of [
      '/collections/nope',
      '/collections/nope/position?coords=POINT(0+0)',
      '/collections/world/nope',
      '/collections/world/position/more',
      '/nope',
      '/api/2.0',
    ]) {
      await expectProblem(await service.get(path), 404);
    }
  });

  it.each(names)('405 with Allow for %s by another method', async (query) => {
    if (!offered.has(query)) return;
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const response = await service.get(address(query, right[query]!), { method });
      expect(response.headers.get('allow')).toBe('GET, HEAD, POST, OPTIONS');
      await expectProblem(response, 405);
    }
  });

  it('405 with Allow where there is only GET', async () => {
    for (const path of ['/', '/conformance', '/api', '/layers']) {
      const response = await service.get(path, { method: 'POST', body: '{}' });
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
      await expectProblem(response, 405);
    }
  });

  it.each(names)('406, 413 and 415 for %s', async (query) => {
    if (!offered.has(query)) return;
    const unacceptable = await service.get(address(query, right[query]!), {
      headers: { accept: 'application/x-odd' },
    });
    expect((await expectProblem(unacceptable, 406)).detail).toContain('application/vnd.cov+json');
    const odd = await service.get(`/collections/world/${query}`, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/x-odd' },
    });
    expect((await expectProblem(odd, 415)).detail).toContain('application/json');
  });

  it('413 says how much was asked and how much is allowed', async () => {
    const large = await ask('cube', { bbox: '-180,-90,180,90' });
    expect((await expectProblem(large, 413)).detail).toMatch(/15552.*1000/);
  });

  it('406 for documents that cannot take the form asked for', async () => {
    for (const path of ['/', '/conformance', '/collections', '/collections/world', '/api', '/api.html'])
      await expectProblem(await service.get(path, { headers: { accept: 'image/png' } }), 406);
  });
});

describe('hostile values', () => {
  const hostile = [
    '\u0000',
    '../../../etc/passwd',
    "'; DROP TABLE x; --",
    '{{7*7}}',
    '<script>alert(1)</script>',
    '9'.repeat(400),
    '-0',
    'NaN',
    'Infinity',
    '1e999',
    '%',
    '\ud800',
    '💥',
    '..',
    '/',
    ',',
    ',,',
    'null',
    '[]',
    '{}',
  ];
  const parameters = [
    'aggregation',
    'coords',
    'bbox',
    'z',
    'datetime',
    'parameter-name',
    'crs',
    'f',
    'limit',
    'number',
    'within',
  ];

  it.each(names)('never are more than a 400 of %s', async (query) => {
    if (!offered.has(query)) return;
    for (const name of parameters) {
      for (const value of hostile) {
        const response = await ask(query, { ...right[query], ...selective, [name]: value });
        const text = await response.text();
        const outcome = `${name}=${value}: ${response.status}`;
        expect([200, 204, 400], outcome).toContain(response.status);
        expect(text, outcome).not.toMatch(/\.ts:|\.js:|node_modules/);
      }
    }
  });
});
