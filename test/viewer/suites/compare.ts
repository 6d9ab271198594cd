import { expect, test } from 'vitest';
import { answered, type OpenedViewer } from '../opened-viewer.js';

export function compareTests(viewer: OpenedViewer): void {
  test('shows two times, levels, styles and layers on the sides of a line', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    const right = page.locator('[data-layer="compared"][data-missing="0"]');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/b\.datetime=2020-01-01T23:00:00Z/);
    await right.and(page.locator('[data-frame*="23:00"]')).waitFor();
    await page.locator('#swipe').press('ArrowRight');
    await page.waitForURL(/swipe=0\.501/);
    const level = answered(page, '/tiles/deep/', 'z=100&', 'T23:00');
    await page.locator('#b-axis-z').selectOption('100');
    await level;
    expect(await page.locator('.swipe-right').textContent()).toBe('100 hPa \u00b7 2020-01-01 23:00 UTC');
    const style = answered(page, '/tiles/deep/', 'z=100&', 'style=magma');
    await page.locator('#b-style').selectOption('magma');
    await style;
    expect(await page.locator('#style').inputValue()).toBe('viridis');
    await expect.poll(() => page.getByLabel('Legend').locator('figcaption').count()).toBe(2);
    await page.locator('#b-layer').selectOption('wind');
    await page.waitForURL(/b\.layer=wind.*b\.parameter=u10/);
    await page.locator('#b-axis-z').selectOption('500');
    await page.waitForURL(/b\.z=500/);
    const arrows = answered(page, '/tiles/wind/', 'z=500', 'parameter=u10,v10', 'style=arrows');
    await page.locator('#b-style').selectOption('arrows');
    await arrows;
    await page.locator('#b-layer').selectOption('flat');
    await page.waitForURL(/b\.layer=flat.*b\.parameter=r/);
    await page.locator('#b-time').selectOption('2020-01-01T02:00:00Z');
    await page.waitForURL(/b\.datetime=2020-01-01T02:00:00Z/);
    await page.getByRole('button', { name: 'End comparison' }).click();
    await page.waitForURL((url) => !url.hash.includes('swipe'));
  });
}
