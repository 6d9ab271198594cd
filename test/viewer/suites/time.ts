import { expect, test } from 'vitest';
import { mapDrawn } from '../browser.js';
import { answered, type OpenedViewer } from '../opened-viewer.js';

export function timeTests(viewer: OpenedViewer): void {
  test('goes on by button, to the end by keyboard, and nowhere without times', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    await page.getByRole('button', { name: 'Next time' }).click();
    await mapDrawn(page, { frame: '2020-01-01T01:00:00Z' });
    await page.getByRole('button', { name: 'Previous time' }).click();
    await mapDrawn(page, { frame: '2020-01-01T00:00:00Z' });
    await page.locator('#time-slider').press('End');
    await mapDrawn(page, { frame: '2020-01-01T23:00:00Z' });
    expect(await page.locator('#time-text').textContent()).toBe('2020-01-01 23:00 UTC');
    expect(await page.getByRole('button', { name: 'Next time' }).isDisabled()).toBe(true);
    const tile = answered(page, 'tiles/deep/', 'parameter=q');
    await page.locator('#parameter').selectOption('q');
    expect(await tile).not.toContain('datetime');
    expect(await page.locator('#time').isHidden()).toBe(true);
  });

  test('takes instants of another calendar as the service spells them', async () => {
    const page = await viewer.visit('#layer=slow&datetime=1970-02-01T00:00:00Z');
    expect(await page.locator('#time-text').textContent()).toBe('1970-02-01 00:00 UTC');
    expect(viewer.requests.some((url) => decodeURIComponent(url).includes('datetime=1970-02-01T'))).toBe(
      true,
    );
  });

  test('plays 24 times without an empty frame', async () => {
    const page = await viewer.visit('#layer=deep&view=1.2/0/20');
    await page.locator('#speed').selectOption('8');
    // What is drawn at each change of the picture: its time, tiles that miss, and pixels across the middle.
    await page.evaluate(`
      const canvas = document.querySelector('[data-layer="main"]');
      window.shown = [];
      window.watching = new MutationObserver(() => {
        const { frame, missing } = canvas.dataset;
        const alpha = [0.3, 0.5, 0.7].map((part) => canvas.getContext('2d')
          .getImageData(canvas.width * part, canvas.height / 2, 1, 1).data[3]);
        window.shown.push({ frame, missing: Number(missing), alpha: Math.min(...alpha) });
      });
      window.watching.observe(canvas, { attributes: true, attributeFilter: ['data-frame', 'data-missing'] });
    `);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect
      .poll(() => page.evaluate('new Set(window.shown.map(({ frame }) => frame)).size'), { timeout: 60_000 })
      .toBe(24);
    await page.getByRole('button', { name: 'Pause' }).click();
    const frames = (await page.evaluate('window.watching.disconnect(), window.shown')) as {
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
    // The browser's advice about reading pixels, which only this test does.
    expect(viewer.takeComplaints().every((text) => text.includes('willReadFrequently'))).toBe(true);
  });
}
