import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidArgumentError, NotFoundError, UnsupportedError } from '../../src/errors/index.js';
import {
  CRS84,
  coordinateAt,
  crsFromId,
  type Grid,
  parseInstant,
  projectPoints,
} from '../../src/grid/index.js';
import {
  findTileWindow,
  pixelFrame,
  pixelLatitudes,
  pixelLongitudes,
  renderMapTile,
  type TileRequest,
} from '../../src/maps/index.js';
import { colourRamp, emptyTilePng } from '../../src/render/index.js';
import { readPng } from '../render/read-png.js';
import { type CellPlace, fakeLayer, fakeParameter, globalGrid } from './fake-layer.js';

const world = { zoom: 0, col: 0, row: 0 };

async function renderFloats(layer: ReturnType<typeof fakeLayer>, request: Partial<TileRequest> = {}) {
  const bytes = await renderMapTile(layer, { tile: world, ...request, format: 'f32' });
  expect(bytes).toHaveLength(256 * 256 * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Float32Array.from({ length: 256 * 256 }, (_, pixel) => view.getFloat32(pixel * 4, true));
}

/** Cells hold their own position, so that a tile tells which cell each pixel shows. */
const ownPlace = (columns: number) => (place: CellPlace) => place.row * columns + place.col;

describe('which cell a pixel shows', () => {
  const address = fc.integer({ min: 0, max: 7 }).chain((zoom) =>
    fc.record({
      zoom: fc.constant(zoom),
      col: fc.integer({ min: 0, max: 2 ** zoom - 1 }),
      row: fc.integer({ min: 0, max: 2 ** zoom - 1 }),
    }),
  );
  const axis = (name: string, low: fc.Arbitrary<number>, steps: readonly number[]) =>
    fc.record({
      name: fc.constant(name),
      coordinates: fc.record({
        kind: fc.constant('regular' as const),
        start: low,
        step: fc.constantFrom(...steps),
        count: fc.integer({ min: 2, max: 70 }),
      }),
    });

  it('is the nearest one, and none half a step beyond the grid', async () => {
    const x = axis('lon', fc.integer({ min: -180, max: 360 }), [0.75, 2.5, 5, -2.5]);
    const y = axis('lat', fc.integer({ min: -60, max: 60 }), [0.25, 0.4, -0.4]);
    await fc.assert(
      fc.asyncProperty(address, x, y, async (tile, x, y) => {
        const grid: Grid = { crs: CRS84, x, y, custom: [] };
        const values = await renderFloats(fakeLayer(grid, ownPlace(x.coordinates.count)), { tile });
        for (let k = 0; k < 200; k++) {
          const pixel = (k * 7919) % values.length;
          const lon = pixelLongitudes(tile)[pixel % 256]!;
          const lat = pixelLatitudes(tile)[Math.floor(pixel / 256)]!;
          const col = nearest(x.coordinates, (centre) => Math.abs(((lon - centre + 900) % 360) - 180));
          const row = nearest(y.coordinates, (centre) => Math.abs(lat - centre));
          const isInside = col !== undefined && row !== undefined;
          const expected = isInside ? row * x.coordinates.count + col : Number.NaN;
          expect(values[pixel]).toBe(expected);
        }
      }),
      { numRuns: 60 },
    );
  });

  /** By trying all cells; an odd step and pixel keep points off the edges. */
  function nearest(
    { start, step, count }: { start: number; step: number; count: number },
    distance: (centre: number) => number,
  ): number | undefined {
    const distances = Array.from({ length: count }, (_, i) => distance(start + i * step));
    const best = Math.min(...distances);
    return best <= Math.abs(step) / 2 ? distances.indexOf(best) : undefined;
  }

  it('has no seam where a 0..360 grid wraps, and reads two narrow windows there', async () => {
    const x = { name: 'lon', coordinates: { kind: 'regular', start: 0, step: 1, count: 360 } } as const;
    const layer = fakeLayer({ ...globalGrid, x }, ({ col }) => col);
    const values = await renderFloats(layer, { tile: { zoom: 0, col: 0, row: 0 } });
    expect(values.some(Number.isNaN)).toBe(false);
    // The tile from 0 to 11.25 degrees east begins in the column centred on 0; its western neighbour ends there.
    const narrow = { zoom: 5, col: 15, row: 10 };
    expect((await renderFloats(layer, { tile: narrow }))[255]).toBe(0);
    expect(layer.queries[1]!.x).toEqual([
      { start: 0, end: 1 },
      { start: 349, end: 360 },
    ]);
  });

  it('crosses the antimeridian inside a regional grid', async () => {
    const x = { name: 'lon', coordinates: { kind: 'regular', start: 170, step: 1, count: 21 } } as const;
    const layer = fakeLayer({ ...globalGrid, x }, ({ col }) => 170 + col);
    const values = await renderFloats(layer);
    const row = values.subarray(128 * 256, 129 * 256);
    expect(row[0]).toBe(181);
    expect(row[255]).toBe(179);
    expect(row[100]).toBeNaN();
  });

  it('is none beyond the rows of the grid', async () => {
    const y = { name: 'lat', coordinates: { kind: 'regular', start: -60, step: 2, count: 61 } } as const;
    const values = await renderFloats(fakeLayer({ ...globalGrid, y }, () => 1));
    const latitudes = pixelLatitudes(world);
    for (const [py, latitude] of latitudes.entries()) {
      expect(Number.isNaN(values[py * 256]!)).toBe(Math.abs(latitude) > 61);
    }
  });

  it('is found through the projection of the layer', async () => {
    const crs = crsFromId('EPSG:32632');
    const x = {
      name: 'x',
      coordinates: { kind: 'regular', start: 400_000, step: 10_000, count: 20 },
    } as const;
    const y = {
      name: 'y',
      coordinates: { kind: 'regular', start: 5_600_000, step: -10_000, count: 30 },
    } as const;
    const tile = { zoom: 6, col: 33, row: 22 };
    const values = await renderFloats(fakeLayer({ crs, x, y, custom: [] }, ownPlace(20)), { tile });
    const project = projectPoints(CRS84, crs);
    let inside = 0;
    for (let pixel = 0; pixel < values.length; pixel += 97) {
      const lon = pixelLongitudes(tile)[pixel % 256]!;
      const [easting, northing] = project(lon, pixelLatitudes(tile)[Math.floor(pixel / 256)]!);
      const col = Math.round((easting - 400_000) / 10_000);
      const row = Math.round((northing - 5_600_000) / -10_000);
      const isInside = col >= 0 && col < 20 && row >= 0 && row < 30;
      expect(values[pixel]).toBe(isInside ? row * 20 + col : Number.NaN);
      if (isInside) inside++;
    }
    expect(inside).toBeGreaterThan(20);
  });

  it('cannot be said when the projection is not known', async () => {
    const crs = { id: 'local:x', kind: 'projected' } as const;
    await expect(renderFloats(fakeLayer({ ...globalGrid, crs }, () => 1))).rejects.toThrow(UnsupportedError);
  });
});

describe('which slice a request means', () => {
  const instant = (text: string) => parseInstant(text, 'standard').from;
  const grid: Grid = {
    ...globalGrid,
    t: {
      name: 'time',
      calendar: 'standard',
      coordinates: {
        kind: 'explicit',
        values: ['2020-01-01T00:00:00Z', '2020-01-01T12:00:00Z', '2020-01-02T00:00:00Z'].map(instant),
      },
    },
    z: { name: 'lev', coordinates: { kind: 'explicit', values: [850, 500, 200] } },
    custom: [{ name: 'model', coordinates: { kind: 'labels', values: ['gfs', 'ifs'] } }],
  };
  const parameter = fakeParameter({ axes: ['t', 'z', 'model'] });
  const layer = fakeLayer(grid, ({ t, z, custom }) => t * 100 + z * 10 + custom, { parameter });
  const slice = async (request: Partial<TileRequest>) => (await renderFloats(layer, request))[0];

  it('is the newest instant, the first level and the first of anything else', async () => {
    expect(await slice({})).toBe(200);
  });

  it('takes the newest instant of a descending axis too', async () => {
    const values = [...(grid.t!.coordinates as { values: readonly number[] }).values].reverse();
    const t = { ...grid.t!, coordinates: { kind: 'explicit', values } } as const;
    const descending = fakeLayer({ ...grid, t }, (place) => place.t, { parameter });
    expect((await renderFloats(descending))[0]).toBe(0);
    expect((await renderFloats(descending, { datetime: '2020-01-01' }))[0]).toBe(2);
  });

  it.each([
    [{ datetime: '2020-01-01T12:00:00Z' }, 100],
    [{ datetime: '2020-01-01T07:00Z' }, 100],
    [{ datetime: '2020-01-01' }, 0],
    [{ datetime: '2020-01-02' }, 200],
    [{ z: '500' }, 210],
    [{ z: '2e2' }, 220],
    [{ z: '840', custom: { model: 'ifs' } }, 201],
  ])('reads %j', async (request, expected) => {
    expect(await slice(request)).toBe(expected);
  });

  it.each([
    [{ datetime: '2021-01-01' }],
    [{ datetime: 'yesterday' }],
    [{ z: '9000' }],
    [{ z: '' }],
    [{ z: 'top' }],
    [{ z: `${'1'.repeat(60_000)}x` }],
    [{ z: '1e308' }],
    [{ custom: { model: 'icon' } }],
    [{ custom: { number: '1' } }],
    [{ style: 'jet' }],
    [{ range: { low: 2, high: 1 } }],
  ])('refuses %j', async (request) => {
    await expect(slice(request)).rejects.toThrow(InvalidArgumentError);
  });

  // Such names read functions off the prototype of the request, and of the statistics.
  it('may lie on axes and be of parameters named like members of objects', async () => {
    const names = ['constructor', '__proto__', 'toString'];
    const labels = { kind: 'labels', values: ['a', 'b'] } as const;
    const odd = fakeLayer(
      { ...globalGrid, custom: names.map((name) => ({ name, coordinates: labels })) },
      ({ custom }) => custom,
      { parameter: fakeParameter({ id: 'valueOf', axes: names }) },
    );
    const request = { tile: world, format: 'png' } as const;
    const first = readPng(await renderMapTile(odd, { ...request, custom: {} }));
    expect(first.indexes[0]).toBe(1);
    const second = readPng(await renderMapTile(odd, { ...request, custom: { constructor: 'b' } }));
    expect(second.indexes[0]).toBe(255);
    const hidden = Object.fromEntries([['__proto__', 'b']]);
    expect((await renderFloats(odd, { custom: hidden }))[0]).toBe(0);
    expect(odd.queries.at(-1)!.custom).toMatchObject(Object.fromEntries([['__proto__', [{ start: 1 }]]]));
    await expect(renderFloats(odd, { custom: { valueOf: 'a' } })).rejects.toThrow(InvalidArgumentError);
  });

  it('names the interval of the axis that was missed', async () => {
    await expect(slice({ datetime: '1999-01-01' })).rejects.toMatchObject({
      fields: { axis: 'time', from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
    });
  });

  it('takes any time where the parameter has none, but no levels', async () => {
    const flat = fakeLayer(globalGrid, () => 5);
    expect((await renderFloats(flat, { datetime: '1850-01-01' }))[0]).toBe(5);
    await expect(renderFloats(flat, { datetime: 'never' })).rejects.toThrow(InvalidArgumentError);
    await expect(renderFloats(flat, { z: '500' })).rejects.toThrow(InvalidArgumentError);
  });

  it.each([
    [{ parameter: 'q' }],
    [{ tile: { zoom: 25, col: 0, row: 0 } }],
    [{ tile: { zoom: 2, col: 4, row: 0 } }],
    [{ tile: { zoom: 2, col: 0, row: -1 } }],
    [{ tile: { zoom: 0.5, col: 0, row: 0 } }],
  ])('does not find %j', async (request) => {
    await expect(slice(request)).rejects.toThrow(NotFoundError);
  });
});

describe('how a tile is drawn', () => {
  const png = { tile: world, format: 'png' } as const;
  const ramp = fakeLayer(globalGrid, ({ col }) => (col < 90 ? col : Number.NaN), {
    statistics: { valid: 1, min: 0, max: 179, sum: 0 },
  });

  it('takes the colours from the statistics of the layer, not of the tile', async () => {
    const read = readPng(await renderMapTile(ramp, png));
    expect([read.width, read.height, read.colourType]).toEqual([256, 256, 3]);
    expect(read.indexes[0]).toBe(1);
    // Pixel 127 shows column 89 of 0..179.
    expect(read.indexes[127]).toBe(1 + Math.round((89 / 179) * 254));
    expect([...read.rgba.subarray(0, 4)]).toEqual([...colourRamp('viridis').subarray(4, 8)]);
    expect(read.rgba[200 * 4 + 3]).toBe(0);
  });

  it('follows style and range', async () => {
    const read = readPng(await renderMapTile(ramp, { ...png, style: 'turbo', range: { low: 0, high: 89 } }));
    expect(read.indexes[127]).toBe(255);
    expect([...read.rgba.subarray(127 * 4, 128 * 4)]).toEqual([...colourRamp('turbo').subarray(255 * 4)]);
  });

  it('is the shared empty tile where there is no data, without a read beside the grid', async () => {
    expect(
      await renderMapTile(
        fakeLayer(globalGrid, () => Number.NaN),
        png,
      ),
    ).toBe(await emptyTilePng());
    const x = { name: 'lon', coordinates: { kind: 'regular', start: 10, step: 1, count: 5 } } as const;
    const regional = fakeLayer({ ...globalGrid, x }, () => 1);
    const tile = { zoom: 3, col: 0, row: 3 };
    expect(await renderMapTile(regional, { ...png, tile })).toBe(await emptyTilePng());
    expect(regional.queries).toEqual([]);
  });

  // Each of up to 256 layers kept 32 windows of 256 KiB.
  it('keeps the tables of the rows and columns asked last, of all grids together', () => {
    const tables = (grid: Grid, row = 0) => {
      const pixels = findTileWindow(grid, pixelFrame({ zoom: 1, col: 0, row }))?.pixels;
      return pixels?.kind === 'straight' ? pixels : undefined;
    };
    const first = tables(globalGrid)!;
    expect(tables(globalGrid)).toEqual(first);
    // The tile below has the same columns.
    expect(tables(globalGrid, 1)!.columns).toBe(first.columns);
    expect(tables(globalGrid, 1)!.rows).not.toBe(first.rows);
    const others = Array.from({ length: 500 }, () => ({ ...globalGrid }));
    expect(others.some((grid) => tables(grid)!.columns === first.columns)).toBe(false);
    expect(tables(globalGrid)!.columns).toBe(first.columns);
    for (const grid of [...others, ...others.map((grid) => ({ ...grid }))]) tables(grid);
    expect(tables(globalGrid)!.columns).not.toBe(first.columns);
  });

  it('refuses to read more of a huge grid than a tile is worth', async () => {
    const axis = (name: string, start: number, step: number, count: number) =>
      ({ name, coordinates: { kind: 'regular', start, step, count } }) as const;
    const x = axis('lon', -179.995, 0.01, 36_000);
    const huge = fakeLayer({ ...globalGrid, x, y: axis('lat', -89.995, 0.01, 18_000) }, ownPlace(36_000));
    await expect(renderMapTile(huge, png)).rejects.toThrow(InvalidArgumentError);
    expect(huge.queries).toEqual([]);
    expect(coordinateAt(x, 0)).toBe(-179.995);
    const tile = { zoom: 10, col: 512, row: 511 };
    expect((await renderFloats(huge, { tile }))[0]).toBeGreaterThan(0);
  });
});
