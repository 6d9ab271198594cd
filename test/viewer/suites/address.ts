import { expect, test } from 'vitest';
import { mapDrawn } from '../browser.js';
import type { OpenedViewer } from '../opened-viewer.js';

const fragment =
  '#layer=deep&parameter=p&datetime=2020-01-01T03:00:00Z&z=500&axis.number=1&style=magma&range=5,900&scale=diverging' +
  '&centre=400&reversed=1&smooth=1&tool=box&place=20,45&box=0,0,30,30&b.layer=deep&b.parameter=p&b.z=100' +
  '&b.axis.number=0&b.datetime=2020-01-01T02:00:00Z&b.style=turbo&swipe=0.400&curve=1&view=0.00/20.000/30.000';
const fieldsOf = (hash: string) => [...new URLSearchParams(hash.slice(1))].sort().join('\n');

export function addressTests(viewer: OpenedViewer): void {
  test('comes back to what its address names, and goes back and forward', async () => {
    const { page } = await viewer.watch();
    await page.goto(`${viewer.service.address}/viewer${fragment}`);
    await page.locator('#curve .number').waitFor();
    await mapDrawn(page, { frame: '2020-01-01T03:00:00Z' });
    expect(await page.locator('#axis-number').inputValue()).toBe('1');
    expect(await page.locator('#b-axis-z').inputValue()).toBe('100');
    expect(await page.locator('#centre').inputValue()).toBe('400');
    expect(await page.getByLabel('Smooth').isChecked()).toBe(true);
    await page.locator('#time-slider').press('ArrowRight');
    await page.waitForURL(/T04:00:00Z/);
    await page.locator('#time-slider').press('ArrowLeft');
    await page.waitForURL(/[^.]datetime=2020-01-01T03:00:00Z/);
    expect(fieldsOf(new URL(page.url()).hash)).toBe(fieldsOf(fragment));
    await page.reload();
    await page.locator('#curve .number').waitFor();
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

  test('copies its address, or shows it where it may not', async () => {
    const page = await viewer.visit('#layer=flat&view=0/20/30');
    await page.locator('#copy-link').click();
    const dialog = page.locator('dialog.link[open]');
    const copied = page.locator('#live').getByText('Link copied');
    await dialog.or(copied).first().waitFor();
    if (!(await dialog.isVisible())) return;
    expect(await page.locator('#link-text').inputValue()).toBe(page.url());
    await dialog.getByRole('button', { name: 'Close' }).click();
  });
}
