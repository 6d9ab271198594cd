import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasChromium, violationsOf } from './browser.js';
import { type OpenedViewer, openedViewer } from './opened-viewer.js';

const everything = '#layer=deep&place=20,45&tool=box&box=0,0,30,30&swipe=0.5&curve=0&view=2/20/30';

describe.skipIf(!hasChromium)('viewer for everybody', () => {
  const viewer = openedViewer();
  let page: Page;

  async function open(...[fragment, options]: Parameters<OpenedViewer['open']>): Promise<void> {
    ({ page } = await viewer.open(fragment, options));
  }

  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
  test.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', phone],
    ['on a phone in the dark', { ...phone, colorScheme: 'dark' }],
  ] as const)('has no violations %s, with every card open', async (_, options) => {
    await open(everything, options);
    await page
      .locator('#place')
      .getByRole('img', { name: /Profile/ })
      .waitFor();
    await page.locator('#shape .facts').waitFor();
    await page.locator('#curve .number').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('has no violations with a section, with dialogs open, and when something failed', async () => {
    await open('#layer=deep&tool=path&path=0,0;30,40');
    await page
      .locator('#shape')
      .getByRole('img', { name: /levels/ })
      .waitFor();
    await page.getByText('Section as a table').click();
    expect(await violationsOf(page)).toEqual([]);
    await page.locator('#help').click();
    await page.locator('dialog.help[open]').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.route(/\/(tiles|position)/, (route) =>
      route.fulfill({ status: 503, json: { detail: 'away' } }),
    );
    await page.locator('#axis-z').selectOption('500');
    await page.getByRole('alert').getByText('away').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('works by the keyboard alone', async () => {
    await open('#layer=deep&view=2/20/30');
    const focused = () =>
      page.evaluate(
        "document.activeElement.id || document.activeElement.textContent || document.activeElement.getAttribute('aria-label')",
      );
    const reached: string[] = [];
    for (let k = 0; k < 60; k++) {
      await page.keyboard.press('Tab');
      const name = String(await focused());
      if (name === reached[0]) break;
      reached.push(name);
      const hasOutline = await page.evaluate(
        "document.activeElement === document.body || document.activeElement.matches(':focus-visible')",
      );
      expect(hasOutline, name).toBe(true);
    }
    for (const name of [
      'copy-link',
      'theme',
      'help',
      'layer',
      'parameter',
      'axis-z',
      'axis-number',
      'style',
      'range-low',
      'range-high',
      'fit-range',
      'map',
      'Place',
      'Box',
      'Polygon',
      'Section',
      'Compare',
      'Curve',
      'play',
      'time-slider',
      'speed',
    ]) {
      expect(reached, name).toContain(name);
    }
    // A value, said aloud; then a box, a polygon and a path from the middle of the map.
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await page
      .locator('#live')
      .getByText(/Title of p \d/)
      .waitFor();
    await page.keyboard.press('2');
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => !/view=2\.00\/20\.000/.test(url.hash));
    await page.keyboard.press('ArrowDown');
    await page.waitForURL((url) => !/\/30\.000/.test(url.hash));
    await page.keyboard.press('Enter');
    await page.waitForURL(/box=/);
    const view = /view=[^&]*/.exec(page.url())![0];
    await page.keyboard.press('4');
    await page.keyboard.press('m');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.waitForURL((url) => !url.hash.includes(view));
    await page.keyboard.press('Enter');
    await page.keyboard.press('Shift+Enter');
    await page.waitForURL(/path=/);
    await page.locator('#shape .facts').waitFor();
    await page.keyboard.press('.');
    await page.waitForURL(/T01:00:00Z/);
    await page.keyboard.press('k');
    await page.locator('#curve .number').waitFor();
    await page.keyboard.press('?');
    await page.locator('dialog.help[open]').getByLabel('Shortcuts of a single key').press('Space');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    expect(page.url()).toContain('curve=0');
  });
});
