import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { writeLayer } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, memorySource, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

const hostile = `<script>alert("1")</script>&'`;
let service: RunningService;

beforeAll(async () => {
  const store = createMemoryStore();
  const grid = worldGrid({ t: hours(4), z: levels(1000, 500), custom: [regular('number', 0, 1, 3)] });
  const parameter = { id: 'p', axes: ['t', 'z', 'number'], valueAt: ({ x = 0 }) => x };
  await memoryLayer(grid, [parameter], { store, layer: 'world' });
  const source = memorySource(worldGrid(), [{ id: 'p', axes: [], valueAt: () => 1 }]);
  await writeLayer(store, { ...source, title: hostile, attributes: { summary: hostile } }, { layer: 'odd' });
  service = await startService(store);
});

afterAll(() => service.close());

const pages = ['/', '/conformance', '/collections', '/collections/world', '/collections/odd', '/api.html'];

describe('a page for people', () => {
  it.each(pages)('%s has no script, and a policy that allows none', async (path) => {
    const response = await service.get(path, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('script');
    expect(response.headers.get('vary')).toBe('Accept');
    const text = await response.text();
    expect(text).toMatch(/^<!doctype html>/);
    expect(text).not.toMatch(/<script|javascript:|\son\w+=|https?:\/\/[^"]*\.(css|js)"/i);
  });

  it.each(pages)('%s is revalidated, and apart from the JSON', async (path) => {
    const headers = { accept: 'text/html' };
    const tag = (await service.get(path, { headers })).headers.get('etag')!;
    expect((await service.get(path, { headers: { ...headers, 'if-none-match': tag } })).status).toBe(304);
    if (path !== '/api.html') expect((await service.get(path)).headers.get('etag')).not.toBe(tag);
  });

  it('is chosen by f, and never by clients that do not ask for it', async () => {
    for (const path of pages.filter((page) => page !== '/api.html')) {
      expect((await service.get(`${path}?f=html`)).headers.get('content-type')).toMatch(/^text\/html/);
      for (const accept of [
        '*/*',
        'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
        'application/json',
      ]) {
        const answer = await service.get(path, { headers: { accept } });
        expect(answer.headers.get('content-type')).toBe('application/json');
        await answer.text();
      }
    }
  });

  it('asks any operation that reads, by a form', async () => {
    const page = await (await service.get('/api.html', { headers: { accept: 'text/html' } })).text();
    const asked = async (fields: Readonly<Record<string, string>>) => {
      expect(page).toContain(`name="operation" value="${fields.operation}"`);
      const answer = await service.get(`/api.html?${new URLSearchParams(fields)}`, { redirect: 'manual' });
      const location = answer.headers.get('location') ?? '';
      expect([answer.status, location.startsWith(`${service.address}/`)]).toEqual([303, true]);
      expect((await fetch(location)).status).toBe(200);
      return location.slice(service.address.length);
    };
    const position = {
      operation: 'getPosition',
      '{collectionId}': 'world',
      coords: 'POINT(10 50)',
      f: '',
      z: '',
    };
    expect(await asked(position)).toBe('/collections/world/position?coords=POINT%2810+50%29');
    const [, tilePath] = /<code>GET ([^<]+)<\/code>[^$]*?value="getMapTile"/.exec(
      page.slice(page.lastIndexOf('<details>', page.indexOf('value="getMapTile"'))),
    )!;
    const parts = { layer: 'world', z: '1', x: '0', y: '0', tile: '0.png', format: 'png' };
    const given = [...tilePath!.matchAll(/\{(\w+)\}/g)].map(([part, name]) => [part, parts[name as 'z']]);
    expect(await asked({ operation: 'getMapTile', ...Object.fromEntries(given), z: '500' })).toMatch(
      /^\/tiles\/world\/1\/0\/0.*[?]z=500$/,
    );
    for (const wrong of ['operation=nope', 'operation=getPosition&coords=POINT(1+2)']) {
      expect((await service.get(`/api.html?${wrong}`)).status).toBe(400);
    }
  });

  it('escapes what sources say', async () => {
    for (const path of ['/collections?f=html', '/collections/odd?f=html']) {
      const text = await (await service.get(path)).text();
      expect(text).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
      expect(text).not.toContain('<script');
    }
  });

  it('links only what is there', async () => {
    for (const path of pages) {
      const text = await (await service.get(path, { headers: { accept: 'text/html' } })).text();
      const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, href]) => href!.replaceAll('&amp;', '&'));
      expect(links.length).toBeGreaterThan(2);
      for (const href of new Set(links)) {
        const address = new URL(href, service.address).href;
        expect(address.startsWith(service.address), href).toBe(true);
        // Queries want parameters; without them they are refused, which shows that they are there.
        expect([200, 400], href).toContain((await fetch(address)).status);
      }
    }
  });
});

describe('the forms of a collection', () => {
  /** What a browser sends for a form as it stands. */
  function formAddresses(text: string): string[] {
    return [...text.matchAll(/<form action="([^"]+)" method="get">(.*?)<\/form>/gs)].map(
      ([, action, inside]) => {
        const fields = [...inside!.matchAll(/<input name="([^"]+)" value="([^"]*)"/g)].map(([, n, v]) => [
          n!,
          v!,
        ]);
        const choices = [...inside!.matchAll(/<select name="([^"]+)"><option value="([^"]*)"/g)].map(
          ([, n, v]) => [n!, v!],
        );
        return `${action}?${new URLSearchParams(Object.fromEntries([...fields, ...choices]))}`;
      },
    );
  }

  it.each(['world', 'odd'])('ask what %s answers, as they stand', async (layer) => {
    const addresses = formAddresses(await (await service.get(`/collections/${layer}?f=html`)).text());
    const { data_queries } = await service.json<{ data_queries: object }>(`/collections/${layer}`);
    expect(addresses.length).toBeGreaterThanOrEqual(3);
    for (const query of ['position', 'area', 'cube']) expect(Object.keys(data_queries)).toContain(query);
    for (const address of addresses) {
      const answer = await fetch(address);
      expect([address, answer.status, answer.headers.get('content-type')]).toEqual([
        address,
        200,
        'text/html; charset=utf-8',
      ]);
    }
  });
});
