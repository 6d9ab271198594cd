import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, type TilecurveError } from '../../src/errors/index.js';
import {
  type ColourStyle,
  colourRamp,
  describeLegend,
  fieldCountOf,
  marginOf,
  overrideStyle,
  parseStyle,
  rampNames,
  rangeOf,
  styleNames,
} from '../../src/render/index.js';

function plainColours(text: string, overrides = {}): ColourStyle {
  const style = overrideStyle(parseStyle(text), overrides);
  if (style.drawing !== 'colours') throw new Error(`a style of ${style.drawing}`);
  return style;
}

/** Colours of a style as hexadecimal texts: no data, those of values, below and above. */
function coloursOf(text: string, overrides = {}): string[] {
  const { palette } = plainColours(text, overrides);
  const hex = Buffer.from(palette).toString('hex');
  return hex.match(/.{8}/g) ?? [];
}

function refusal(text: string, overrides = {}): TilecurveError['fields'] {
  try {
    overrideStyle(parseStyle(text), overrides);
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error.fields;
    throw error;
  }
  throw new Error(`not refused: ${text.slice(0, 200)}`);
}

describe('names of styles', () => {
  it('are those of ramps, also in capitals, turned around and after raster/', () => {
    for (const name of rampNames) expect(parseStyle(name).drawing).toBe('colours');
    expect(styleNames).toEqual([...rampNames, 'contours', 'hillshade', 'arrows', 'barbs']);
    expect(parseStyle('RdBu_r')).toBe(parseStyle('raster/rdbu_r'));
    expect(parseStyle('default')).toBe(parseStyle('viridis'));
    expect([plainColours('rainbow').palette, plainColours('sinebow_r').palette]).toEqual([
      colourRamp('rainbow'),
      colourRamp('sinebow_r'),
    ]);
  });

  it.each(['jet', '', 'viridis_r_r', '__proto__', 'raster/', 'contours/none', 'viridis,turbo'])(
    'refuse %j and list what there is',
    (name) => expect(refusal(name).known).toEqual(name.includes('/') ? rampNames : styleNames),
  );

  it('look at no neighbours and need one field', () => {
    expect([marginOf(parseStyle('viridis')), fieldCountOf(parseStyle('viridis'))]).toEqual([0, 1]);
  });
});

describe('JSON styles', () => {
  it('mix colours of their own, with and without places', () => {
    const thirds = coloursOf('{"ramp":["black","#fff"],"classes":2}');
    expect(thirds).toEqual(['00000000', '000000ff', 'ffffffff']);
    const colours = coloursOf('{"ramp":["#000000","#fe0000"]}');
    expect(colours.slice(1)).toEqual(Array.from({ length: 255 }, (_, at) => `${hexByte(at)}0000ff`));
    const stops = coloursOf('{"ramp":[["red",0],[0.5,"red"],[0.5,"blue"],["rgb(0,0,255)",1]]}');
    expect(new Set(stops.slice(1, 129))).toEqual(new Set(['ff0000ff']));
    expect(new Set(stops.slice(129))).toEqual(new Set(['0000ffff']));
  });

  it('take the classes that ColorBrewer chose', () => {
    expect(coloursOf('{"ramp":"rdbu","classes":3}').slice(1)).toEqual(['ef8a62ff', 'f7f7f7ff', '67a9cfff']);
    expect(coloursOf('{"ramp":"rdbu_r","classes":3}').slice(1)).toEqual(['67a9cfff', 'f7f7f7ff', 'ef8a62ff']);
  });

  it('give values below, above and without data their colours', () => {
    const colours = coloursOf('{"breaks":[0,1],"below":"#111","above":"transparent","nodata":"#22222280"}');
    expect(colours.map((colour, at) => (at === 1 ? '' : colour))).toEqual([
      '22222280',
      '',
      '111111ff',
      '00000000',
    ]);
    expect(plainColours('{"below":"transparent","above":"transparent"}').slots).toEqual({
      count: 255,
      below: 0,
      above: 0,
    });
  });

  it('name a range that counts unless the request has one', () => {
    const style = parseStyle('{"ramp":"turbo","range":[1,2]}');
    expect(rangeOf(style, { stored: { low: 5, high: 6 } })).toEqual({ low: 1, high: 2 });
    expect(rangeOf(style, { requested: { low: 3, high: 4 } })).toEqual({ low: 3, high: 4 });
    expect(rangeOf(parseStyle('turbo'), { stored: { low: 5, high: 6 } })).toEqual({ low: 5, high: 6 });
    expect(rangeOf(parseStyle('turbo'), {})).toEqual({ low: 0, high: 1 });
  });

  it('may be colormaps in the forms of titiler', () => {
    expect(coloursOf('{"2":[0,0,255,128],"1":"#ff0000","-1":[0,255,0]}')).toEqual([
      ...['00000000', '00ff00ff', 'ff0000ff', '0000ff80'],
    ]);
    expect(coloursOf('[[[10,20],[255,0,0,255]],[[0,10],"#00f"]]')).toEqual([
      '00000000',
      '0000ffff',
      'ff0000ff',
    ]);
    const whole = Object.fromEntries(Array.from({ length: 256 }, (_, at) => [at, [at, at, at]]));
    const style = plainColours(JSON.stringify(whole));
    expect([style.scale.kind, style.range]).toEqual(['linear', { low: 0, high: 255 }]);
    expect([...style.palette.subarray(4, 8), ...style.palette.subarray(-4)]).toEqual([
      ...[0, 0, 0, 255],
      ...[255, 255, 255, 255],
    ]);
  });

  it.each<[string, string]>([
    ['ramp', '{"ramp":7}'],
    ['ramp', '{"ramp":[]}'],
    ['ramp', '{"ramp":[[0,"red"]]}'],
    ['ramp', '{"ramp":[[0.1,"red"],[1,"blue"]]}'],
    ['ramp[2]', '{"ramp":[[0,"red"],[0.9,"red"],[0.8,"red"],[1,"blue"]]}'],
    ['ramp[1]', '{"ramp":["red","reddish"]}'],
    ['ramp[0]', '{"ramp":[[0,"red",1],[1,"blue"]]}'],
    ['ramp', `{"ramp":[${Array.from({ length: 300 }, () => '"#fff"')}]}`],
    ['ramp', '{"ramp":["red","blue"],"breaks":[0,1,2,3]}'],
    ['scale', '{"scale":"quadratic"}'],
    ['centre', '{"scale":"log","centre":0}'],
    ['centre', '{"scale":"diverging","centre":"0"}'],
    ['centre', '{"scale":"diverging","centre":1e39}'],
    ['breaks', '{"scale":"linear","breaks":[1,2]}'],
    ['breaks', '{"breaks":[1]}'],
    ['breaks[1]', '{"breaks":[1,1]}'],
    ['breaks[1]', '{"breaks":[1,1.00000000001]}'],
    ['breaks[2]', '{"breaks":[1,2,null]}'],
    ['breaks', `{"breaks":[${Array.from({ length: 257 }, (_, at) => at)}]}`],
    ['range', '{"breaks":[1,2],"range":[1,2]}'],
    ['range', '{"range":[2,1]}'],
    ['range', '{"range":[1]}'],
    ['range', '{"range":["1","2"]}'],
    ['classes', '{"classes":0}'],
    ['classes', '{"classes":256}'],
    ['classes', '{"scale":"classes"}'],
    ['classes', '{"classes":3,"breaks":[1,2]}'],
    ['categories', '{"categories":{}}'],
    ['categories', '{"scale":"categories"}'],
    ['categories', '{"categories":[1,2]}'],
    ['categories.a', '{"categories":{"a":"red"}}'],
    ['categories.', '{"categories":{"":"red"}}'],
    ['categories.1', '{"categories":{"1":7}}'],
    ['categories.1.color', '{"categories":{"1":{"color":"red"}}}'],
    ['categories.1.label', '{"categories":{"1":{"label":"a\\u0000b"}}}'],
    ['categories[1]', '{"categories":{"1":"red","1.0":"blue"}}'],
    ['below', '{"below":"extended"}'],
    ['below', '{"categories":{"1":"red"},"below":"red"}'],
    ['nodata', '{"nodata":"extend"}'],
    ['nodata', '{"nodata":[0,0,256]}'],
    ['colour', '{"colour":"red"}'],
    ['__proto__', '{"__proto__":{"ramp":"viridis"}}'],
    ['colormap', '[]'],
    ['colormap[0]', '[1]'],
    ['colormap[0]', '[[[1,1],"red"]]'],
    ['colormap', '[[[0,2],"red"],[[1,3],"red"]]'],
    ['colormap.1', '{"1":"nothing"}'],
  ])('names %s as wrong in %s', (member, text) => {
    expect(refusal(text)).toMatchObject({ member, allowed: expect.anything() });
  });

  it('refuse more than the limits', () => {
    expect(refusal(`{"ramp":"${'v'.repeat(8200)}"}`).allowed).toBe('at most 8192 bytes');
    expect(refusal('['.repeat(8000))).toHaveProperty('problem');
    expect(refusal('{"classes":255,"below":"red"}')).toMatchObject({ found: 255, allowed: 'at most 254' });
    expect(refusal('{"ramp":"category10"')).toHaveProperty('problem');
    expect(refusal('{"ramp":"category10","scale":"linear"}')).toMatchObject({ ramp: 'category10' });
  });

  it('are drawn or refused with InvalidArgumentError, whatever they hold', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom('viridis', 'set1', 'log', 'classes', 'categories', 'diverging', 'red', 'extend'),
      fc.array(fc.double(), { maxLength: 4 }),
      fc.array(fc.constantFrom('red', 'blue'), { maxLength: 4 }),
      fc.dictionary(fc.integer().map(String), fc.constant('red')),
    );
    const members = [
      'ramp',
      'scale',
      'range',
      'centre',
      'breaks',
      'classes',
      'categories',
      'below',
      'nodata',
    ];
    const styles = fc.oneof(fc.dictionary(fc.constantFrom(...members), values), values, fc.json());
    fc.assert(
      fc.property(styles, (style) => {
        try {
          const { palette } = plainColours(typeof style === 'string' ? style : JSON.stringify(style));
          expect(palette.length).toBeLessThanOrEqual(1024);
          expect(palette.length % 4).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('overrideStyle', () => {
  it('is the style itself without overrides', () => {
    const style = parseStyle('viridis');
    expect(overrideStyle(style, {})).toBe(style);
    expect(overrideStyle(style, { below: undefined })).toBe(style);
  });

  it('sets colours, range and scale', () => {
    const style = plainColours('{"ramp":"magma","above":"red"}', {
      ...{ range: { low: 1, high: 10 }, below: '#010203', noData: 'white', scale: 'log' },
    });
    expect(style).toMatchObject({ scale: { kind: 'log' }, range: { low: 1, high: 10 } });
    expect([...style.palette.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    expect([...style.palette.subarray(254 * 4)]).toEqual([1, 2, 3, 255, 255, 0, 0, 255]);
    expect(style.slots).toEqual({ count: 253, below: 254, above: 255 });
  });

  it('sets the colours of drawings that have some for values', () => {
    const style = overrideStyle(parseStyle('contours/viridis'), { range: { low: 1, high: 9 }, above: 'red' });
    expect(rangeOf(style, {})).toEqual({ low: 1, high: 9 });
    expect(describeLegend(style, { low: 1, high: 9 }).key).toMatchObject({ kind: 'categories' });
    expect(style).toMatchObject({ drawing: 'contours', ink: { colours: { above: [255, 0, 0, 255] } } });
    const relief = overrideStyle(parseStyle('hillshade/greens'), { noData: 'white' });
    expect(relief).toMatchObject({ drawing: 'hillshade', tint: { noData: [255, 255, 255, 255] } });
    expect(rangeOf(overrideStyle(parseStyle('arrows'), { range: { low: 0, high: 9 } }), {}).high).toBe(9);
    expect(refusal('arrows', { below: 'red' })).toMatchObject({ member: 'below' });
  });

  it('refuses what the style cannot take', () => {
    expect(refusal('viridis', { below: 'blueish' })).toMatchObject({ member: 'below', found: 'blueish' });
    expect(refusal('viridis', { noData: 'extend' })).toMatchObject({ member: 'nodata' });
    expect(refusal('category10', { above: 'red' })).toMatchObject({ member: 'above' });
    expect(refusal('{"breaks":[1,2]}', { scale: 'log' })).toMatchObject({ scale: 'log' });
    expect(refusal('viridis', { scale: 'log', range: { low: 0, high: 1 } })).toMatchObject({ range: '0,1' });
    expect(refusal('viridis', { range: { low: 2, high: 1 } })).toMatchObject({ low: 2, high: 1 });
  });
});

function hexByte(value: number): string {
  return value.toString(16).padStart(2, '0');
}
