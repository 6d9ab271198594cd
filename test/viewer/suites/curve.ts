import { expect, test } from 'vitest';
import type { OpenedViewer } from '../opened-viewer.js';

interface PlanAnswer {
  readonly plan: Readonly<Record<string, number>>;
}

export function curveTests(viewer: OpenedViewer): void {
  test('has the plan in numbers of what was asked last', async () => {
    const page = await viewer.visit('#layer=deep&curve=0&view=0/0/0');
    const card = page.locator('#curve');
    const blocks = page.locator('[data-layer="curve"]');
    const query = 'parameter=p&z=1000&number=0&level=0&datetime=2020-01-01T00:00:00Z';
    const { plan } = await viewer.service.json<PlanAnswer>(`/layers/deep/plan?${query}&bbox=-180,-90,180,90`);
    const title = `${plan.tiles} tiles in ${plan.segments} of ${plan.segmentsTotal} segment`;
    await card.getByText(title).first().waitFor();
    expect(await card.locator('dd').allTextContents()).toEqual(
      expect.arrayContaining(
        [plan.ranges, plan.segmentsTotal, plan.segments, plan.tiles, plan.cells].map(String),
      ),
    );
    await card.getByRole('img', { name: `${plan.ranges} ranges on the curve` }).waitFor();
    expect(await blocks.getAttribute('data-blocks')).toBe('18');
    await card.getByText('Segments opened').last().click();
    await card.getByRole('region', { name: 'Segments opened' }).locator('tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Box' }).click();
    await page.locator('#shape-text').fill('1,1,19,29');
    await page.keyboard.press('Enter');
    await card.getByText(/1 tile in 1 of/).waitFor();
    await page.locator('#plan-level').selectOption('1');
    await page.waitForURL(/curve=1/);
    await page.locator('#plan-kind').selectOption('view');
    await card.getByText(/\d tiles? in/).waitFor();
    await page.getByRole('button', { name: 'Close curve' }).click();
    await expect.poll(() => blocks.getAttribute('data-blocks')).toBe('0');
  });

  test('draws each of the times that a series reads', async () => {
    const page = await viewer.visit('#layer=deep&curve=0&place=20,45&view=0/0/0');
    const card = page.locator('#curve');
    // 24 times in tiles of 6.
    await card.getByText('4 tiles in').waitFor();
    expect(await page.locator('#plan-time option').allTextContents()).toEqual([
      '1 of 4, from 2020-01-01 00:00 UTC',
      '2 of 4, from 2020-01-01 06:00 UTC',
      '3 of 4, from 2020-01-01 12:00 UTC',
      '4 of 4, from 2020-01-01 18:00 UTC',
    ]);
    const drawn = page.waitForResponse((response) => response.url().includes('tile-time=2'));
    await page.locator('#plan-time').selectOption('2');
    const { run, blocks } = (await (await drawn).json()) as {
      run: { t: number };
      blocks: { touched: number[] };
    };
    expect(run.t).toBe(2);
    expect(blocks.touched.filter((one) => one === 1)).toHaveLength(1);
    await expect.poll(() => page.locator('#plan-time').inputValue()).toBe('2');
  });
}
