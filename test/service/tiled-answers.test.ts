import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStore } from '../../src/blob/index.js';
import { crsFromId } from '../../src/grid/index.js';
import { hours, levels, memoryLayer, regular } from '../edr/memory-layer.js';
import { type RunningService, startService } from './running-service.js';

interface TiledRange {
  readonly type: string;
  readonly dataType: string;
  readonly axisNames: readonly string[];
  readonly shape: readonly number[];
  readonly tileSets: readonly { readonly tileShape: readonly number[]; readonly urlTemplate: string }[];
}

interface NdArray {
  readonly type: string;
  readonly axisNames?: readonly string[];
  readonly shape?: readonly number[];
  readonly values: readonly (number | null)[];
}

interface Document<T> {
  readonly type: string;
  readonly ranges: Readonly<Record<string, T>>;
  readonly coverages?: readonly Document<T>[];
}

const store = createMemoryStore();
let service: RunningService;

beforeAll(async () => {
  const valueAt = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }) =>
    (x + y) % 13 === 0 ? Number.NaN : number * 1e6 + t * 1e5 + z * 3e4 + y * 7 + x;
  const world = {
    x: regular('lon', 0, 0.5, 720, 'degrees_east'),
    y: regular('lat', 89.75, -0.5, 360, 'degrees_north'),
    crs: crsFromId('CRS84'),
    custom: [],
  };
  const p = { id: 'p', axes: ['t'], type: 'float32', valueAt } as const;
  await memoryLayer({ ...world, t: hours(3) }, [p, { ...p, id: 'fixed', axes: [] }], {
    store,
    layer: 'world',
  });
  const deep = { ...world, t: hours(2), z: levels(850, 700, 500), custom: [regular('number', 0, 1, 2)] };
  await memoryLayer(
    { ...deep, y: regular('lat', -10, 0.5, 40, 'degrees_north') },
    [{ ...p, axes: ['t', 'z', 'number'] }],
    { store, layer: 'deep' },
  );
  const plane = {
    crs: crsFromId('EPSG:32621'),
    x: regular('x', 300_000, 1000, 300, 'm'),
    y: regular('y', 4_300_000, -1000, 270, 'm'),
    custom: [],
  };
  await memoryLayer(plane, [{ ...p, axes: [] }], { store, layer: 'plane' });
  service = await startService(store);
});

afterAll(() => service.close());

const coveragesOf = <T>(document: Document<T>): readonly Document<T>[] => document.coverages ?? [document];

/** All values of a range in order, tile by tile as any client would fetch them. */
async function assemble({ axisNames, shape, tileSets }: TiledRange): Promise<(number | null)[]> {
  const [{ tileShape, urlTemplate }] = tileSets as [TiledRange['tileSets'][0]];
  const values = new Array<number | null>(shape.reduce((a, b) => a * b, 1));
  const counts = shape.map((length, i) => Math.ceil(length / tileShape[i]!));
  for (const numbers of indexes(counts)) {
    const url = axisNames.reduce(
      (text, name, i) => text.replaceAll(`{${name}}`, String(numbers[i])),
      urlTemplate,
    );
    const response = await fetch(url);
    expect(response.status, url).toBe(200);
    const tile = (await response.json()) as NdArray;
    const start = numbers.map((number, i) => number * tileShape[i]!);
    const size = start.map((from, i) => Math.min(tileShape[i]!, shape[i]! - from));
    expect(tile.type).toBe('NdArray');
    expect(tile.shape ?? []).toEqual(size.filter((length) => length > 1));
    [...indexes(size)].forEach((within, i) => {
      const at = within.reduce((offset, index, axis) => offset * shape[axis]! + start[axis]! + index, 0);
      values[at] = tile.values[i]!;
    });
  }
  return values;
}

function* indexes(counts: readonly number[]): Generator<number[]> {
  const total = counts.reduce((a, b) => a * b, 1);
  for (let i = 0; i < total; i++) {
    let rest = i;
    yield counts
      .toReversed()
      .map((count) => {
        const index = rest % count;
        rest = Math.floor(rest / count);
        return index;
      })
      .toReversed();
  }
}

describe('TiledNdArray', () => {
  it.each([
    ['a cube of several tiles', 'world/cube?bbox=-180,-90,180,90&parameter-name=p'],
    ['a cube across the antimeridian', 'world/cube?bbox=20,-30,15,30&parameter-name=p'],
    ['parameters with different axes', 'world/cube?bbox=-90,-60,90,60&datetime=2020-01-01T01:00Z'],
    [
      'a parameter without times at a time that others lack',
      'world/cube?bbox=-90,-60,90,60&datetime=1999-01-01',
    ],
    ['an area with a hole', 'world/area?coords=POLYGON((-100 -50,70 -50,20 60,-100 -50),(0 0,9 0,9 9,0 0))'],
    [
      'circles',
      'world/radius?coords=MULTIPOINT((-170 10),(10 0))&within=2000&within-units=km&parameter-name=p',
    ],
    ['members, levels and times', 'deep/cube?bbox=-170,-5,170,9&datetime=2020-01-01T00:00Z/..'],
    ['one member', 'deep/cube?bbox=-170,-5,170,9&number=1&z=850,500'],
    [
      'a corridor with heights',
      'deep/corridor?coords=LINESTRINGZ(-100 0 850,100 5 500)&corridor-width=500&width-units=km&corridor-height=200&height-units=hPa&number=0',
    ],
    ['longitudes of a projected layer', 'plane/cube?bbox=-58.5,37.5,-56.5,38.5'],
  ])('gives the values of the whole answer: %s', async (_name, query) => {
    const path = `/collections/${query}`;
    const whole = await service.json<Document<NdArray>>(path);
    const tiled = await service.json<Document<TiledRange>>(`${path}&f=TiledNdArray`);
    const frame = (document: Document<unknown>) =>
      JSON.parse(JSON.stringify(document, (key, value) => (key === 'ranges' ? undefined : value)));
    expect(frame(tiled)).toEqual(frame(whole));
    const wholes = coveragesOf(whole);
    let tiles = 0;
    for (const [i, coverage] of coveragesOf(tiled).entries()) {
      for (const [name, range] of Object.entries(coverage.ranges)) {
        const expected = wholes[i]!.ranges[name]!;
        expect(range.type).toBe('TiledNdArray');
        expect([range.axisNames, range.shape]).toEqual([expected.axisNames, expected.shape]);
        expect(await assemble(range)).toEqual(expected.values);
        tiles += 1;
      }
    }
    expect(tiles).toBeGreaterThan(0);
  });

  it('names tiles in answers that are too large to be sent whole', async () => {
    const small = await startService(store, { maxCells: 100_000 });
    const path = '/collections/world/cube?bbox=-180,-90,180,90&parameter-name=p';
    expect((await small.get(path)).status).toBe(413);
    const tiled = await small.json<Document<TiledRange>>(`${path}&f=TiledNdArray`);
    expect(await assemble(tiled.ranges.p!)).toHaveLength(3 * 360 * 720);
    await small.close();
  });

  it('takes a query by POST', async () => {
    const body = JSON.stringify({ bbox: '-180,-90,180,90', 'parameter-name': ['p'], f: 'TiledNdArray' });
    const init = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
    const tiled = await service.json<Document<TiledRange>>('/collections/world/cube', init);
    expect(await assemble(tiled.ranges.p!)).toHaveLength(3 * 360 * 720);
  });

  it('refuses answers without tiles by name', async () => {
    const position = await service.get('/collections/world/position?coords=POINT(0 0)&f=TiledNdArray');
    expect([position.status, ((await position.json()) as { description: string }).description]).toEqual([
      400,
      expect.stringContaining('CoverageJSON'),
    ]);
    const single = await service.get(
      '/collections/world/cube?bbox=0,0,0.2,0.4&parameter-name=fixed&f=TiledNdArray',
    );
    expect(single.status).toBe(400);
  });

  it('has no tile beyond its last, of another snapshot, or of another name', async () => {
    const path = '/collections/world/cube?bbox=-180,-90,180,90&parameter-name=p&f=TiledNdArray';
    const { urlTemplate } = (await service.json<Document<TiledRange>>(path)).ranges.p!.tileSets[0]!;
    const statusOf = async (edit: (url: string) => string) => {
      const { status } = await fetch(
        edit(urlTemplate).replace('{t}', '0').replace('{y}', '0').replace('{x}', '0'),
      );
      return status;
    };
    expect(await statusOf((url) => url)).toBe(200);
    expect(await statusOf((url) => url.replace('{x}', '3'))).toBe(404);
    expect(await statusOf((url) => url.replace('{t}', '999999999'))).toBe(404);
    expect(await statusOf((url) => url.replace('{t}', '-1'))).toBe(404);
    expect(await statusOf((url) => url.replace('0.0.0', '0.0.9'))).toBe(404);
    expect(await statusOf((url) => url.replace('0.0.0', 'x.0.0'))).toBe(404);
    expect(await statusOf((url) => url.replace(/tiles\/[^/]*/, 'tiles/0-00'))).toBe(410);
  });
});
