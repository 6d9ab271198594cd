import { expect, test } from 'vitest';
import type { OpenedViewer } from '../opened-viewer.js';

interface StatisticsAnswer {
  readonly cells: number;
  readonly mean: number;
  readonly max: number;
}

export function shapeTests(viewer: OpenedViewer): void {
  test('draws a box, a polygon and a path', async () => {
    const page = await viewer.visit('#layer=deep&view=2/20/30');
    const card = page.locator('#shape');
    const { x, y, width, height } = (await page.locator('#stage').boundingBox())!;
    const at = (across: number, down: number) => [x + width * across, y + height * down] as const;
    const click = (corner: readonly [number, number]) => page.mouse.click(...corner, { delay: 20 });
    await page.getByRole('button', { name: 'Box' }).click();
    await page.mouse.move(...at(0.35, 0.3));
    await page.mouse.down();
    await page.mouse.move(...at(0.45, 0.4));
    await page.mouse.move(...at(0.5, 0.6));
    await page.mouse.up();
    await card.getByText('Cells with data').waitFor();
    expect(page.url()).toMatch(/box=-?[\d.]+,-?[\d.]+,-?[\d.]+,-?[\d.]+/);
    await page.getByRole('button', { name: 'Polygon' }).click();
    for (const corner of [at(0.1, 0.3), at(0.5, 0.3), at(0.4, 0.55), at(0.1, 0.3)]) await click(corner);
    await page.waitForURL(/polygon=/);
    await card.getByText('Cells with data').waitFor();
    await page.getByRole('button', { name: 'Section' }).click();
    for (const corner of [at(0.1, 0.3), at(0.4, 0.6), at(0.4, 0.6)]) await click(corner);
    await page.waitForURL(/path=/);
    await card.getByRole('img', { name: /at 3 levels/ }).waitFor();
    await card.getByText('Section as a table').click();
    await card.getByRole('region', { name: 'Section as a table' }).locator('tbody tr').first().waitFor();
  });

  test('has the statistics of the service: of typed places, of the view, of the whole layer', async () => {
    const page = await viewer.visit('#layer=deep&z=500&tool=box&view=2/20/30');
    const card = page.locator('#shape');
    const base = '/layers/deep/statistics?datetime=2020-01-01T00:00:00Z&z=500&custom.number=0&parameter=p';
    const shows = async (query: string) => {
      const { cells, max } = await viewer.service.json<StatisticsAnswer>(`${base}&${query}`);
      await card.getByText(`${cells} of ${cells}`).waitFor();
      await card
        .getByText(`${Number(max.toPrecision(4))} K`, { exact: true })
        .first()
        .waitFor();
    };
    await page.locator('#shape-text').fill('nowhere');
    await page.keyboard.press('Enter');
    await card.getByRole('alert').getByText('west,south,east,north').waitFor();
    await page.locator('#shape-text').fill('0,0,30,30');
    await page.keyboard.press('Enter');
    await shows('bbox=0,0,30,30');
    await card.getByText('Mean of Title of p, weighted by the area of cells').waitFor();
    await card.getByRole('img', { name: /Histogram of Title of p/ }).waitFor();
    await page.getByRole('button', { name: 'Whole layer', exact: true }).last().click();
    await shows('bbox=-180,-90,180,90');
    await page.getByRole('button', { name: 'What the map shows' }).click();
    await page.waitForURL((url) => !url.hash.includes('box=-180,-90,180,90'));
    await page.locator('#map').focus();
    await viewer.visit('#layer=utm&tool=box&box=0,0,1,1');
    await card.getByText('No cell of the layer lies inside.').waitFor();
  });
}
