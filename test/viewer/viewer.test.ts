import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasChromium, mapDrawn, type WatchedPage } from './browser.js';
import { type OpenedViewer, openedViewer } from './opened-viewer.js';
import { deepValue } from './world-service.js';

const megabyte = 1_000_000;

describe.skipIf(!hasChromium)('viewer', () => {
  const viewer = openedViewer();
  let watched: WatchedPage;
  let page: Page;

  async function open(...[fragment, options]: Parameters<OpenedViewer['open']>): Promise<void> {
    watched = await viewer.open(fragment, options);
    page = watched.page;
  }

  async function watch(): Promise<void> {
    watched = await viewer.watch();
    page = watched.page;
  }

  const requestsOf = (part: string) =>
    watched.requests.filter((url) => decodeURIComponent(url).includes(part));

  test('is served at /viewer under a strict policy, and at / for browsers', async () => {
    const answer = await viewer.service.get('/viewer', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const slashed = await viewer.service.get('/viewer/', { redirect: 'manual' });
    expect(slashed.status).toBe(308);
    expect(new URL(slashed.headers.get('location')!, `${viewer.service.address}/viewer/`).pathname).toBe(
      '/viewer',
    );
    const root = await viewer.service.get('/', { headers: { accept: 'text/html' } });
    expect(await root.text()).toBe(await answer.text());
    expect((await viewer.service.get('/viewer', { headers: { accept: 'application/json' } })).status).toBe(
      406,
    );
  });

  test('shows its first view within a megabyte from this service alone', async () => {
    await open();
    await page.waitForLoadState('networkidle');
    const sizes = (await page.evaluate(
      "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map((one) => one.transferSize)",
    )) as number[];
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(megabyte);
    expect(watched.foreign).toEqual([]);
    expect(watched.complaints).toEqual([]);
    expect(requestsOf('countries-50m')).toEqual([]);
  });

  test('answers every control', async () => {
    await open('#layer=deep&view=2/20/30');
    const drawn = (...parts: string[]) =>
      page.waitForRequest((request) =>
        parts.every((part) => decodeURIComponent(request.url()).includes(part)),
      );
    const steps: [string, () => Promise<unknown>, string[]][] = [
      ['level', () => page.locator('#axis-z').selectOption('500'), ['.png', 'z=500']],
      ['member', () => page.locator('#axis-number').selectOption('1'), ['.png', 'custom.number=1']],
      ['style', () => page.locator('#style').selectOption('cividis'), ['style=cividis']],
      [
        'typed range',
        () =>
          page
            .locator('#range-low')
            .fill('100')
            .then(() => page.keyboard.press('Enter')),
        ['range=100,'],
      ],
      ['dragged range', () => page.getByLabel('Highest value, slider').press('ArrowLeft'), ['range=100,']],
      ['smooth', () => page.getByLabel('Smooth').check(), ['resampling=bilinear']],
    ];
    // Bilinear pictures are not drawn by every version of the service.
    await page.route(/resampling=bilinear/, (route) => route.fulfill({ status: 204 }));
    for (const [name, act, parts] of steps) {
      const request = drawn(...parts);
      await act();
      expect((await request).url(), name).toContain('/tiles/deep/');
    }
    await page.getByLabel('Smooth').uncheck();
    await page.getByRole('button', { name: 'Next time' }).click();
    await mapDrawn(page, '2020-01-01T01:00:00Z');
    await page.locator('#speed').selectOption('8');
    await page.getByRole('button', { name: 'Whole layer' }).click();
    await page.locator('#fit-range').click();
    await page.waitForURL(/range=/);
    await page.locator('#theme').selectOption('dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 22, 27)');
    await page.locator('#help').click();
    await page.getByRole('heading', { name: 'Keyboard' }).waitFor();
    await page.locator('dialog[open]').getByRole('button', { name: 'Close' }).click();
    await page.locator('#copy-link').click();
    const dialog = page.locator('dialog.link[open]');
    const copied = page.locator('#copy-link').getByText('Copied');
    await dialog.or(copied).first().waitFor();
    if (await dialog.isVisible()) {
      expect(await page.locator('#link-text').inputValue()).toBe(page.url());
      await dialog.getByRole('button', { name: 'Close' }).click();
    }
    await page.locator('#parameter').selectOption('q');
    await page.locator('#time').waitFor({ state: 'hidden' });
    await page.locator('#layer').selectOption('flat');
    await page.waitForURL(/layer=flat/);
    expect(watched.complaints).toEqual([]);
  });

  test('reverses ramps and takes logarithms where the service lists its styles', async () => {
    await watch();
    const colours = ['#000000', '#808080', '#ffffff'];
    const style = (id: string, drawing = 'colours') => ({
      id,
      title: id,
      kind: 'sequential',
      drawing,
      colours,
    });
    await page.route(/\/styles$/, (route) =>
      route.fulfill({
        json: { styles: [style('viridis'), style('viridis_r'), style('hillshade', 'hillshade')] },
      }),
    );
    await page.route(/_r&|logscale|hillshade/, (route) => route.fulfill({ status: 204 }));
    await page.goto(`${viewer.service.address}/viewer#layer=deep`);
    await mapDrawn(page);
    expect(await page.locator('#style option').allTextContents()).toEqual(['viridis', 'hillshade']);
    const reversed = page.waitForRequest(/style=viridis_r/);
    await page.getByLabel('Reversed').check();
    await reversed;
    const logarithmic = page.waitForRequest(/logscale=true/);
    await page.getByLabel('Logarithmic').check();
    await logarithmic;
    expect(page.url()).not.toContain('viridis_r');
    const drawn = page.waitForRequest(/style=hillshade(&|$)/);
    await page.locator('#style').selectOption('hillshade');
    await drawn;
    expect(await page.getByLabel('Reversed').isHidden()).toBe(true);
  });

  test('takes smoothing back where the service refuses it', async () => {
    await open('#layer=deep');
    await page.route(/resampling=bilinear/, (route) =>
      route.fulfill({ status: 400, json: { detail: 'resampling is nearest' } }),
    );
    await page.getByLabel('Smooth').click();
    await page.getByText('does not smooth').waitFor();
    expect(await page.getByLabel('Smooth').isChecked()).toBe(false);
    await mapDrawn(page);
  });

  test('plays 24 times without an empty frame', async () => {
    await open('#layer=deep&view=1.2/0/20', { viewport: { width: 900, height: 600 } });
    await page.locator('#speed').selectOption('8');
    // What is drawn at each change of the picture: its time, tiles that miss, and the pixel in the middle.
    await page.evaluate(`
      const canvas = document.querySelector('[data-layer="main"]');
      window.frames = [];
      new MutationObserver(() => {
        const { frame, missing } = canvas.dataset;
        const alpha = [0.3, 0.5, 0.7].map((part) => canvas.getContext('2d')
          .getImageData(canvas.width * part, canvas.height / 2, 1, 1).data[3]);
        window.frames.push({ frame, missing: Number(missing), alpha: Math.min(...alpha) });
      }).observe(canvas, { attributes: true, attributeFilter: ['data-frame', 'data-missing'] });
    `);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect
      .poll(() => page.evaluate('new Set(window.frames.map(({ frame }) => frame)).size'), { timeout: 60_000 })
      .toBe(24);
    await page.getByRole('button', { name: 'Pause' }).click();
    const frames = (await page.evaluate('window.frames')) as {
      frame: string;
      missing: number;
      alpha: number;
    }[];
    expect(frames.filter(({ missing }) => missing > 0)).toEqual([]);
    expect(frames.filter(({ alpha }) => alpha !== 255)).toEqual([]);
    const shown = frames
      .map(({ frame }) => Date.parse(frame) / 3_600_000)
      .filter((hour, k, all) => hour !== all[k - 1]);
    const gaps = shown.slice(1).map((hour, k) => (hour - shown[k]! + 24) % 24);
    expect(gaps.every((gap) => gap === 1)).toBe(true);
  });

  test('tells the value under the pointer from one tile of values', async () => {
    await open('#layer=deep&z=500&datetime=2020-01-01T02:00:00Z&view=3/25/45');
    const box = (await page.locator('#map').boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    const readout = page.locator('#readout');
    await readout.getByText(/^\d/).waitFor();
    for (let k = 1; k <= 12; k++) await page.mouse.move(x + k * 4, y + k * 3);
    await readout.getByText(/^\d/).waitFor();
    const text = (await readout.textContent())!;
    const [, shown, latitude, longitude] = /^([\d.]+) K\s+\u00b7\s+([\d.]+)\u00b0 N, ([\d.]+)\u00b0 E$/.exec(
      text,
    )!;
    // Centres of cells are at 85, 75, ... north and 0, 10, ... east.
    const cell = { y: Math.round((85 - Number(latitude)) / 10), x: Math.round(Number(longitude) / 10) };
    const value = deepValue({ t: 2, z: 1, ...cell });
    expect(Number(shown)).toBeCloseTo(Number(value.toPrecision(4)), 5);
    const tiles = requestsOf('.f32');
    expect(new Set(tiles).size).toBe(tiles.length);
    expect(tiles.length).toBeLessThanOrEqual(4);
  });

  test('charts a place over time and levels, with tables', async () => {
    await open('#layer=deep&place=20,45&datetime=2020-01-01T05:00:00Z');
    const card = page.locator('#place');
    await card.getByRole('img', { name: /Time series of Title of p. 24 values/ }).waitFor();
    await card.getByRole('img', { name: /Profile of Title of p over/ }).waitFor();
    await card.getByText('Series as a table').click();
    const rows = card.getByRole('region', { name: 'Series as a table' }).locator('tbody tr');
    await rows.nth(23).waitFor();
    expect(await rows.count()).toBe(24);
    const value = deepValue({ t: 7, y: 4, x: 2 });
    expect(await rows.nth(7).textContent()).toBe(`2020-01-01 07:00 UTC${Number(value.toPrecision(4))}`);
    expect(watched.complaints).toEqual([]);
  });

  test('draws a box, a polygon and a path', async () => {
    await open('#layer=deep&view=2/20/30');
    const card = page.locator('#shape');
    const { x, y, width, height } = (await page.locator('#map').boundingBox())!;
    const at = (across: number, down: number) => [x + width * across, y + height * down] as const;
    await page.getByRole('button', { name: 'Box' }).click();
    await page.mouse.move(...at(0.35, 0.4));
    await page.mouse.down();
    await page.mouse.move(...at(0.5, 0.5));
    await page.mouse.move(...at(0.6, 0.6));
    await page.mouse.up();
    await card.getByText('Cells with data').waitFor();
    expect(page.url()).toMatch(/box=-?[\d.]+,-?[\d.]+,-?[\d.]+,-?[\d.]+/);
    await page.getByRole('button', { name: 'Polygon' }).click();
    for (const corner of [at(0.3, 0.4), at(0.6, 0.4), at(0.5, 0.65)])
      await page.mouse.click(...corner, { delay: 20 });
    await page.mouse.click(...at(0.3, 0.4), { delay: 20 });
    await page.waitForURL(/polygon=/);
    await card.getByText('Cells with data').waitFor();
    await page.getByRole('button', { name: 'Section' }).click();
    for (const corner of [at(0.3, 0.4), at(0.6, 0.6)]) await page.mouse.click(...corner, { delay: 20 });
    await page.mouse.click(...at(0.6, 0.6), { delay: 20 });
    await page.waitForURL(/path=/);
    await card.getByRole('img', { name: /at 3 levels/ }).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  test('has the statistics of the service where it answers them', async () => {
    await watch();
    await page.route(/\/statistics\?/, (route) =>
      route.fulfill({
        json: {
          parameter: 'p',
          cells: 9,
          valid: 8,
          min: 1,
          max: 4,
          mean: 2.5,
          std: 1,
          histogram: { edges: [1, 2, 3, 4], counts: [3, 2, 3] },
          percentiles: { '50': 2.5, '98': 3.9, '2': 1.1 },
        },
      }),
    );
    await page.goto(`${viewer.service.address}/viewer#layer=deep&tool=box&box=0,0,30,30`);
    const card = page.locator('#shape');
    await card.getByText('8 of 9').waitFor();
    expect(await card.locator('dt').allTextContents()).toEqual([
      'Lowest',
      'Highest',
      'Standard deviation',
      '2 % below',
      '50 % below',
      '98 % below',
      'Cells with data',
    ]);
    expect(requestsOf('/area')).toEqual([]);
  });

  test('draws the curve and the plan of what was asked last', async () => {
    await open('#layer=deep&curve=0&view=0/0/0');
    const card = page.locator('#curve');
    await card.getByText(/18 tiles in \d+ of \d+ segments?/).waitFor();
    expect(await page.locator('[data-layer="curve"]').getAttribute('data-blocks')).toBe('18');
    await page.getByRole('button', { name: 'Box' }).click();
    await page.locator('#shape-text').fill('1,1,19,29');
    await page.keyboard.press('Enter');
    await card.getByText(/1 tile in 1 of/).waitFor();
    await page.locator('#plan-level').selectOption('1');
    await page.waitForURL(/curve=1/);
    await page.locator('#plan-kind').selectOption('view');
    await card.getByText(/\d tiles in/).waitFor();
    expect(watched.complaints).toEqual([]);
  });

  test('compares two sides by a swipe', async () => {
    await open('#layer=deep&view=2/20/30');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/b\.datetime=2020-01-01T23:00:00Z/);
    await page.locator('[data-layer="compared"][data-missing="0"][data-frame*="23:00"]').waitFor();
    await page.locator('#swipe').press('ArrowRight');
    await page.waitForURL(/swipe=0\.501/);
    await page.locator('#b-layer').selectOption('flat');
    await page.waitForURL(/b\.layer=flat.*b\.parameter=r/);
    await page.locator('#b-time').selectOption('2020-01-01T02:00:00Z');
    await page.waitForURL(/b\.datetime=2020-01-01T02:00:00Z/);
    await page.getByRole('button', { name: 'End comparison' }).click();
    await page.waitForURL((url) => !url.hash.includes('swipe'));
    expect(watched.complaints).toEqual([]);
  });

  test('comes back to what its address names, and goes back and forward', async () => {
    const fragment =
      '#layer=deep&parameter=p&datetime=2020-01-01T03:00:00Z&z=500&axis.number=1&style=magma&range=5,900&smooth=1' +
      '&tool=box&place=20,45&box=0,0,30,30&b.layer=flat&b.parameter=r&b.datetime=2020-01-01T02:00:00Z' +
      '&swipe=0.400&curve=1&view=2.00/20.000/30.000';
    await watch();
    await page.route(/resampling=bilinear/, (route) => route.fulfill({ status: 204 }));
    await page.goto(`${viewer.service.address}/viewer${fragment}`);
    await page.locator('#curve .number').waitFor();
    await page.locator('#time-slider').press('ArrowRight');
    await page.waitForURL(/T04:00:00Z/);
    await page.locator('#time-slider').press('ArrowLeft');
    await page.waitForURL(/T03:00:00Z/);
    const fieldsOf = (hash: string) => [...new URLSearchParams(hash.slice(1))].sort().join('\n');
    expect(fieldsOf(new URL(page.url()).hash)).toBe(fieldsOf(fragment));
    await page.locator('#parameter').selectOption('q');
    await page.waitForURL(/parameter=q/);
    await page.getByRole('button', { name: 'Close curve' }).click();
    await page.waitForURL((url) => !url.hash.includes('curve'));
    await page.goBack();
    await page.locator('#curve').waitFor();
    await page.goBack();
    await page.waitForURL(/parameter=p/);
    expect(await page.locator('#parameter').inputValue()).toBe('p');
    await page.goForward();
    await page.waitForURL(/parameter=q/);
    expect(await page.locator('#parameter').inputValue()).toBe('q');
  });

  test('gives up what nobody waits for', async () => {
    await open('#layer=deep&view=2/20/30');
    const given: string[] = [];
    page.on('requestfailed', (request) => given.push(request.url()));
    let isFirst = true;
    await page.route(/\/position\?.*POINT/, async (route) => {
      if (isFirst) {
        isFirst = false;
        return; // Never answered.
      }
      await route.continue();
    });
    await page.mouse.click(600, 300);
    await page.waitForRequest(/\/position\?/);
    await page.waitForURL(/place=/);
    await page.mouse.click(700, 400);
    await page
      .locator('#place')
      .getByRole('img', { name: /Time series/ })
      .waitFor();
    expect(given.some((url) => url.includes('/position?'))).toBe(true);
  });
});
