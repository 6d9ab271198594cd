import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startChromium } from '../chromium.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

const entry = fileURLToPath(new URL('open-layers-client.js', import.meta.url));

interface Drawn {
  readonly urls: readonly string[];
  readonly errors: readonly string[];
  readonly colour: readonly number[];
  readonly projection: string;
  readonly dimensions?: Readonly<Record<string, string>>;
}

describe.skipIf(!hasChromium)('OpenLayers', () => {
  let service: RunningService;
  let browser: Browser;
  let page: Page;
  let folder: string;

  beforeAll(async () => {
    service = await startService(await sampleCollections());
    folder = mkdtempSync(join(tmpdir(), 'tilecurve-ol-'));
    await build({
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: { outDir: folder, lib: { entry, formats: ['iife'], name: 'client', fileName: 'client' } },
    });
    browser = await startChromium();
    page = await browser.newPage();
    const script = readFileSync(join(folder, 'client.iife.js'), 'utf8');
    await page.addScriptTag({ content: script });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a function of the client in the page. */
  const ask = (call: string, ...parameters: unknown[]) =>
    page.evaluate(`client.${call}(...${JSON.stringify(parameters)})`) as Promise<Drawn>;

  /** The colour that the legend has for a value. */
  async function colourOf(layer: string, value: number): Promise<number[]> {
    const { key } = await service.json<{ key: { stops: { value: number; colour: string }[] } }>(
      `/tiles/${layer}/legend.json?style=magma`,
    );
    const distance = (stop: { value: number }) => Math.abs(stop.value - value);
    const { colour } = key.stops.reduce((best, stop) => (distance(stop) < distance(best) ? stop : best));
    return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  }

  // The map shows the world's middle: 20 east and 45 north lie at these pixels of 256.
  const mercator = [142, 92];
  const degrees = [156, 64];
  const newest = 30_162;

  function expectDrawn({ urls, errors, colour }: Drawn, expected: readonly number[]): void {
    expect(errors).toEqual([]);
    expect(urls.length).toBeGreaterThan(0);
    // WebP is lossy, and what the map draws is interpolated; another time, level or cell is far off.
    for (const [channel, part] of expected.entries()) {
      expect(Math.abs(colour[channel]! - part), `${colour} for ${expected}`).toBeLessThanOrEqual(3);
    }
  }

  // OpenLayers finds styles of WMTS by their titles.
  it('draws WMTS in Web Mercator', async () => {
    const config = { layer: 'world:p', matrixSet: 'WebMercatorQuad', style: 'Magma', format: 'image/png' };
    const drawn = await ask(
      'drawWmts',
      `${service.address}/wmts/1.0.0/WMTSCapabilities.xml`,
      config,
      mercator,
    );
    expect(drawn).toMatchObject({ projection: 'EPSG:3857', dimensions: { time: '2020-01-01T03:00:00Z' } });
    expectDrawn(drawn, await colourOf('world', newest));
  });

  it('draws WMTS in degrees, at the defaults of every dimension', async () => {
    const config = { layer: 'deep:p', matrixSet: 'WorldCRS84Quad', style: 'Magma', format: 'image/png' };
    const drawn = await ask(
      'drawWmts',
      `${service.address}/tiles/deep/WMTSCapabilities.xml`,
      config,
      degrees,
    );
    expect(drawn.dimensions).toEqual({ time: '2020-01-01T01:00:00Z', elevation: '850', number: '0' });
    expectDrawn(drawn, await colourOf('deep', 10_162));
  });

  it('draws a tileset of OGC API - Tiles', async () => {
    const tileset = `${service.address}/collections/world/styles/magma/map/tiles/WebMercatorQuad`;
    expectDrawn(await ask('drawTileset', tileset, mercator), await colourOf('world', newest));
    const older = await ask('drawTileset', `${tileset}?datetime=2020-01-01T00:00Z`, mercator);
    expectDrawn(older, await colourOf('world', 162));
  });

  it('draws a tileset in degrees', async () => {
    const tileset = `${service.address}/collections/world/styles/magma/map/tiles/WorldCRS84Quad`;
    expectDrawn(await ask('drawTileset', tileset, degrees), await colourOf('world', newest));
  });

  it('draws TileJSON', async () => {
    const drawn = await ask(
      'drawTileJson',
      `${service.address}/tiles/world/tilejson.json?style=magma`,
      mercator,
    );
    expectDrawn(drawn, await colourOf('world', newest));
  });
});
