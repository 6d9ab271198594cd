import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BuiltPage, buildPage, hasChromium, watchPage } from './browser.js';
import { cannedLayers, greenPixel } from './canned-layers.js';
import { type StubService, startStubService } from './stub-service.js';

describe.skipIf(!hasChromium)('viewer page', () => {
  let built: BuiltPage;
  let service: StubService;
  let page: Page;
  let complaints: string[];
  let foreign: string[];

  beforeAll(async () => {
    built = await buildPage();
  });
  afterAll(() => built?.close());
  beforeEach(async () => {
    service = await startStubService({ page: built.directory, layers: cannedLayers, tile: greenPixel() });
    ({ page, complaints, foreign } = await watchPage(built.browser, service.url));
  });
  afterEach(async () => {
    await page.close();
    await service.close();
  });

  /** Opens the page and waits for its first tiles. */
  async function open(fragment = ''): Promise<void> {
    const tile = tileRequest();
    await page.goto(service.url + fragment);
    await tile;
  }

  /** Resolves with the query of the next tile that is asked for with all of these parts. */
  async function tileRequest(...parts: readonly string[]): Promise<string> {
    const request = await page.waitForRequest((asked) => {
      const url = decodeURIComponent(asked.url());
      return url.includes('/tiles/') && parts.every((part) => url.includes(part));
    });
    return new URL(request.url()).search;
  }

  test('loads without a complaint and without leaving the host', async () => {
    await open();
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('lists layers and parameters and shows the first', async () => {
    await open();
    expect(await page.locator('#layer').locator('option').allTextContents()).toEqual([
      'Surface temperature',
      'Ensemble',
      'Twelve months of thirty days',
    ]);
    expect(await page.locator('#parameter').locator('option').allTextContents()).toEqual([
      'Air temperature',
      'Share of land',
    ]);
    expect(await page.getByLabel('Legend').textContent()).toMatch(/Air temperature K.*221\.3.*315\.9/);
    expect(await page.locator('#collection').getAttribute('href')).toContain('collections/surface');
  });

  test('asks for tiles of another parameter, and of no time when it has none', async () => {
    await open();
    const tile = tileRequest('/tiles/surface/', 'parameter=land');
    await page.locator('#parameter').selectOption('land');
    expect(await tile).not.toContain('datetime');
    expect(await page.locator('#time').isHidden()).toBe(true);
  });

  test('shows the next time by button and the last by keyboard', async () => {
    await open();
    // Its tiles may have been asked for before: the next times are fetched ahead.
    const drawn = (frame: string) => page.locator(`[data-layer="main"][data-frame="${frame}"]`).waitFor();
    await page.getByRole('button', { name: 'Next time' }).click();
    await drawn('2026-06-20T03:00:00Z');
    await page.locator('#time-slider').press('End');
    await drawn('2026-06-20T09:00:00Z');
    expect(await page.locator('#time-text').textContent()).toBe('2026-06-20 09:00 UTC');
    expect(await page.getByRole('button', { name: 'Next time' }).isDisabled()).toBe(true);
  });

  test('asks for tiles of a level and of a custom axis', async () => {
    await open('#layer=members');
    const level = tileRequest('/tiles/members/', 'z=500', 'custom.number=control');
    await page.locator('#axis-z').selectOption('500');
    await level;
    const member = tileRequest('z=500', 'number=cold');
    await page.locator('#axis-number').selectOption('cold');
    await member;
    expect(await page.getByLabel('Legend').textContent()).toContain('m\u00b2 s\u207b\u00b2');
  });

  test('takes instants of another calendar as the service spells them', async () => {
    const tile = tileRequest('/tiles/slow/', 'datetime=1970-02-30T00:00:00Z');
    await page.goto(`${service.url}#layer=slow&datetime=1970-02-30T00:00:00Z`);
    await tile;
    expect(await page.locator('#time-text').textContent()).toBe('1970-02-30 00:00 UTC');
  });

  test('shows the values of a click and follows the time', async () => {
    await open('#layer=surface&datetime=2026-06-20T03:00:00Z&view=2/20/0');
    await page.mouse.click(900, 350);
    const card = page.locator('#place');
    await card.getByText('103 K').waitFor();
    await page.getByRole('button', { name: 'Next time' }).click();
    await card.getByText('106 K').waitFor();
    await page.getByRole('button', { name: 'Close place' }).click();
    await card.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.id')).toBe('map');
  });

  test('says so where there is no data', async () => {
    await open('#view=2/-60/0');
    await page.locator('#map').focus();
    await page.keyboard.press('Enter');
    await page.locator('#place .number').getByText('no data').waitFor();
  });

  test('says in its place what of a card failed, and tries again', async () => {
    await open('#layer=surface&place=20,0');
    await page.locator('#place [role="alert"]').getByText('no such page').waitFor();
    const again = page.waitForRequest(/position/);
    await page.locator('#place').getByRole('button', { name: 'Try again' }).click();
    await again;
  });

  test('comes back to what the address names', async () => {
    await open('#layer=members&z=500&axis.number=warm&datetime=2026-06-20T03:00:00Z&view=5/10/50');
    await page.waitForLoadState('networkidle');
    const address = page.url();
    for (const part of [
      'layer=members',
      'z=500',
      'axis.number=warm',
      'T03:00:00Z',
      'view=5.00/10.000/50.000',
    ]) {
      expect(address).toContain(part);
    }
    const tile = tileRequest('number=warm', 'z=500', 'T03:00:00Z');
    await page.reload();
    await tile;
  });

  test('passes on the reason when tiles fail', async () => {
    service.tileStatus = 503;
    await open();
    await page.getByRole('alert').getByText('the store is away').waitFor();
  });

  test('says when the store has no layers', async () => {
    service.layers = [];
    await page.goto(service.url);
    await page.getByRole('alert').getByText('no layers').waitFor();
    expect(await page.locator('#layer').isDisabled()).toBe(true);
  });

  test('says when the service does not answer', async () => {
    await page.route('**/layers', (route) => route.abort());
    await page.goto(service.url);
    await page.getByRole('alert').getByText('does not answer').waitFor();
  });

  for (const [width, height] of [
    [360, 640],
    [844, 390],
  ] as const) {
    test(`fits ${width} x ${height} pixels without scrolling sideways`, async () => {
      await page.setViewportSize({ width, height });
      await open();
      const inner = await page.evaluate('document.documentElement.scrollWidth');
      expect(inner).toBeLessThanOrEqual(width);
      for (const box of [page.locator('#map'), page.locator('#parameter'), page.locator('#time')]) {
        const bounds = (await box.boundingBox())!;
        expect(bounds.x).toBeGreaterThanOrEqual(0);
        expect(bounds.x + bounds.width).toBeLessThanOrEqual(width);
        expect(bounds.height).toBeGreaterThan(30);
      }
    });
  }
});
