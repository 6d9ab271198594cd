import { expect, test } from 'vitest';
import type { OpenedViewer } from '../opened-viewer.js';
import { deepValue } from '../world-service.js';

export function placeTests(viewer: OpenedViewer): void {
  test('tells the value under the pointer from one tile of values', async () => {
    const page = await viewer.visit('#layer=deep&z=500&datetime=2020-01-01T02:00:00Z&view=3/25/45');
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
    expect(await page.getByLabel('Legend').locator('.mark').isVisible()).toBe(true);
    const tiles = viewer.requests.filter((url) => url.includes('.f32'));
    expect(new Set(tiles).size).toBe(tiles.length);
    expect(tiles.length).toBeLessThanOrEqual(4);
  });

  test('charts a clicked place over time and levels, with tables, and follows the time', async () => {
    const page = await viewer.visit('#layer=deep&datetime=2020-01-01T05:00:00Z&view=3/20/45');
    const box = (await page.locator('#map').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    const card = page.locator('#place');
    await card.getByRole('img', { name: /Time series of Title of p. 24 values/ }).waitFor();
    await card.getByRole('img', { name: /Profile of Title of p over/ }).waitFor();
    await card.getByText('Series as a table').click();
    const rows = card.getByRole('region', { name: 'Series as a table' }).locator('tbody tr');
    await rows.nth(23).waitFor();
    expect(await rows.count()).toBe(24);
    const cell = { y: 4, x: 2 };
    const valueText = (t: number) => String(Number(deepValue({ t, ...cell }).toPrecision(4)));
    expect(await rows.nth(7).textContent()).toBe(`2020-01-01 07:00 UTC${valueText(7)}`);
    await card.getByText(`${valueText(5)} K`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next time' }).click();
    await card.getByText(`${valueText(6)} K`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close place' }).click();
    await card.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.id')).toBe('map');
  });

  // On a phone the cards cover half of the map, and with it what had been clicked.
  test('moves a place out from under the cards that open', async () => {
    const page = await viewer.visit('#layer=deep&view=3/20/45');
    const map = (await page.locator('#map').boundingBox())!;
    await page.mouse.click(map.x + map.width - 150, map.y + map.height / 2);
    await page.locator('#place .number').waitFor();
    const stage = (await page.locator('#stage').boundingBox())!;
    expect(stage.x + stage.width).toBeLessThan(map.x + map.width - 150);
    const placeX = () => {
      const fields = new URLSearchParams(new URL(page.url()).hash.slice(1));
      const [zoom, middle] = fields.get('view')!.split('/').map(Number) as [number, number];
      const degrees = Number(fields.get('place')!.split(',')[0]) - middle;
      return map.x + map.width / 2 + (degrees / 360) * 256 * 2 ** zoom;
    };
    await expect.poll(placeX).toBeLessThan(stage.x + stage.width);
  });

  test('says so where there is no data, and beside the layer', async () => {
    const page = await viewer.visit('#layer=deep&parameter=q&place=30,45');
    await page.locator('#place .number').getByText('no data').waitFor();
    await viewer.visit('#layer=utm&place=30,0&view=5/21/47');
    await page.locator('#place').getByText('The layer has no cell here.').first().waitFor();
  });

  test('gives up what nobody waits for', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    const given: string[] = [];
    page.on('requestfailed', (request) => given.push(request.url()));
    let isFirst = true;
    await page.route(/\/position\?.*POINT/, async (route) => {
      // The first is never answered.
      if (!isFirst) return route.continue();
      isFirst = false;
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
    await page.unroute(/\/position\?.*POINT/);
  });
}
