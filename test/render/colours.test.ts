import * as d3 from 'd3-scale-chromatic';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import {
  colourRamp,
  formatColour,
  listStyles,
  parseColour,
  rampNames,
  styleNames,
} from '../../src/render/index.js';

const isSet = (name: string) => listStyles().some(({ id, kind }) => id === name && kind === 'categorical');

const colourOf = (name: string, index: number): string =>
  Buffer.from(colourRamp(name).subarray(index * 4, index * 4 + 4)).toString('hex');

describe('colourRamp', () => {
  // Ends of matplotlib's viridis, magma and cividis, of Google's turbo and of ColorBrewer's RdBu.
  it.each([
    ['viridis', '440154ff', 'fde725ff'],
    ['magma', '000004ff', 'fcfdbfff'],
    ['inferno', '000004ff', 'fcffa4ff'],
    ['plasma', '0d0887ff', 'f0f921ff'],
    ['rdbu', '67001fff', '053061ff'],
    ['blues', 'f7fbffff', '08306bff'],
  ])('knows %s', (name, first, last) => {
    expect([colourOf(name, 1), colourOf(name, 255)]).toEqual([first, last]);
  });

  it('has the middle of viridis at the middle index', () => {
    expect(colourOf('viridis', 128)).toBe('21918cff');
  });

  it('has 255 opaque colours and a transparent one for every name', () => {
    for (const name of rampNames) {
      const palette = colourRamp(name);
      expect(palette).toHaveLength(1024);
      expect([...palette.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
      for (let index = 1; index < 256; index++) expect(palette[index * 4 + 3]).toBe(255);
    }
  });

  it('turns every ramp around', () => {
    for (const name of rampNames.filter((known) => !isSet(known))) {
      const [colours, turned] = [name, `${name}_r`].map((known) => new Uint32Array(colourRamp(known).buffer));
      expect(turned!.subarray(1)).toEqual(colours!.subarray(1).toReversed());
    }
  });

  it('knows every ramp of the package', () => {
    const known = Object.keys(d3).map((name) =>
      name.replace(/interpolate|scheme|Default/g, '').toLowerCase(),
    );
    expect(new Set(rampNames)).toEqual(new Set(known));
  });

  it('refuses another name and lists the ones it knows', () => {
    let error: unknown;
    try {
      colourRamp('jet');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ fields: { style: 'jet', known: rampNames } });
  });
});

describe('parseColour', () => {
  it.each([
    ['#f80', 'ff8800ff'],
    ['#f808', 'ff880088'],
    ['#1F77b4', '1f77b4ff'],
    ['1f77b4', '1f77b4ff'],
    ['#1f77b480', '1f77b480'],
    ['rgb(1, 20,255)', '0114ffff'],
    ['RebeccaPurple', '663399ff'],
    ['transparent', '00000000'],
  ])('reads %s', (text, hex) => {
    expect(Buffer.from(parseColour(text) ?? []).toString('hex')).toBe(hex);
  });

  it.each(['', '#', '#ff', '#fffff', '#ggg', 'rgb(1,2)', 'rgb(1,2,256)', 'reddish', 'constructor', 'f80'])(
    'does not take %j for a colour',
    (text) => expect(parseColour(text)).toBeUndefined(),
  );

  it('is what formatColour writes', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (colour) => {
        expect(parseColour(formatColour(colour))).toEqual(colour);
      }),
    );
  });
});

describe('listStyles', () => {
  it('shows the colours that tiles have', () => {
    const styles = listStyles();
    expect(styles.map(({ id }) => id)).toEqual(styleNames);
    const viridis = styles.find(({ id }) => id === 'viridis');
    expect(viridis).toMatchObject({ title: 'Viridis', drawing: 'colours', kind: 'sequential' });
    expect(viridis!.colours).toHaveLength(16);
    expect([viridis!.colours[0], viridis!.colours[15]]).toEqual(['#440154', '#fde725']);
    // Of the package's own scheme, which the pictures get through palettes.
    expect(styles.find(({ id }) => id === 'tableau10')!.colours).toEqual(d3.schemeTableau10);
  });
});
