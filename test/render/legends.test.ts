import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  colourRamp,
  describeLegend,
  encodeLegend,
  type Legend,
  type LegendSize,
  type LegendText,
  parseStyle,
} from '../../src/render/index.js';
import { readPng } from './read-png.js';

function legendOf(style: string, range = { low: 0, high: 1 }, text: LegendText = {}): Legend {
  return describeLegend(parseStyle(style), range, text);
}

function ticksOf(style: string, low: number, high: number): string[] {
  const { key } = legendOf(style, { low, high });
  if (key.kind !== 'ramp') throw new Error('a ramp has ticks');
  return key.ticks.map(({ label }) => label);
}

async function svgOf(legend: Legend, size: LegendSize = {}): Promise<string> {
  return Buffer.from(await encodeLegend(legend, 'svg', size)).toString();
}

describe('a legend as JSON', () => {
  it('has the colours of a ramp with their values', async () => {
    const legend = legendOf('viridis', { low: 10, high: 20 }, { title: 'Wind', unit: 'm/s' });
    expect(legend).toMatchObject({ title: 'Wind', unit: 'm/s', scale: 'linear', nodata: '#00000000' });
    expect(legend).not.toHaveProperty('below');
    const { key } = legend;
    if (key.kind !== 'ramp') throw new Error('a ramp');
    expect(key.stops).toHaveLength(255);
    expect(key.stops[0]).toEqual({ place: 0, value: 10, colour: '#440154' });
    expect(key.stops[127]).toEqual({ place: 0.5, value: 15, colour: '#21918c' });
    expect(key.stops[254]).toEqual({ place: 1, value: 20, colour: '#fde725' });
    expect(JSON.parse(Buffer.from(await encodeLegend(legend, 'json')).toString())).toEqual(legend);
  });

  it.each<[string, number, number, string[]]>([
    ['viridis', 250, 310, ['250', '260', '270', '280', '290', '300', '310']],
    ['viridis', -0.31, 0.29, ['-0.3', '-0.2', '-0.1', '0', '0.1', '0.2']],
    ['viridis', 0, 3e7, ['0', '5e6', '1e7', '1.5e7', '2e7', '2.5e7', '3e7']],
    ['viridis', 7, 7, ['7']],
    ['{"scale":"log"}', 0.003, 500, ['0.01', '0.1', '1', '10', '100']],
    ['{"scale":"log"}', 1, 20, ['1', '2', '5', '10', '20']],
    ['{"scale":"log"}', 1e-12, 1e12, ['1e-12', '1e-8', '1e-4', '1', '10000', '1e8', '1e12']],
    ['{"ramp":"rdbu","scale":"diverging"}', -10, 30, ['-10', '0', '10', '20', '30']],
  ])('marks round numbers of %s from %d to %d', (style, low, high, labels) => {
    expect(ticksOf(style, low, high).map((label) => label.replace('0.0001', '1e-4'))).toEqual(labels);
  });

  it('marks values where their colours are', () => {
    const { key } = legendOf('{"ramp":"rdbu","scale":"diverging"}', { low: -10, high: 30 });
    if (key.kind !== 'ramp') throw new Error('a ramp');
    const places = key.ticks.map(({ value, place }) => [value, Math.round(place * 1000) / 1000]);
    expect(places).toEqual([
      [-10, 0],
      [0, 0.5],
      [10, 0.667],
      [20, 0.833],
      [30, 1],
    ]);
  });

  it('has classes, intervals and categories with their colours and labels', () => {
    expect(legendOf('{"breaks":[0,1,10],"ramp":["red","blue"],"below":"#0008","above":"lime"}')).toEqual({
      scale: 'classes',
      key: {
        kind: 'classes',
        classes: [
          { low: 0, high: 1, colour: '#ff0000', label: '0 - 1' },
          { low: 1, high: 10, colour: '#0000ff', label: '1 - 10' },
        ],
      },
      ...{ below: '#00000088', above: '#00ff00', nodata: '#00000000' },
    });
    expect(legendOf('[[[5,6],"red"],[[0,1],"blue"]]').key).toMatchObject({
      classes: [{ label: '0 - 1', colour: '#0000ff' }, { label: '5 - 6' }],
    });
    const style = '{"ramp":"set1","categories":{"4":{"label":"Water"},"1":"#123456"}}';
    expect(legendOf(style).key).toEqual({
      kind: 'categories',
      categories: [
        { value: 1, colour: '#123456', label: '1' },
        { value: 4, colour: '#e41a1c', label: 'Water' },
      ],
    });
  });

  it('counts the integers of a range for a set of colours, once around', () => {
    const { key } = legendOf('category10', { low: 8.6, high: 500 });
    if (key.kind !== 'categories') throw new Error('categories');
    expect(key.categories.map(({ value }) => value)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
    expect([key.categories[0]!.colour, key.categories[1]!.colour]).toEqual(['#17becf', '#1f77b4']);
  });

  it('refuses a range that the style cannot take', () => {
    expect(() => legendOf('{"scale":"log"}', { low: 0, high: 1 })).toThrow(InvalidArgumentError);
  });
});

describe('a legend as SVG', () => {
  it('escapes what layers and styles call things', async () => {
    const style = '{"categories":{"1":{"colour":"red","label":"<script>&\\"x\\""}}}';
    const svg = await svgOf(legendOf(style, undefined, { title: '</svg>\u0000<b>', unit: 'a&b' }));
    expect(svg).not.toMatch(/<script|<\/svg><|<b>|&b/);
    expect(svg).not.toContain('\u0000');
    expect(svg).toContain('&lt;script&gt;&amp;&quot;x&quot;');
    expect(svg.match(/<\/svg>/g)).toHaveLength(1);
  });

  it('has the size that is wanted, within limits', async () => {
    expect(await svgOf(legendOf('viridis'), { width: 500, height: 80 })).toContain('width="500" height="80"');
    for (const width of [0, 39, 2049, 100.5, Number.NaN, 1e9]) {
      await expect(encodeLegend(legendOf('viridis'), 'svg', { width })).rejects.toThrow(InvalidArgumentError);
      await expect(encodeLegend(legendOf('viridis'), 'png', { height: width })).rejects.toThrow(
        InvalidArgumentError,
      );
    }
  });
});

describe('a legend as PNG', () => {
  it('shows the colours of the ramp from left to right', async () => {
    const legend = legendOf('viridis', { low: 0, high: 10 }, { title: 'T' });
    const { rgba, width, height } = readPng(await encodeLegend(legend, 'png', { width: 271, height: 60 }));
    expect([width, height]).toEqual([271, 60]);
    const colours = colourRamp('viridis');
    // The bar is 255 pixels wide: a column for each colour.
    for (let index = 1; index <= 255; index++) {
      const at = (28 * 271 + 8 + index - 1) * 4;
      expect([...rgba.subarray(at, at + 4)]).toEqual([...colours.subarray(index * 4, index * 4 + 4)]);
    }
  });

  it('writes its labels: other numbers are other pixels', async () => {
    const inkBelow = async (high: number): Promise<Buffer> => {
      const { rgba } = readPng(await encodeLegend(legendOf('viridis', { low: 0, high }), 'png'));
      return Buffer.from(rgba.subarray(38 * 320 * 4));
    };
    const [ten, tenAgain, hundred] = [await inkBelow(10), await inkBelow(10), await inkBelow(100)];
    expect(ten.equals(tenAgain)).toBe(true);
    expect(ten.equals(hundred)).toBe(false);
    expect(ten.filter((byte) => byte === 0x22).length).toBeGreaterThan(100);
  });

  it('grows with a list of categories, whatever signs their labels have', async () => {
    const categories = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        at,
        { colour: 'red', label: `mü ${'\u{1f30a}'} ${at} ${'x'.repeat(50)}` },
      ]),
    );
    const { height, rgba } = readPng(await encodeLegend(legendOf(JSON.stringify({ categories })), 'png'));
    expect(height).toBeGreaterThan(60 * 16);
    const red = rgba.filter((byte, at) => at % 4 === 0 && byte === 255 && rgba[at + 1] === 0).length;
    expect(red).toBe(60 * 14 * 14);
  });
});
