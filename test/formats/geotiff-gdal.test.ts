import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { CoverageAnswer, Domain, DomainAxis } from '../../src/formats/index.js';
import { CRS84, type Crs, crsFromId, crsFromProj, projectPoints } from '../../src/grid/index.js';
import { describeProgram } from '../installed-program.js';
import { encoded, filled, hostile, parameters } from './encoded.js';
import { gdal, gdalInfo, gdalPixels, gdalValues } from './gdal.js';
import { answerOf, coverageOf, crs84 } from './sample-answers.js';

const folder = mkdtempSync(join(tmpdir(), 'tilecurve-gdal-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

async function write(answer: CoverageAnswer): Promise<string> {
  const path = join(folder, `${files++}.tif`);
  writeFileSync(path, await encoded('GeoTIFF', answer));
  return path;
}

interface Case {
  readonly name: string;
  readonly crs: Crs;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** What GDAL has to call the system. */
  readonly id?: string;
}

const laea = '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m';
const lcc = '+proj=lcc +lat_1=25 +lat_2=30 +lat_0=25 +lon_0=-95 +R=6371200 +units=m';
const cases: readonly Case[] = [
  { name: 'longitudes and latitudes', crs: crs84, x: [10, 10.5, 11, 11.5], y: [52, 51.5, 51], id: '4326' },
  { name: 'rows from south to north', crs: crs84, x: [10, 10.5, 11, 11.5], y: [51, 51.5, 52], id: '4326' },
  { name: 'columns from east to west', crs: crs84, x: [11.5, 11, 10.5, 10], y: [51, 51.5, 52], id: '4326' },
  { name: 'columns that are no multiples', crs: crs84, x: [0.1, 0.4, 0.7, 1], y: [-0.1, -0.2], id: '4326' },
  { name: 'columns across 180 degrees', crs: crs84, x: [179, 180, 181, 182], y: [1, 0, -1], id: '4326' },
  { name: 'UTM', crs: crsFromId('EPSG:32621'), x: [5e5, 501e3, 502e3], y: [4_003e3, 4_002e3], id: '32621' },
  { name: 'LAEA by code', crs: crsFromId('EPSG:3035'), x: [4e6, 4_025e3], y: [3e6, 2_975e3], id: '3035' },
  { name: 'LAEA by parameters', crs: crsFromProj(laea, 'laea'), x: [4e6, 4_025e3], y: [3e6, 2_975e3] },
  { name: 'LCC on a sphere', crs: crsFromProj(lcc, 'lcc'), x: [0, 5e3, 10e3], y: [5e3, 0] },
  { name: 'north polar', crs: crsFromId('EPSG:3413'), x: [-1e6, -975e3], y: [-2e6, -1_975e3], id: '3413' },
  { name: 'south polar', crs: crsFromId('EPSG:3031'), x: [1e6, 1_025e3], y: [2e6, 1_975e3], id: '3031' },
];

describeProgram(gdal, 'a GeoTIFF that GDAL reads', () => {
  it.each(cases)('has every value in its place: $name', async ({ crs, x, y, id }) => {
    const domain: Domain = { domainType: 'Grid', x: numbers(x), y: numbers(y), crs };
    const { coverage, values } = filled(domain, x.length * y.length, { seed: x.length + y.length });
    const path = await write({ parameters, coverages: [coverage], isCollection: false });
    const { size, geoTransform, coordinateSystem, bands } = gdalInfo(path);
    expect(size).toEqual([x.length, y.length]);
    const [west, width, , north, , height] = geoTransform as [number, number, number, number, number, number];
    expect(west + width / 2).toBeCloseTo(Math.min(...x), 6);
    expect(north + height / 2).toBeCloseTo(Math.max(...y), 6);
    expect(width).toBeGreaterThan(0);
    expect(height).toBeLessThan(0);
    const wkt = coordinateSystem!.wkt;
    if (id !== undefined) expect(wkt).toMatch(new RegExp(`ID\\["EPSG",${id}\\]\\]$`));
    expect(bands.map(({ type, noDataValue }) => [type, String(noDataValue).toLowerCase()])).toEqual(
      parameters.map(() => ['Float64', 'nan']),
    );

    // North first and west first, as a picture has them.
    const rows = [...y.keys()].sort((a, b) => y[b]! - y[a]!);
    const cols = [...x.keys()].sort((a, b) => x[a]! - x[b]!);
    const cells = rows.flatMap((row) => cols.map((col) => row * x.length + col));
    const found = gdalValues(path, size);
    for (const [band, { id }] of parameters.entries())
      expectEqualDigits(
        found[band]!,
        cells.map((cell) => values.get(id)![cell]!),
      );

    // Where GDAL finds a place by longitude and latitude is the cell that proj4 puts there.
    if (crs.kind === 'geographic') return;
    const toLonLat = projectPoints(crs, CRS84);
    const places = cells.map((cell) => toLonLat(x[cell % x.length]!, y[Math.floor(cell / x.length)]!)!);
    expect(gdalPixels(path, places, ['-wgs84'])).toEqual(found);
  });

  it('has names, units and the time', async () => {
    const t = { kind: 'times', values: ['2020-01-01T06:00:00Z'] } as const;
    const domain: Domain = { domainType: 'Grid', x: numbers([1, 2]), y: numbers([2, 1]), t, crs: crs84 };
    const { coverage } = filled(domain, 4, { seed: 1 });
    const { bands, metadata } = gdalInfo(
      await write({ parameters, coverages: [coverage], isCollection: false }),
    );
    expect(metadata['']).toMatchObject({ AREA_OR_POINT: 'Area', TIFFTAG_DATETIME: '2020:01:01 06:00:00' });
    const names = bands.map(({ description }) => description?.replace(/\s+/g, ' '));
    expect(names).toEqual(['t2m', hostile.replace(/\s+/g, ' '), 'count']);
    expect(bands.map(({ unit }) => unit)).toEqual(['degK', 'kg "m"-2', '1']);
    expect(bands[0]!.metadata?.['']).toMatchObject({ standard_name: 'air_temperature' });
  });

  it('is float32 when that keeps all values', async () => {
    const domain: Domain = { domainType: 'Grid', x: numbers([1, 2, 3]), y: numbers([2, 1]), crs: crs84 };
    const values = [1, Number.NaN, 0.1, -4, 3.4e38, 1e-40].map(Math.fround);
    const path = await write(answerOf(coverageOf(domain, values)));
    expect(gdalInfo(path).bands.map(({ type }) => type)).toEqual(['Float32']);
    expect(gdalValues(path, [3, 2])[0]!.map(Math.fround)).toEqual(values);
  });
});

function numbers(values: readonly number[]): DomainAxis {
  return { kind: 'numbers', values };
}

/** GDAL prints 15 digits, of a tie not always those that JavaScript prints. */
function expectEqualDigits(found: readonly number[], expected: readonly number[]): void {
  expect(found.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
  for (const [i, value] of expected.entries())
    if (!Number.isNaN(value))
      expect(Math.abs(found[i]! - value)).toBeLessThanOrEqual(1e-14 * Math.abs(value));
}
