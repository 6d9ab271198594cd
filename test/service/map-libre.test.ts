import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../chromium.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

const library = new URL('.', import.meta.resolve('maplibre-gl'));
const client = new URL('map-libre-client.js', import.meta.url);

/** A page of another origin, with MapLibre's modules as they come. */
async function servePage(): Promise<Server> {
  const server = createServer(async ({ url = '/' }, response) => {
    const name = basename(url);
    if (url === '/')
      return response.setHeader('content-type', 'text/html').end('<!doctype html><body></body>');
    if (!name.endsWith('js')) return response.writeHead(404).end();
    const file = name === 'client.js' ? client : new URL(name, library);
    response.setHeader('content-type', 'text/javascript').end(await readFile(fileURLToPath(file)));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

describe.skipIf(!hasChromium)('MapLibre GL', () => {
  let service: RunningService;
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await startService(await sampleCollections());
    server = await servePage();
    browser = await startChromium({ graphics: 'WebGL' });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await service?.close();
  });

  const ask = <T>(call: string, ...parameters: unknown[]) =>
    page.evaluate(
      `import('/client.js').then((client) => client.${call}(...${JSON.stringify(parameters)}))`,
    ) as Promise<T>;

  // Row 4 and column 2 of the newest time.
  const place = [20, 45] as const;
  const newest = 30_162;

  it('draws the tiles of a TileJSON', async () => {
    const { urls, errors, colour } = await ask<{ urls: string[]; errors: string[]; colour: number[] }>(
      'drawTileJson',
      `${service.address}/tiles/world/tilejson.json?style=magma`,
      place,
    );
    expect(errors).toEqual([]);
    expect(urls.length).toBeGreaterThan(0);
    const { key } = await service.json<{ key: { stops: { value: number; colour: string }[] } }>(
      '/tiles/world/legend.json?style=magma',
    );
    const distance = (stop: { value: number }) => Math.abs(stop.value - newest);
    const stop = key.stops.reduce((best, one) => (distance(one) < distance(best) ? one : best));
    const expected = [1, 3, 5].map((at) => Number.parseInt(stop.colour.slice(at, at + 2), 16));
    expect(colour.slice(0, 3)).toEqual(expected);
  });

  it('has the values of quantised tiles as heights', async () => {
    const tiles = `${service.address}/tiles/world/{z}/{x}/{y}.q16.png?datetime=2020-01-01T00:00Z`;
    const { headers } = await service.get('/tiles/world/0/0/0.q16.png?datetime=2020-01-01T00:00Z');
    const [offset, scale] = ['offset', 'scale'].map((name) => Number(headers.get(`tilecurve-${name}`)));
    const height = await ask<number>('heightAt', { tiles, offset, scale }, place);
    expect(Math.abs(height - 162)).toBeLessThanOrEqual(scale! / 2 + 0.01);
  });
});
