import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { hasChromium, startChromium } from '../chromium.js';
import { hours, levels, memoryLayer, regular, worldGrid } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

/** Widths of all pictures in drawings; run by the page. */
const imageWidths = `Promise.all([...document.querySelectorAll('svg image')].map(async (image) => {
  const copy = new Image();
  copy.src = image.getAttribute('href');
  await copy.decode();
  return copy.naturalWidth;
}))`;

describe.skipIf(!hasChromium).each([
  ['a phone', 360, 'dark'],
  ['a desktop', 1280, 'light'],
] as const)('pages of answers on %s', (_name, width, colorScheme) => {
  let service: RunningService;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    const store = createMemoryStore();
    const grid = worldGrid({ t: hours(30), z: levels(1000, 500), custom: [regular('number', 0, 1, 3)] });
    const valueAt = ({ x = 0, y = 0, t = 0, z = 0 }) =>
      (x + y + t) % 9 === 4 ? Number.NaN : 280 + Math.sin(x + t) * 8 - 30 * z;
    await memoryLayer(grid, [{ id: 'p', axes: ['t', 'z', 'number'], valueAt }], { store, layer: 'world' });
    service = await startService(store);
    browser = await startChromium();
    page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('requestfailed', (request) => complaints.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await service?.close();
  });

  /** Opens the form of a query, changes some of its fields and asks. */
  async function ask(query: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await page.goto(`${service.address}/collections/world?f=html`);
    const form = page.locator('details', { has: page.locator(`form[action$="/${query}"]`) });
    await form.locator('summary').click();
    for (const [name, value] of Object.entries(fields))
      await form.locator(`input[name="${name}"]`).fill(value);
    await Promise.all([page.waitForURL(new RegExp(`/${query}\\?`)), form.locator('button').click()]);
  }

  /** Nothing but the table may be wider than the window. */
  async function expectToFit(): Promise<void> {
    const widths = await page.evaluate<number[]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(widths[0]).toBeLessThanOrEqual(widths[1]!);
    expect(complaints).toEqual([]);
  }

  it.each([
    ['position', { coords: 'POINT(31 5)' }, 'over time'],
    ['position', { coords: 'POINT(31 5)', datetime: '2020-01-01T05:00:00Z', z: '500/1000' }, 'by level'],
    ['position', { coords: 'MULTIPOINT((31 5),(60 30))', datetime: '2020-01-01T05:00:00Z' }, 'where it is'],
    ['radius', { within: '4000' }, 'Title of p'],
    ['area', { coords: 'POLYGON((170 0,-150 0,-150 40,170 40,170 0))' }, 'Title of p'],
    ['cube', { bbox: '-180,-90,180,90', datetime: '2020-01-01/2020-01-02' }, 'Title of p'],
    ['trajectory', { coords: 'LINESTRING(0 0,40 20,90 60)' }, 'along the path'],
    ['corridor', { 'corridor-width': '2000' }, 'Title of p'],
  ] as [string, Record<string, string>, string][])('%s by %j is drawn %s', async (query, fields, title) => {
    await ask(query, fields);
    const picture = page.getByRole('img', { name: title }).first();
    expect(await picture.isVisible()).toBe(true);
    expect((await picture.boundingBox())!.width).toBeGreaterThan(150);
    await expectToFit();
    // Pictures in data: addresses have been let in by the policy, and are pictures.
    const images = await page.evaluate<number[]>(imageWidths);
    if (['radius', 'area', 'cube', 'corridor'].includes(query)) expect(images.length).toBeGreaterThan(0);
    for (const size of images) expect(size).toBeGreaterThan(0);
    expect(await page.getByRole('table').getByRole('columnheader').count()).toBeGreaterThan(3);
    for (const [name, value] of Object.entries(fields)) {
      expect(await page.locator(`form input[name="${name}"]`).inputValue()).toBe(value);
    }
  });

  it('draws a line with gaps where values are missing', async () => {
    await page.goto(`${service.address}/collections/world/position?f=html&z=1000&coords=POINT(31 5)`);
    const path = await page.locator('path.line').first().getAttribute('d');
    expect(path!.split('M').length).toBeGreaterThan(3);
    expect(path).not.toContain('NaN');
    // Neighbouring marks of the axes do not lie on one another.
    const boxes = await page.locator('svg text[text-anchor="middle"]').evaluateAll((all) =>
      all.map((text) => {
        const { left, right, top } = text.getBoundingClientRect();
        return { left, right, top: Math.round(top) };
      }),
    );
    for (const [i, box] of boxes.entries()) {
      for (const other of boxes.slice(i + 1).filter(({ top }) => top === box.top)) {
        expect(box.right <= other.left || other.right <= box.left).toBe(true);
      }
    }
  });

  it('goes on to the next step by a link, and asks again by the form', async () => {
    await ask('cube', { bbox: '0,0,90,60', datetime: '2020-01-01T05:00:00Z' });
    await page.getByRole('link', { name: 'Next time: 2020-01-01T06:00:00Z' }).click();
    expect(await page.locator('input[name="datetime"]').inputValue()).toBe('2020-01-01T06:00:00Z');
    await page.locator('input[name="bbox"]').fill('0,0,90');
    await page.getByRole('button', { name: 'Show' }).click();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('400');
    // The browser's own word of the status; nothing else may have gone wrong.
    expect(complaints.splice(0).every((text) => text.includes('400'))).toBe(true);
    expect(await page.locator('input[name="bbox"]').inputValue()).toBe('0,0,90');
    await page.locator('input[name="bbox"]').fill('0,0,90,60');
    await page.getByRole('button', { name: 'Show' }).press('Enter');
    await page.getByRole('img', { name: 'Title of p' }).first().waitFor();
    await expectToFit();
  });
});
