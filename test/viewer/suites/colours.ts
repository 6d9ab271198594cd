import { expect, test } from 'vitest';
import { answered, type OpenedViewer } from '../opened-viewer.js';

interface LegendAnswer {
  readonly key: {
    readonly ticks?: readonly { readonly label: string }[];
    readonly classes?: readonly { readonly colour: string }[];
  };
}

export function colourTests(viewer: OpenedViewer): void {
  test('draws what every control says', async () => {
    const page = await viewer.visit('#layer=deep&view=0/20/30');
    const select = (id: string, value: string) => page.locator(id).selectOption(value);
    // Pictures that were there before are not asked for again: what comes back to them changes something else, too.
    const both = async (...choices: [string, string][]) => {
      for (const [id, value] of choices) await select(id, value);
    };
    const type = async (id: string, value: string) => {
      await page.locator(id).fill(value);
      await page.keyboard.press('Enter');
    };
    const steps: [string, () => Promise<unknown>, string[]][] = [
      ['level', () => select('#axis-z', '500'), ['z=500']],
      ['member', () => select('#axis-number', '1'), ['custom.number=1']],
      ['ramp', () => select('#style', 'cividis'), ['style=cividis']],
      ['reversed', () => page.getByLabel('Reversed').check(), ['style=cividis_r']],
      ['typed range', () => type('#range-low', '100'), ['range=100,']],
      [
        'dragged range',
        () => page.getByLabel('Highest value, slider').press('ArrowLeft'),
        ['range=100,2045'],
      ],
      ['logarithm', () => select('#scale', 'log'), ['logscale=true']],
      [
        'diverging',
        () => select('#scale', 'diverging'),
        ['"ramp":"cividis_r"', '"scale":"diverging"', '"centre":107'],
      ],
      ['its middle', () => type('#centre', '700'), ['"centre":700']],
      ['classes', () => select('#scale', 'classes'), ['"classes":8']],
      ['their number', () => type('#classes', '5'), ['"classes":5']],
      [
        'linear',
        () => both(['#axis-number', '0'], ['#scale', 'linear']),
        ['style=cividis_r&range', 'number=0'],
      ],
      ['smooth', () => page.getByLabel('Smooth').check(), ['resampling=bilinear']],
      ['contours', () => select('#drawing', 'contours'), ['style=contours']],
      ['contours in colours', () => select('#style', 'turbo'), ['style=contours/turbo']],
      ['hillshade in colours', () => select('#drawing', 'hillshade'), ['style=hillshade/turbo']],
      ['hillshade', () => select('#style', ''), ['style=hillshade']],
      ['cells', () => both(['#axis-z', '100'], ['#drawing', 'colours']), ['style=viridis', 'z=100']],
      ['set of colours', () => select('#style', 'tableau10'), ['style=tableau10']],
    ];
    for (const [name, act, parts] of steps) {
      const picture = answered(page, '/tiles/deep/', '.png', ...parts);
      await act();
      expect(await picture, name).toContain('parameter=p');
    }
    expect(await page.locator('#scale').isHidden()).toBe(true);
    expect(await page.locator('#drawing option').allTextContents()).not.toContain('Wind barbs');
  });

  // An emptied box of classes made a style that is none, and of the middle value a 0.
  test('keeps its colours where a box is emptied, and says what belongs there', async () => {
    const page = await viewer.visit('#layer=flat&view=0/20/30&scale=diverging&centre=5');
    const empty = async (id: string, note: string) => {
      const { hash } = new URL(page.url());
      await page.locator(id).fill('');
      await page.keyboard.press('Enter');
      await page.locator('#colours').getByText(note).waitFor();
      expect(new URL(page.url()).hash).toBe(hash);
    };
    await empty('#centre', 'middle value has to be a number');
    await page.locator('#scale').selectOption('classes');
    await page.waitForURL(/classes=8/);
    await empty('#classes', 'count of classes has to be a number');
    await page.locator('#scale').selectOption('diverging');
    await page.waitForURL(/scale=diverging/);
    expect(await page.locator('#centre').inputValue()).toBe('5');
  });

  test('fits the range to the data in view, and takes it back', async () => {
    const page = await viewer.visit('#layer=flat&view=3/20/30&range=1,3');
    await page.locator('#fit-range').click();
    await page.waitForURL((url) => /range=\d/.test(url.hash) && !url.hash.includes('range=1,3'));
    const [low, high] = /range=([\d.]+),([\d.]+)/.exec(page.url())!.slice(1).map(Number);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(17);
    await page.locator('#reset-range').click();
    await page.waitForURL((url) => !url.hash.includes('range='));
    expect(await page.locator('#range-high').inputValue()).toBe('19');
  });

  test('explains colours as the service does', async () => {
    const page = await viewer.visit('#layer=flat&style=magma&view=0/20/30');
    const legend = page.getByLabel('Legend');
    const asked = await viewer.service.json<LegendAnswer>('/tiles/flat/legend.json?parameter=r&style=magma');
    await legend.getByText(asked.key.ticks![0]!.label, { exact: true }).first().waitFor();
    expect(await legend.locator('figcaption').textContent()).toBe('Title of r K');
    expect(await legend.locator('.ticks span').allTextContents()).toEqual(
      asked.key.ticks!.map(({ label }) => label),
    );
    await page.locator('#scale').selectOption('classes');
    await expect.poll(() => legend.locator('.ticks span').first().textContent()).toBe('0');
    await page.locator('#drawing').selectOption('contours');
    await legend.getByText(/^Lines at \d/).waitFor();
    await page.locator('#style').selectOption('turbo');
    await legend.locator('.categories li').first().waitFor();
    expect(await legend.locator('.categories li').first().textContent()).toMatch(/^\d+$/);
  });

  test('takes a style of one\u2019s own as JSON, with the legend of its categories', async () => {
    const page = await viewer.visit('#layer=flat&view=0/20/30');
    await page.locator('#own-style summary').click();
    expect(await page.locator('#own-style-text').inputValue()).toBe('{"ramp":"viridis"}');
    const examples = await page.locator('#own-style code').allTextContents();
    expect(examples.length).toBeGreaterThan(2);
    for (const example of examples) {
      const tile = `/tiles/flat/0/0/0.png?parameter=r&style=${encodeURIComponent(example)}`;
      expect((await viewer.service.get(tile)).status, example).toBe(200);
    }
    const list = await page.locator('#own-style a').getAttribute('href');
    expect((await viewer.service.get(`/${list}`)).status).toBe(200);
    await page.locator('#own-style-text').fill('{"ramp": ');
    await page.locator('#use-own-style').click();
    await page.locator('#own-style').getByRole('alert').getByText('JSON').waitFor();
    const style = '{"categories":{"3":{"colour":"#228b22","label":"Forest"},"4":"blue"}}';
    await page.locator('#own-style-text').fill(style);
    const picture = answered(page, '/tiles/flat/', '.png', `style=${style}`);
    await page.locator('#use-own-style').click();
    await picture;
    await page.getByLabel('Legend').getByText('Forest').waitFor();
    expect(await page.locator('#style').inputValue()).toBe('own');
    await page.locator('#style').selectOption('magma');
    await page.waitForURL(/style=magma/);
    await page.locator('#own-style summary').click();
  });

  test('draws winds of two parameters, and tells speed and direction', async () => {
    const page = await viewer.visit('#layer=wind&parameter=v10&view=0/20/30');
    for (const [drawing, label] of [
      ['arrows', /^\d/],
      ['barbs', /50/],
    ] as const) {
      const picture = answered(page, '/tiles/wind/', 'parameter=u10,v10', `style=${drawing}`, 'z=1000');
      await page.locator('#drawing').selectOption(drawing);
      await picture;
      await page.getByLabel('Legend').getByText(label).first().waitFor();
    }
    await page.mouse.move(700, 400);
    await page
      .locator('#readout')
      .getByText(/^5 m s\u207b\u00b9 from 217\u00b0/)
      .waitFor();
    await page.locator('#style').selectOption('turbo');
    await page.getByLabel('Legend').getByText('Wind speed').waitFor();
    await page.mouse.move(10, 10);
  });

  test('is light or dark, as the reader says', async () => {
    const page = await viewer.visit('#layer=flat');
    await page.locator('#theme').selectOption('dark');
    const colour = "getComputedStyle(document.querySelector('.panel')).backgroundColor";
    expect(await page.evaluate(colour)).toBe('rgb(26, 35, 43)');
    await page.locator('#theme').selectOption('system');
    await page.locator('#toggle-panel').click();
    expect(await page.locator('#layer').isHidden()).toBe(true);
    await page.locator('#toggle-panel').click();
    expect(await page.locator('#layer').isVisible()).toBe(true);
  });
}
