import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromArrayBuffer } from 'geotiff';
import { afterAll, describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { CoverageAnswer, Domain } from '../../src/formats/index.js';
import { axisNumbers, CRS84, type Crs, crsFromId, crsFromProj, projectPoints } from '../../src/grid/index.js';
import { openSource } from '../../src/sources/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { answerOf, coverageOf, crs84, gridDomain, pointDomain } from './sample-answers.js';

const folder = mkdtempSync(join(tmpdir(), 'tilecurve-geotiff-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true }));

const domainOf = (xs: readonly number[], ys: readonly number[], crs: Crs = crs84): Domain => ({
  domainType: 'Grid',
  x: { kind: 'numbers', values: xs },
  y: { kind: 'numbers', values: ys },
  crs,
});

async function write(answer: CoverageAnswer): Promise<string> {
  const path = join(folder, `${files++}.tif`);
  writeFileSync(path, await encoded('GeoTIFF', answer));
  return path;
}

async function readBack(answer: CoverageAnswer) {
  const source = await openSource(await write(answer), { maxChunkBytes: 1e9 });
  const values = new Map<string, number[]>();
  for (const parameter of source.parameters) {
    const { shape } = parameter;
    const { cells } = await source.read(parameter, { start: shape.map(() => 0), end: shape });
    values.set(parameter.id, Array.from(cells, Number));
  }
  await source.close();
  return { ...source, values };
}

describe('a GeoTIFF', () => {
  const { z: _, ...flat } = fullGrid;
  const single: Domain = { ...flat, t: { kind: 'times', values: ['2020-01-01T06:00:00Z'] } };

  it('gives back every value, place and name to our own reader', async () => {
    const { coverage, values } = filled(single, 12, { seed: 3 });
    const {
      grid,
      parameters: read,
      values: found,
      attributes,
    } = await readBack({
      parameters,
      coverages: [coverage],
      isCollection: false,
    });
    expect(read.map(({ type }) => type)).toEqual(['float64', 'float64', 'float64']);
    expect(read.map(({ unit }) => unit)).toEqual(['degK', 'kg "m"-2', '1']);
    // Band names have no commas, and are one line.
    expect(read[1]!.id).toBe(hostile.replaceAll(',', ';').replace(/\s+/g, ' '));
    expect(read[1]!.attributes.long_name).toContain('<lines> & ümläuts \\ 温度');
    for (const [band, { id }] of parameters.entries())
      expect(found.get(read[band]!.id)).toEqual(values.get(id));
    expect(axisNumbers(grid.x)).toEqual([10, 10.5, 11, 11.5]);
    expect(axisNumbers(grid.y)).toEqual([52, 51.5, 51]);
    expect(grid.crs.id).toBe('OGC:CRS84');
    expect(attributes).toMatchObject({ TIFFTAG_DATETIME: '2020:01:01 06:00:00' });
  });

  it('gives back every value to the geotiff library', async () => {
    const { coverage, values } = filled(single, 12, { seed: 4 });
    const bytes = await encoded('GeoTIFF', { parameters, coverages: [coverage], isCollection: false });
    const tiff = await fromArrayBuffer(new Uint8Array(bytes).buffer);
    const image = await tiff.getImage();
    const bands = (await image.readRasters()) as unknown as Float64Array[];
    expect(bands.map((band) => Array.from(band))).toEqual(parameters.map(({ id }) => values.get(id)));
    expect(image.getGDALNoData()).toBeNaN();
    expect(image.getBoundingBox()).toEqual([9.75, 50.75, 11.75, 52.25]);
    expect(image.getGeoKeys()).toMatchObject({ GTModelTypeGeoKey: 2, GeographicTypeGeoKey: 4326 });
  });

  it('is float32 when that keeps all values', async () => {
    const { parameters: read, values } = await readBack(
      answerOf(coverageOf(gridDomainOfRegularRows, [1, 2.5, Number.NaN, -4, 5, 6])),
    );
    expect(read[0]!.type).toBe('float32');
    expect(values.get('t2m')).toEqual([1, 2.5, Number.NaN, -4, 5, 6]);
  });
  const gridDomainOfRegularRows: Domain = { ...gridDomain, y: { kind: 'numbers', values: [52, 51] } };

  it.each([
    ['south to north', [1, 2, 3], [1, 2], [4, 5, 6, 1, 2, 3]],
    ['east to west', [3, 2, 1], [2, 1], [3, 2, 1, 6, 5, 4]],
    ['both', [3, 2, 1], [1, 2], [6, 5, 4, 3, 2, 1]],
  ])('has rows from north to south and west to east when cells come %s', async (_, xs, ys, expected) => {
    const { grid, values } = await readBack(answerOf(coverageOf(domainOf(xs, ys), [1, 2, 3, 4, 5, 6])));
    expect(values.get('t2m')).toEqual(expected);
    expect(axisNumbers(grid.x)).toEqual([1, 2, 3]);
    expect(axisNumbers(grid.y)).toEqual([2, 1]);
  });

  it('turns rows that come in blocks of other lengths', async () => {
    const xs = [14, 13, 12, 11, 10];
    const { coverage, values } = filled(domainOf(xs, [1, 2, 3, 4, 5, 6, 7]), 35, { seed: 8 });
    const { values: found, parameters: read } = await readBack({
      parameters,
      coverages: [coverage],
      isCollection: false,
    });
    for (const [band, { id }] of parameters.entries())
      expect(found.get(read[band]!.id)).toEqual(values.get(id)!.toReversed());
  });

  it.each<[string, Crs]>([
    ['a code', crsFromId('EPSG:32621')],
    [
      'a definition',
      crsFromProj('+proj=lcc +lat_1=25 +lat_2=30 +lat_0=25 +lon_0=-95 +R=6371200 +units=m', 'lcc'),
    ],
    [
      'a definition in km',
      crsFromProj('+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +ellps=GRS80 +units=km', 'km'),
    ],
    ['a name', { id: 'local:unknown', kind: 'projected' }],
  ])('keeps a projected system known by %s', async (_, crs) => {
    const { grid } = await readBack(
      answerOf(coverageOf(domainOf([0, 10, 20], [10, 0], crs), [1, 2, 3, 4, 5, 6])),
    );
    expect(grid.crs).toMatchObject({
      id: crs.id,
      kind: 'projected',
      ...(crs.proj && { proj: expect.anything() }),
    });
    const numbersOf = (proj = '') =>
      new Map([...proj.matchAll(/\+(\w+)=([-\d.]+)/g)].map(([, key, value]) => [key, Number(value)]));
    const [wanted, found] = [numbersOf(crs.proj), numbersOf(grid.crs.proj)];
    for (const key of ['lat_0', 'lon_0', 'lat_1', 'lat_2', 'lat_ts', 'x_0', 'R'])
      if (wanted.has(key)) expect([key, found.get(key)]).toEqual([key, wanted.get(key)]);
    expect(axisNumbers(grid.y)).toEqual([10, 0]);
  });

  it.each([
    '+proj=merc +lon_0=15 +k=0.9 +R=6371000 +units=m',
    '+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +x_0=100 +y_0=0 +ellps=GRS80 +units=m',
    '+proj=aeqd +lat_0=40 +lon_0=15 +datum=WGS84 +units=m',
    '+proj=stere +lat_0=90 +lat_ts=60 +lon_0=-105 +a=6371229 +b=6371229 +units=m',
    '+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +datum=WGS84 +units=m',
    '+proj=tmerc +lat_0=0 +lon_0=31 +k=0.9996 +x_0=5500000 +ellps=bessel +towgs84=577.3,90.1,463.9,5.1,1.4,2.2,2.4 +units=m',
    '+proj=cea +lat_ts=30 +lon_0=10 +x_0=0 +y_0=7 +R=6371228 +units=m',
    '+proj=lcc +lat_1=55 +lat_0=55 +lon_0=5 +k_0=0.99 +R=6371229 +units=m',
  ])('says %s so that places stay where they are', async (proj) => {
    const crs = crsFromProj(proj, 'given');
    const { grid } = await readBack(
      answerOf(coverageOf(domainOf([0, 10, 20], [10, 0], crs), [1, 2, 3, 4, 5, 6])),
    );
    const [wanted, found] = [crs, grid.crs].map((one) =>
      projectPoints(CRS84, one)(12, 41 * (proj.includes('-90') ? -1 : 1)),
    );
    expect(found![0]).toBeCloseTo(wanted![0], 3);
    expect(found![1]).toBeCloseTo(wanted![1], 3);
  });

  it('has parameters with and without time in one image', async () => {
    const { t: _, ...still } = single;
    const [first, ...rest] = parameters;
    const moving = filled(single, 12, { seed: 1, of: [first!] });
    const fixed = filled(still, 12, { seed: 2, of: rest });
    const { values, attributes } = await readBack({
      parameters,
      coverages: [fixed.coverage, moving.coverage],
      isCollection: true,
    });
    expect([...values.values()]).toEqual([...fixed.values.values(), ...moving.values.values()]);
    expect(attributes).toMatchObject({ TIFFTAG_DATETIME: '2020:01:01 06:00:00' });
    const elsewhere = filled({ ...still, y: { kind: 'numbers', values: [62, 61.5, 61] } }, 12, {
      seed: 2,
      of: rest,
    });
    const mixed = { parameters, coverages: [moving.coverage, elsewhere.coverage], isCollection: true };
    expect(formatNamed('GeoTIFF').refuse?.(mixed)).toMatch(/cells/);
  });

  it('has square cells along a single row or column', async () => {
    const { grid } = await readBack(answerOf(coverageOf(domainOf([1, 3, 5], [7]), [1, 2, 3])));
    expect(grid.y.coordinates).toMatchObject({ start: 7, step: -2, count: 1 });
  });

  it.each<[string, Domain, RegExp]>([
    ['several times', { ...flat }, /datetime/],
    ['several levels', { ...single, z: fullGrid.z! }, /level/],
    ['irregular rows', { ...single, y: { kind: 'numbers', values: [52, 51, 49] } }, /irregular/],
    ['a point', pointDomain(1, 2), /Point/],
    ['one cell of unknown size', domainOf([1], [2]), /size/],
  ])('refuses %s', async (_, domain, text) => {
    const answer = answerOf(coverageOf(domain, []));
    expect(formatNamed('GeoTIFF').refuse?.(answer)).toMatch(text);
    await expect(encoded('GeoTIFF', answer)).rejects.toThrow(InvalidArgumentError);
  });

  it('refuses several grids and what is too large', () => {
    const { refuse } = formatNamed('GeoTIFF');
    const grid = coverageOf(gridDomainOfRegularRows, []);
    expect(refuse?.(answerOf(grid, grid))).toMatch(/each parameter once/);
    const many = { kind: 'regular', start: 0, stop: 1, count: 40_000 } as const;
    expect(refuse?.(answerOf(coverageOf({ ...single, x: many, y: many }, [])))).toMatch(/4 GiB/);
    expect(refuse?.(answerOf(grid))).toBeUndefined();
  });

  it('refuses a range whose values do not fill its shape', async () => {
    for (const values of [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], []])
      await expect(encoded('GeoTIFF', answerOf(coverageOf(gridDomainOfRegularRows, values)))).rejects.toThrow(
        InvalidArgumentError,
      );
  });
});
