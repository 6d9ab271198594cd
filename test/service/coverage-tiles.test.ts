import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NetCDFReader } from 'netcdfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gdal, gdalInfo, gdalPixels } from '../formats/gdal.js';
import { describeProgram } from '../installed-program.js';
import { type RunningService, startService } from './running-service.js';
import { sampleCollections } from './sample-collections.js';

const query = 'datetime=2020-01-01T01:00:00Z&z=500&number=1';
const mercatorPixel = (2 * Math.PI * 6_378_137) / 256 / 4;
/** Of a tile in the north-east: where its first pixel begins and how large pixels are. */
const places = [
  {
    set: 'WebMercatorQuad',
    tile: '2/1/2',
    west: 0,
    north: 256 * mercatorPixel,
    size: mercatorPixel,
    epsg: '3857',
  },
  { set: 'WorldCRS84Quad', tile: '1/0/2', west: 0, north: 90, size: 90 / 256, epsg: '4326' },
] as const;
type Place = (typeof places)[number];

let service: RunningService;

beforeAll(async () => {
  service = await startService(await sampleCollections());
});

afterAll(() => service.close());

async function tileOf({ set, tile }: Place, form: string, accept?: string): Promise<Response> {
  const path = `/collections/deep/coverage/tiles/${set}/${tile}?${query}${form && `&f=${form}`}`;
  const answer = await service.get(path, accept === undefined ? {} : { headers: { accept } });
  expect([path, answer.status]).toEqual([path, 200]);
  return answer;
}

/** Values of a tile's pixels, row by row; some are missing in the sample. */
async function floatsOf(place: Place): Promise<Float32Array> {
  return new Float32Array(await (await tileOf(place, 'f32')).arrayBuffer());
}

const centres = (first: number, step: number) =>
  Array.from({ length: 256 }, (_, pixel) => first + (pixel + 0.5) * step);

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 5);
}

describe.each(places)('a tile of values in $set', (place) => {
  it('is a grid of its pixels as CoverageJSON', async () => {
    const answer = await tileOf(place, 'CoverageJSON');
    expect(answer.headers.get('content-type')).toBe('application/vnd.cov+json');
    const { domain, ranges } = (await answer.json()) as {
      domain: { axes: Record<string, { start: number; stop: number; num: number; values: unknown[] }> };
      ranges: Record<string, { values: (number | null)[]; shape: number[] }>;
    };
    const floats = await floatsOf(place);
    expect(ranges.p!.shape).toEqual([256, 256]);
    expect(ranges.p!.values.map((value) => value ?? Number.NaN)).toEqual([...floats]);
    const { x, y, t, z } = domain.axes;
    const { west, north, size } = place;
    expectClose(
      [x!.start, x!.stop, y!.start, y!.stop],
      [west + size / 2, west + 255.5 * size, north - size / 2, north - 255.5 * size],
    );
    expect([x!.num, y!.num, t!.values, z!.values]).toEqual([256, 256, ['2020-01-01T01:00:00Z'], [500]]);
  });

  it('is a grid of its pixels as NetCDF', async () => {
    const answer = await tileOf(place, '', 'application/netcdf');
    expect(answer.headers.get('content-type')).toBe('application/netcdf');
    const file = new NetCDFReader(await answer.arrayBuffer());
    const numbers = (name: string) => (file.getDataVariable(name).flat() as number[]).map(Number);
    const [x, y] = place.epsg === '3857' ? ['x', 'y'] : ['lon', 'lat'];
    expectClose(numbers(x), centres(place.west, place.size));
    expectClose(numbers(y), centres(place.north, -place.size));
    expect(numbers('p')).toEqual([...(await floatsOf(place))]);
  });
});

describe('tiles of values', () => {
  it('are linked in every form', async () => {
    const { links } = await service.json<{ links: { rel: string; type: string; href: string }[] }>(
      '/collections/deep/coverage/tiles/WorldCRS84Quad',
    );
    const types = links.filter(({ rel }) => rel === 'item').map(({ type }) => type);
    expect(types).toEqual(
      expect.arrayContaining(['image/tiff; application=geotiff', 'application/x-netcdf']),
    );
  });

  it('have no values beside the layer', async () => {
    const answer = await service.get(
      '/collections/plane/coverage/tiles/WebMercatorQuad/3/0/7?f=CoverageJSON',
    );
    const { ranges } = (await answer.json()) as { ranges: { p: { values: unknown[] } } };
    expect(new Set(ranges.p.values)).toEqual(new Set([null]));
  });
});

describeProgram(gdal, 'a tile of values as GeoTIFF that GDAL reads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tilecurve-tile-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(places)('has every value in its place: $set', async (place) => {
    const answer = await tileOf(place, '', 'image/tiff');
    expect(answer.headers.get('content-type')).toBe('image/tiff; application=geotiff');
    const path = join(folder, `${place.set}.tif`);
    writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
    const { size, geoTransform, coordinateSystem, bands, metadata } = gdalInfo(path);
    expect(size).toEqual([256, 256]);
    expectClose(geoTransform, [place.west, place.size, 0, place.north, 0, -place.size]);
    expect(coordinateSystem!.wkt).toMatch(new RegExp(`ID\\["EPSG",${place.epsg}\\]\\]$`));
    expect(bands).toMatchObject([{ type: 'Float32', description: 'p' }]);
    expect(metadata['']).toMatchObject({ TIFFTAG_DATETIME: '2020:01:01 01:00:00' });
    const floats = await floatsOf(place);
    const pixels = Array.from({ length: 400 }, (_, i) => [(i * 37) % 256, (i * 101) % 256] as const);
    expect(gdalPixels(path, pixels)).toEqual([pixels.map(([col, row]) => floats[row * 256 + col]!)]);
  });
});
