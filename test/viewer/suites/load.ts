import { expect, test } from 'vitest';
import { mapDrawn } from '../browser.js';
import type { OpenedViewer } from '../opened-viewer.js';

const mostBytes = 500_000;
/** Page, icon, script, style; layers, styles, layer, legend; the atlas; the tiles of the window, and of the next two times. */
const mostRequests = 70;

export function loadTests(viewer: OpenedViewer): void {
  test('is served under a strict policy, and at / for browsers', async () => {
    const { service } = viewer;
    const answer = await service.get('/viewer', { headers: { accept: 'text/html' } });
    expect(answer.status).toBe(200);
    const policy = answer.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    const slashed = await service.get('/viewer/', { redirect: 'manual' });
    expect(slashed.status).toBe(308);
    expect(new URL(slashed.headers.get('location')!, `${service.address}/viewer/`).pathname).toBe('/viewer');
    const root = await service.get('/', { headers: { accept: 'text/html' } });
    expect(await root.text()).toBe(await answer.text());
    expect((await service.get('/viewer', { headers: { accept: 'application/json' } })).status).toBe(406);
  });

  test('sends what it was built of packed, and plain to those who ask for that', async () => {
    const { service } = viewer;
    const html = await (await service.get('/viewer', { headers: { accept: 'text/html' } })).text();
    const script = `/${/src="\.\/(assets\/[^"]+\.js)"/.exec(html)![1]}`;
    const texts: string[] = [];
    for (const encoding of ['br', 'gzip', 'identity']) {
      const answer = await service.get(script, { headers: { 'accept-encoding': encoding } });
      expect(answer.headers.get('content-encoding') ?? 'identity').toBe(encoding);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      texts.push(await answer.text());
    }
    expect(new Set(texts).size).toBe(1);
  });

  test('shows its first view within half a megabyte from this service alone', async () => {
    const { page, requests, foreign } = await viewer.watch();
    await page.goto(`${viewer.service.address}/viewer`);
    await mapDrawn(page);
    await page.waitForLoadState('networkidle');
    const sizes = (await page.evaluate(
      "[...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map((one) => one.transferSize)",
    )) as number[];
    expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThan(mostBytes);
    expect(requests.filter((url) => url.startsWith('http')).length).toBeLessThan(mostRequests);
    expect(requests.filter((url) => url.includes('countries-50m'))).toEqual([]);
    expect(foreign).toEqual([]);
  });

  test('offers what the service has, and says what a layer is', async () => {
    const page = await viewer.visit('#layer=deep');
    const optionsOf = (id: string) => page.locator(`${id} option`).allTextContents();
    expect((await optionsOf('#layer')).sort()).toEqual([
      ...['Deep', 'Flat', 'Scene', 'Twelve months of thirty days', 'Wind'],
    ]);
    expect(await optionsOf('#parameter')).toEqual(['Title of p', 'Title of q']);
    expect(await optionsOf('#axis-z')).toEqual(['1000 hPa', '500 hPa', '100 hPa']);
    expect(await page.locator('#about').textContent()).toContain('24 times \u00b7 the whole world');
    await page.locator('#links summary').click();
    expect(await page.locator('#collection').getAttribute('href')).toContain('collections/deep');
    const example = await page.locator('#example').getAttribute('href');
    expect((await viewer.service.get(`/${example}`)).status).toBe(200);
    await page.locator('#links summary').click();
  });

  test('moves by buttons: nearer, farther, to the whole layer', async () => {
    const page = await viewer.visit('#layer=utm&view=3/0/0');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/view=4\.00/);
    await page.getByRole('button', { name: 'Zoom out' }).click();
    await page.waitForURL(/view=3\.00/);
    await page.getByRole('button', { name: 'Whole layer on the map' }).click();
    await page.waitForURL(/view=(9|1\d)\.\d+\/2\d\.\d+\/47\.\d+/);
  });
}
