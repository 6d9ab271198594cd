import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { coverageFormats } from '../../src/formats/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const java = 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2';
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = worldGrid({ t: hours(72), z: levels(1000, 500), custom: [regular('number', 0, 1, 3)] });
  // Every seventh column has no value.
  const valueAt = ({ x = 0, t = 0, z = 0 }) => (x % 7 === 6 ? Number.NaN : x + t / 100 + z);
  await memoryLayer(grid, [{ id: 'p', axes: ['t', 'z', 'number'], valueAt }], { store, layer: 'world' });
  service = await startService(store);
});

afterAll(() => service.close());

const at = '/collections/world';
const queries = [
  `${at}/position?coords=POINT(12 5)&z=500&number=1`,
  `${at}/position?coords=MULTIPOINT((12 5),(60 5))&z=500&number=1&datetime=2020-01-01T03:00:00Z`,
  `${at}/radius?coords=POINT(12 5)&within=3000&within-units=km&z=500&number=1&datetime=2020-01-01T03:00:00Z`,
  `${at}/area?coords=POLYGON((0 0,40 0,40 40,0 0))&z=500&number=1&datetime=2020-01-01T03:00:00Z`,
  `${at}/cube?bbox=0,0,60,60&z=500&number=1`,
  `${at}/trajectory?coords=LINESTRING(0 0,50 20,90 40)&z=500&number=1&datetime=2020-01-01T03:00:00Z`,
  `${at}/trajectory?coords=LINESTRING(0 0,50 20,90 40)&number=1&datetime=2020-01-01T03:00:00Z`,
  `${at}/corridor?coords=LINESTRING(0 0,50 20)&corridor-width=900&width-units=km&z=500&number=1`,
];

async function page(path: string, init?: RequestInit): Promise<string> {
  const response = await service.get(`${path}&f=html`, init);
  expect([path, response.status]).toEqual([path, 200]);
  return response.text();
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}

describe('the answer of a data query as a page', () => {
  it.each(queries)('%s has a picture that says what it is, a table, and no script', async (path) => {
    const response = await service.get(`${path}&f=html`);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain('img-src data:');
    expect(policy).not.toContain('script');
    const text = await response.text();
    expect(text).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(text).toMatch(
      /<svg class="chart"[^>]* role="img" aria-label="[^"]+">\s*<title>[^<]+<\/title><desc>[^<]+/,
    );
    expect(text).toContain('<th scope="col"');
    expect(text).toContain('Title of p (K)');
    expect(text).not.toContain('NaN');
  });

  it.each(queries)('%s has the rows of CSV, with the same digits', async (path) => {
    const [head, ...rows] = (await (await service.get(`${path}&f=CSV`)).text()).trim().split('\r\n');
    const shown = [...(await page(path)).matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(([, row]) =>
      row!
        .replace(/<\/t[dh]>/g, ',')
        .replace(/<[^>]+>/g, '')
        .replace(/,$/, ''),
    );
    expect(head!.split(',').at(-1)).toBe('p');
    expect(shown).toEqual(rows.slice(0, 300));
  });

  it('says how many rows and steps there are, and links to those that follow', async () => {
    const text = await page(`${at}/cube?bbox=0,0,60,60&z=500&number=1`);
    expect(text).toContain('Rows 1 to 300 of 3024');
    expect(text).toContain('Steps 1 to 6 of 72');
    const next = unescaped(/<a href="([^"]+)">Next time/.exec(text)![1]!);
    const query = new URL(next).searchParams;
    expect(query.get('datetime')).toBe('2020-01-01T06:00:00Z/2020-01-01T11:00:00Z');
    const other = unescaped(
      /<a href="([^"]+)">Next level|<a href="([^"]+)">Previous level/.exec(text)!.slice(1).find(Boolean)!,
    );
    expect(new URL(other).searchParams.get('z')).toBe('1000');
    for (const href of [next, other]) expect((await fetch(href)).status).toBe(200);
  });

  it('links to the forms that can hold it, and to no other', async () => {
    for (const path of queries) {
      const text = await page(path);
      const links = [...text.matchAll(/<link rel="alternate" type="[^"]+" title="([^"]+)" href="([^"]+)">/g)];
      for (const [, , href] of links)
        expect([href, (await fetch(unescaped(href!))).status]).toEqual([href, 200]);
      const linked = links.map(([, title]) => title);
      for (const { token } of coverageFormats.filter((one) => !linked.includes(one.token))) {
        expect([token, (await service.get(`${path}&f=${token}`)).status]).toEqual([token, 400]);
      }
    }
  });

  it('has the form of the query again, which asks for the same answer', async () => {
    for (const path of queries) {
      const text = await page(path);
      const form = text.slice(text.indexOf('<form'));
      const fields = [...form.matchAll(/<input name="([^"]+)" value="([^"]*)"/g)].map(([, n, v]) => [
        n!,
        unescaped(v!),
      ]);
      const choices = [...form.matchAll(/<select name="([^"]+)">(.*?)<\/select>/gs)].map(([, n, options]) => {
        const chosen = /value="([^"]*)" selected/.exec(options!) ?? /value="([^"]*)"/.exec(options!);
        return [n!, unescaped(chosen![1]!)];
      });
      const asked = Object.fromEntries([...fields, ...choices]) as Record<string, string>;
      expect(asked.f).toBe('html');
      const action = unescaped(/<form action="([^"]+)"/.exec(form)![1]!);
      const csv = (query: string) => fetch(query).then((answer) => answer.text());
      const again = await csv(`${action}?${new URLSearchParams({ ...asked, f: 'CSV' })}`);
      expect(again).toBe(await csv(`${service.address}${path}&f=CSV`));
    }
  });

  it('is sent for browsers, not for programs that name text/html or anything', async () => {
    const path = queries[0]!;
    const typeFor = async (accept: string) =>
      (await service.get(path, { headers: { accept } })).headers.get('content-type');
    expect(await typeFor(browser)).toBe('text/html; charset=utf-8');
    expect(await typeFor(java)).toBe('application/vnd.cov+json');
    expect(await typeFor('*/*')).toBe('application/vnd.cov+json');
    expect(await typeFor('application/geo+json, *;q=0.1')).toBe('application/geo+json');
    const asked = await service.get(`${path}&f=CoverageJSON`, { headers: { accept: browser } });
    expect(asked.headers.get('content-type')).toBe('application/vnd.cov+json');
  });

  it('has the same bytes each time, and is 304 for its tag', async () => {
    const first = await service.get(`${queries[4]}&f=html`);
    const tag = first.headers.get('etag')!;
    const again = await service.get(`${queries[4]}&f=html`);
    expect(await again.text()).toBe(await first.text());
    const init = { headers: { 'if-none-match': tag } };
    expect((await service.get(`${queries[4]}&f=html`, init)).status).toBe(304);
    expect((await service.get(`${queries[0]}&f=html`, init)).status).toBe(200);
  });

  it('answers POST and instances, too', async () => {
    const body = JSON.stringify({ coords: 'POINT(12 5)', z: '500', number: '1', f: 'html' });
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const response = await service.get(`${at}/position`, init);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('value="POINT(12 5)"');
    expect(await page(`${at}/instances/latest/position?coords=POINT(12 5)`)).toContain('<svg');
  });
});

describe('a page that has no answer to show', () => {
  it('says that there is no data, where others are 204', async () => {
    const path = `${at}/position?coords=POINT(12 5)&datetime=1999-01-01`;
    expect((await service.get(path)).status).toBe(204);
    const text = await page(path);
    expect(text).toContain('No data');
    expect(text).toContain('value="1999-01-01"');
  });

  it.each([
    ['a bad value', `${at}/cube?bbox=0,0,1`, 400, ['bbox', '0,0,1']],
    ['an unknown parameter', `${at}/cube?bbox=0,0,1,1&nonsense=2`, 400, ['nonsense', 'datetime']],
    ['a missing parameter', `${at}/position?z=500`, 400, ['coords']],
    ['an unknown collection', '/collections/nothing/cube?bbox=0,0,1,1', 404, ['nothing']],
    ['too much for a page', `${at}/cube?bbox=-180,-90,180,90&number=0/2`, 413, ['279936', '200000']],
  ])('tells of %s with the status of other forms', async (_name, path, status, words) => {
    const isLarge = status === 413;
    const json = await service.get(path);
    expect(json.status).toBe(isLarge ? 200 : status);
    await json.text();
    for (const init of [undefined, { headers: { accept: browser } }]) {
      const response = await service.get(init === undefined ? `${path}&f=html` : path, init);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        status,
        'text/html; charset=utf-8',
      ]);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('cache-control')).toBe('no-store');
      const text = await response.text();
      for (const word of words) expect(text).toContain(word);
      expect(text.includes('<form')).toBe(status !== 404);
    }
  });

  it('escapes what was asked, and leaves problems of programs as they are', async () => {
    const attack = '"><script>alert(1)</script>';
    const path = `${at}/position?coords=${encodeURIComponent(attack)}`;
    const response = await service.get(`${path}&f=html`);
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('<script');
    for (const accept of [java, '*/*', 'application/json, text/html;q=0.5']) {
      const problem = await service.get(path, { headers: { accept } });
      expect(problem.headers.get('content-type')).toBe('application/problem+json');
      await problem.text();
    }
  });
});
