import { expect, test } from 'vitest';
import { createService } from '../../../src/service/index.js';
import { startService } from '../../service/running-service.js';
import { mapDrawn } from '../browser.js';
import { answered, type OpenedViewer } from '../opened-viewer.js';

export function failureTests(viewer: OpenedViewer): void {
  test('passes on why a style cannot be drawn, asks for it once, and goes back to the default', async () => {
    const style = encodeURIComponent('{"ramp":"no-such-ramp"}');
    const page = await viewer.visit(`#layer=flat&view=4/20/30&style=${style}`);
    const alert = page.locator('#message');
    await alert.getByText('no-such-ramp').waitFor();
    const refused = viewer.requests.filter((url) => url.includes('no-such-ramp') && url.includes('.png'));
    // As many as were under way at once, of the tiles of a whole window.
    expect(refused.length).toBeLessThanOrEqual(6);
    await alert.getByRole('button', { name: 'Default colours' }).click();
    await page.waitForURL((url) => !url.hash.includes('style='));
    await mapDrawn(page, { layer: 'flat' });
    expect(await alert.isHidden()).toBe(true);
    expect(viewer.takeComplaints().every((text) => text.includes('400'))).toBe(true);
  });

  // One refused tile left the whole map empty, at every zoom and of every layer.
  test('leaves one refused tile out and draws the others, and asks for it again', async () => {
    const { page } = viewer;
    const refusal = { status: 413, json: { detail: 'this tile would read too many cells' } };
    await page.route(/\/tiles\/utm\/6\/35\/22\.png/, (route) => route.fulfill(refusal), { times: 1 });
    await viewer.visit('#layer=utm&view=6/21/47.8');
    const alert = page.locator('#message');
    await alert.getByText('This tile would read too many cells').waitFor();
    const asked = viewer.requests.filter((url) => url.includes('/tiles/utm/6/'));
    expect(new Set(asked).size).toBeGreaterThan(10);
    expect(await alert.getByRole('button', { name: 'Default colours' }).count()).toBe(0);
    const again = answered(page, '/tiles/utm/6/35/22.png');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await again;
    expect(await alert.isHidden()).toBe(true);
    expect(viewer.takeComplaints().every((text) => text.includes('413'))).toBe(true);
  });

  test('says when the service is gone, and goes on when it is back', async () => {
    const { store, built } = viewer;
    const gone = await startService(store, { pageDirectory: built.directory });
    const { page, complaints } = await viewer.watch(gone.address);
    await page.goto(`${gone.address}/viewer#layer=deep&view=0/20/30`);
    await mapDrawn(page);
    await page.waitForLoadState('networkidle');
    await gone.close();
    await page.locator('#style').selectOption('magma');
    const alert = page.locator('#message');
    await alert.getByText('The service does not answer. Is it still running?').waitFor();
    await page.mouse.click(700, 300);
    await page.locator('#place').getByRole('alert').first().waitFor();
    const app = await createService({ store, pageDirectory: built.directory, log: { write: () => {} } });
    try {
      await app.listen({ port: Number(new URL(gone.address).port), host: '127.0.0.1' });
      await page.locator('#message').getByRole('button', { name: 'Try again' }).click();
      await expect.poll(() => page.locator('[data-layer="main"]').getAttribute('data-missing')).toBe('0');
      await page.getByLabel('Legend').locator('.ramp').waitFor();
      await page.locator('#place').getByRole('button', { name: 'Try again' }).first().click();
      await page.locator('#place .number').waitFor();
      expect(complaints.splice(0).every((text) => text.includes('ERR_'))).toBe(true);
    } finally {
      await app.close();
    }
  });

  test('says when there is no such layer, and shows another', async () => {
    const { page } = await viewer.watch();
    await page.goto(`${viewer.service.address}/viewer#layer=nowhere&view=0/20/30`);
    await page.locator('#message').getByText('no layer nowhere').waitFor();
    await mapDrawn(page, { layer: 'deep' });
    await page.locator('#layer').selectOption('flat');
    await mapDrawn(page, { layer: 'flat' });
    expect(await page.locator('#message').isHidden()).toBe(true);
  });

  test('says when the store has no layers', async () => {
    const empty = await startService(undefined, { pageDirectory: viewer.built.directory });
    try {
      const { page } = await viewer.watch(empty.address);
      await page.goto(`${empty.address}/viewer`);
      await page.locator('#message').getByText('no layers').waitFor();
      expect(await page.locator('#layer').isDisabled()).toBe(true);
    } finally {
      await empty.close();
    }
  });
}
