import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { desktop, violationsOf } from '../browser.js';
import type { OpenedViewer } from '../opened-viewer.js';

const everything = '#layer=deep&place=20,45&tool=box&box=0,0,30,30&swipe=0.5&curve=0&view=0/20/30';
const phone = { width: 390, height: 844 };
/** What the tabulator key reaches, by id or by its text. */
const reachable = [
  ...['copy-link', 'help', 'toggle-panel', 'layer', 'parameter', 'axis-z', 'axis-number', 'drawing', 'style'],
  ...['range-low', 'range-high', 'fit-range', 'scale', 'smooth', 'theme', 'map', 'Place', 'Box', 'Polygon'],
  ...['Section', 'Compare', 'Curve', 'Zoom in', 'Zoom out', 'play', 'time-slider', 'speed'],
];

export function accessTests(viewer: OpenedViewer): void {
  test('has no violations in light and dark, on a desktop and on a phone, with every card open', async () => {
    const page = await viewer.visit(everything);
    await page
      .locator('#place')
      .getByRole('img', { name: /Profile/ })
      .waitFor();
    await page.locator('#shape .facts').waitFor();
    await page.locator('#curve .number').waitFor();
    for (const [size, colorScheme] of [
      [desktop, 'light'],
      [desktop, 'dark'],
      [phone, 'dark'],
      [phone, 'light'],
    ] as const) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      expect(await violationsOf(page), `${size.width} ${colorScheme}`).toEqual([]);
    }
    await page.setViewportSize(desktop);
  });

  test('has no violations with a section, with a dialog open, and when something failed', async () => {
    const page = await viewer.visit(
      '#layer=deep&tool=path&path=0,0;30,40&view=0/20/30&style=%7B%22ramp%22:%22none%22%7D',
    );
    await page
      .locator('#shape')
      .getByRole('img', { name: /levels/ })
      .waitFor();
    await page.getByText('Section as a table').click();
    await page.locator('#message').getByText('none').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.locator('#help').click();
    await page.locator('dialog.help[open]').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    viewer.takeComplaints();
  });

  test('fits a phone and a phone on its side, and opens the panel there', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    for (const [width, height] of [
      [360, 640],
      [844, 390],
    ] as const) {
      await page.setViewportSize({ width, height });
      if (await page.locator('#panel').isVisible()) await page.locator('#toggle-panel').click();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      for (const id of ['#map', '#tools', '#time', '#legend'])
        await expectInside(page, id, { width, height });
      await page.locator('#toggle-panel').click();
      await expectInside(page, '#panel', { width, height });
      await page.locator('#parameter').selectOption('p');
    }
    await page.setViewportSize(desktop);
  });

  test('works by the keyboard alone', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    await page.evaluate('document.activeElement.blur()');
    const reached: string[] = [];
    for (let k = 0; k < 60; k++) {
      await page.keyboard.press('Tab');
      const [name, hasOutline] = (await page.evaluate(`[
        document.activeElement === document.body ? 'body' : document.activeElement.id
          || document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label'),
        document.activeElement === document.body || document.activeElement.matches(':focus-visible'),
      ]`)) as [string, boolean];
      if (name === reached[0]) break;
      reached.push(name);
      expect(hasOutline, name).toBe(true);
    }
    expect(reached).toEqual(expect.arrayContaining(reachable));
    await page.evaluate('document.activeElement.blur()');
    await sayValue(page);
    await drawByKeys(page);
    await page.keyboard.press('.');
    await page.waitForURL(/T01:00:00Z/);
    await page.keyboard.press('k');
    await page.locator('#curve .number').waitFor();
    await page.keyboard.press('p');
    expect(await page.locator('#panel').isHidden()).toBe(true);
    await page.keyboard.press('p');
    await page.keyboard.press('?');
    const single = page.locator('dialog.help[open]').getByLabel('Shortcuts of a single key');
    await single.press('Space');
    await page.keyboard.press('Escape');
    await page.keyboard.press('k');
    expect(page.url()).toContain('curve=0');
    await page.keyboard.press('?');
    await single.press('Space');
    await page.keyboard.press('Escape');
  });
}

async function expectInside(
  page: Page,
  id: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const bounds = (await page.locator(id).boundingBox())!;
  expect(bounds.x, id).toBeGreaterThanOrEqual(0);
  expect(bounds.y, id).toBeGreaterThanOrEqual(0);
  expect(bounds.x + bounds.width, id).toBeLessThanOrEqual(width);
  expect(bounds.y + bounds.height, id).toBeLessThanOrEqual(height);
  expect(bounds.height, id).toBeGreaterThan(30);
}

/** A value in the middle of the map, said aloud. */
async function sayValue(page: Page): Promise<void> {
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await page
    .locator('#live')
    .getByText(/Title of p \d/)
    .waitFor();
}

/** A box, then a path, from the middle of a map that arrows move. */
async function drawByKeys(page: Page): Promise<void> {
  const move = async (key: string) => {
    const view = /view=[^&]*/.exec(page.url())![0];
    await page.keyboard.press(key);
    await page.waitForURL((url) => !url.hash.includes(view));
  };
  await page.keyboard.press('2');
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await move('ArrowRight');
  await move('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/box=/);
  await page.keyboard.press('4');
  await page.keyboard.press('m');
  await page.keyboard.press('Enter');
  await move('ArrowRight');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+Enter');
  await page.waitForURL(/path=/);
  await page.locator('#shape .facts').waitFor();
}
