import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { type MapLayer, planMapTile, renderMapTile, type TileRequest } from '../../src/maps/index.js';
import type { Parameter } from '../../src/raster/index.js';
import { readPng } from '../render/read-png.js';
import { type CellPlace, fakeLayer, fakeParameter, globalGrid } from './fake-layer.js';

type ValueAt = (place: CellPlace) => number;

const tile = { zoom: 1, col: 0, row: 0 };
const calm = { valid: 1, min: -10, max: 10, sum: 0 };

/** A layer of several parameters, each with its own cells. */
function windLayer(
  parameters: readonly (Partial<Parameter> & { readonly id: string; readonly valueAt: ValueAt })[],
): MapLayer {
  const layers = parameters.map(({ valueAt, ...more }) =>
    fakeLayer(globalGrid, valueAt, { parameter: fakeParameter({ unit: 'm s-1', ...more }) }),
  );
  const of = (id: string) => {
    const layer = layers.find(({ manifest }) => manifest.parameters[0]!.id === id);
    if (layer === undefined) throw new InvalidArgumentError('no such parameter', { parameter: id });
    return layer;
  };
  const [first] = layers;
  return {
    manifest: {
      ...first!.manifest,
      parameters: layers.map(({ manifest }) => manifest.parameters[0]!),
      statistics: Object.fromEntries(parameters.map(({ id }) => [id, calm])),
    } as MapLayer['manifest'],
    parameter: (id) => of(id).parameter(id),
    plan: (query) => Object.assign(of(query.parameter).plan(query), { id: query.parameter }),
    slabs: (plan, options) => of((plan as unknown as { id: string }).id).slabs(plan, options),
  };
}

const wind = windLayer([
  { id: 'u', valueAt: ({ col }) => (col % 7) - 3 },
  { id: 'v', valueAt: ({ row }) => (row % 5) - 2 },
  { id: 't', valueAt: ({ row }) => row, unit: 'K' },
  { id: 'w', valueAt: () => 1, axes: ['z'] },
  { id: 'a,b', valueAt: () => 1 },
]);

async function pixelsOf(layer: MapLayer, request: Partial<TileRequest>): Promise<Uint8Array> {
  return readPng(await renderMapTile(layer, { tile, format: 'png', ...request })).rgba;
}

describe('tiles of two parameters', () => {
  it('read both and draw both', async () => {
    const eastward = windLayer([
      { id: 'u', valueAt: () => 9 },
      { id: 'v', valueAt: () => 0 },
    ]);
    const turned = await pixelsOf(eastward, { parameter: 'v,u', style: 'arrows' });
    const plain = await pixelsOf(eastward, { parameter: 'u,v', style: 'arrows' });
    // Arrows of one direction at the places of a square lattice: turned by a quarter, up to where the globe ends.
    const opacity = (pixels: Uint8Array, x: number, y: number) => pixels[4 * (y * 256 + x) + 3]!;
    let ink = 0;
    for (let dy = -14; dy <= 14; dy++) {
      for (let dx = -14; dx <= 14; dx++) {
        ink += opacity(plain, 144 + dx, 144 + dy);
        expect(
          Math.abs(opacity(plain, 144 + dx, 144 + dy) - opacity(turned, 144 + dy, 144 - dx)),
        ).toBeLessThanOrEqual(1);
      }
    }
    expect(ink).toBeGreaterThan(2000);
  });

  it('take the range of speeds from the whole layer', () => {
    const { drawing, parameters } = planMapTile(wind, {
      tile,
      format: 'png',
      parameter: 'u,v',
      style: 'arrows',
    });
    expect(drawing).toMatchObject({ range: { low: 0, high: Math.hypot(10, 10) } });
    expect(parameters.map(({ id }) => id)).toEqual(['u', 'v']);
  });

  it.each<[string, Partial<TileRequest>]>([
    ['one of two', { parameter: 'u', style: 'barbs' }],
    ['none of two', { style: 'arrows' }],
    ['three of two', { parameter: 'u,v,t', style: 'arrows' }],
    ['two of one', { parameter: 'u,v', style: 'viridis' }],
    ['no speed', { parameter: 'u,t', style: 'barbs' }],
    ['other axes', { parameter: 'u,w', style: 'arrows' }],
  ])('are refused: %s', (_, request) => {
    expect(() => planMapTile(wind, { tile, format: 'png', ...request })).toThrow(InvalidArgumentError);
  });

  it('are refused for names that the layer lacks', () => {
    const request = { tile, format: 'png', style: 'arrows' } as const;
    expect(() => planMapTile(wind, { ...request, parameter: 'u,x' })).toThrow(InvalidArgumentError);
    expect(() => planMapTile(wind, { ...request, parameter: 'u,' })).toThrow(InvalidArgumentError);
  });

  it('leave a parameter alone that has a comma in its name, and values', () => {
    expect(planMapTile(wind, { tile, format: 'png', parameter: 'a,b' }).parameter.id).toBe('a,b');
    const values = planMapTile(wind, { tile, format: 'f32', parameter: 'u', style: 'arrows' });
    expect(values.parameters).toHaveLength(1);
  });
});

describe('seams of tiles', () => {
  it.each(['contours', 'arrows', 'barbs'])('%s: what leaves a tile enters its neighbour', async (style) => {
    const parameter = style === 'contours' ? 't' : 'u,v';
    const range = { low: 0, high: 30 };
    const [west, east] = await Promise.all(
      [1, 2].map((col) => pixelsOf(wind, { tile: { zoom: 2, col, row: 1 }, parameter, style, range })),
    );
    const opacity = (pixels: Uint8Array, x: number, y: number) => pixels[4 * (y * 256 + x) + 3]!;
    let crossings = 0;
    for (let y = 1; y < 255; y++) {
      if (opacity(west!, 255, y) < 128) continue;
      crossings++;
      expect(Math.max(...[-1, 0, 1].map((dy) => opacity(east!, 0, y + dy)))).toBeGreaterThan(60);
    }
    if (style === 'contours') expect(crossings).toBeGreaterThan(2);
  });
});

describe('the ground under pixels', () => {
  it('makes a slope as steep as it is', async () => {
    // Ten metres a degree, a thousand times as high: one in eleven at the equator.
    const slope = windLayer([{ id: 'h', valueAt: ({ col }) => col * 20 }]);
    const metresPerDegree = (6_371_008.8 * Math.PI) / 180;
    // Pixels of 1.4 degrees over cells of two are a staircase, so mean shades are looked at.
    const style = (azimuth: number) =>
      JSON.stringify({ drawing: 'hillshade', azimuth, altitude: 45, exaggeration: 1000 });
    const meanOf = async (azimuth: number) => {
      const pixels = await pixelsOf(slope, { tile: { zoom: 0, col: 0, row: 0 }, style: style(azimuth) });
      const row = Array.from({ length: 200 }, (_, x) => pixels[4 * (128 * 256 + 20 + x)]!);
      return row.reduce((sum, grey) => sum + grey, 0) / row.length / 255;
    };
    const rise = 10_000 / metresPerDegree;
    const expected = (towards: number) =>
      (Math.SQRT1_2 + towards * Math.SQRT1_2 * rise) / Math.hypot(1, rise);
    expect(Math.abs((await meanOf(270)) - expected(1))).toBeLessThan(0.008);
    expect(Math.abs((await meanOf(90)) - expected(-1))).toBeLessThan(0.008);
  });
});
