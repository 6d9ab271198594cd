import { truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Coverage, CoverageAnswer, Domain, DomainAxis } from '../../src/formats/index.js';
import { CRS84, crsFromId, crsFromProj, projectPoints } from '../../src/grid/index.js';
import { describeProgram, outputOf } from '../installed-program.js';
import { filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { gdal, gdalInfo, gdalPixels, gdalValues } from './gdal.js';
import { netcdfTools, readCdl } from './read-cdl.js';
import { writeNetcdf } from './read-netcdf.js';
import { answerOf, coverageOf, crs84, gridDomain, pointDomain, sectionDomain } from './sample-answers.js';

const validName = hostile.replace(/[\r\n]/g, '_');

describeProgram(netcdfTools, 'a NetCDF file that ncdump reads', () => {
  it('has every value, axis and member of grids', async () => {
    const grids = [5, 6].map((number) => filled(fullGrid, 72, { seed: number, members: { number } }));
    const coverages = grids.map(({ coverage }) => coverage);
    const { path } = await writeNetcdf({ parameters, coverages, isCollection: true });
    expect(outputOf('ncdump', ['-k', path]).trim()).toBe('64-bit offset');
    const { dimensions, attributes, numbers } = readCdl(path);
    for (const [id, name] of [
      ['t2m', 't2m'],
      [hostile, validName],
      ['count', 'count'],
    ] as const) {
      expect(dimensions.get(name)).toEqual(['number', 'time', 'vertical', 'lat', 'lon']);
      const found = numbers.get(name)!;
      // ncdump prints nine digits of a float32.
      expect(id === 't2m' ? found.map(Math.fround) : found).toEqual(
        grids.flatMap(({ values }) => values.get(id)!),
      );
    }
    expect(numbers.get('lon')).toEqual([10, 10.5, 11, 11.5]);
    expect(numbers.get('lat')).toEqual([52, 51.5, 51]);
    expect(numbers.get('vertical')).toEqual([850, 500]);
    expect(numbers.get('number')).toEqual([5, 6]);
    const seconds = ['2020-01-01T00:00Z', '2020-01-01T06:00Z', '2020-01-02T00:30Z'].map(
      (text) => Date.parse(text) / 1000,
    );
    expect(numbers.get('time')).toEqual(seconds);
    expect(attributes.get('time:units')).toBe('"seconds since 1970-01-01 00:00:00"');
    expect(attributes.get(':Conventions')).toBe('"CF-1.8"');
    expect(attributes.get('t2m:_FillValue')).toBe('NaNf');
    expect(attributes.get('vertical:positive')).toBe('"down"');
  });

  it('has points, tracks one after the other, and series of several sites', async () => {
    const t = { kind: 'times', values: ['2020-01-01T00:00:00Z', '2020-01-01T01:00:00Z'] } as const;
    const tuples = (coordinates: string[], values: (number | string)[][]) => ({ coordinates, values });
    const points: Domain = {
      domainType: 'MultiPoint',
      composite: tuples(
        ['x', 'y'],
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      ),
      crs: crs84,
    };
    const track = (hour: number, length: number): Domain => ({
      domainType: 'Trajectory',
      composite: tuples(
        ['t', 'x', 'y'],
        Array.from({ length }, (_, i) => [`2020-01-01T0${hour}:00:00Z`, i, hour]),
      ),
      crs: crs84,
    });
    const series = [pointDomain(1, 2), pointDomain(3, 4)].map(
      (domain): Domain => ({ ...domain, domainType: 'PointSeries', t }),
    );
    const read = async (...domains: [Domain, number[]][]) =>
      readCdl(
        (await writeNetcdf(answerOf(...domains.map(([domain, values]) => coverageOf(domain, values))))).path,
      );

    const pointFile = await read([points, [7, Number.NaN, 9]]);
    expect(pointFile.attributes.get(':featureType')).toBe('"point"');
    expect(pointFile.numbers.get('t2m')).toEqual([7, Number.NaN, 9]);
    expect(pointFile.numbers.get('lat')).toEqual([2, 4, 6]);

    const tracks = await read([track(0, 2), [1, 2]], [track(1, 3), [3, Number.NaN, 5]]);
    expect(tracks.attributes.get(':featureType')).toBe('"trajectory"');
    expect(tracks.numbers.get('t2m')).toEqual([1, 2, 3, Number.NaN, 5]);
    expect(tracks.numbers.get('rowSize')).toEqual([2, 3]);
    expect(tracks.numbers.get('lon')).toEqual([0, 1, 0, 1, 2]);

    const sites = await read([series[0]!, [1, 2]], [series[1]!, [Number.NaN, 4]]);
    expect(sites.attributes.get(':featureType')).toBe('"timeSeries"');
    expect(sites.dimensions.get('t2m')).toEqual(['station', 'time']);
    expect(sites.numbers.get('t2m')).toEqual([1, 2, Number.NaN, 4]);
  });

  it('has sections, shorter ones filled up', async () => {
    const hour = (count: number) => `2020-01-01T0${count}:00:00Z`;
    const [short, long] = [
      [hour(0), hour(1)],
      [hour(2), hour(3), hour(4)],
    ].map((times) => sectionDomain(times, [850, 500]));
    const read = async (...coverages: Coverage[]) =>
      readCdl((await writeNetcdf(answerOf(...coverages))).path);
    const one = await read(coverageOf(long!, [1, 2, 3, 4, 5, 6]));
    expect(one.dimensions.get('t2m')).toEqual(['vertical', 'profile']);
    expect(one.numbers.get('t2m')).toEqual([1, 2, 3, 4, 5, 6]);
    expect(one.numbers.get('vertical')).toEqual([850, 500]);
    expect(one.numbers.get('lon')).toEqual([10, 11, 12]);
    expect(one.attributes.get('t2m:coordinates')).toBe('"time lat lon trajectory"');
    expect(one.attributes.get('trajectory:cf_role')).toBe('"trajectory_id"');
    const several = await read(
      coverageOf(short!, [1, 2, 3, 4], { members: { number: 0 } }),
      coverageOf(long!, [11, 12, 13, 14, Number.NaN, 16], { members: { number: 0 } }),
      coverageOf(short!, [5, 6, 7, 8], { members: { number: 1 } }),
      coverageOf(long!, [21, 22, 23, 24, 25, 26], { members: { number: 1 } }),
    );
    expect(several.dimensions.get('t2m')).toEqual(['number', 'obs']);
    expect(several.numbers.get('t2m')).toEqual([
      ...[1, 2, 3, 4, 11, 12, 13, 14, Number.NaN, 16],
      ...[5, 6, 7, 8, 21, 22, 23, 24, 25, 26],
    ]);
    expect(several.numbers.get('rowSize')).toEqual([4, 6]);
    expect(several.attributes.get('t2m:coordinates')).toBe('"time vertical lat lon"');
    expect(several.numbers.get('vertical')).toEqual([850, 850, 500, 500, 850, 850, 850, 500, 500, 500]);
    expect(several.numbers.get('lon')).toEqual([10, 11, 10, 11, 10, 11, 12, 10, 11, 12]);
    const hours = several.numbers.get('time')!.map((time) => time - 438_288);
    expect(hours).toEqual([0, 1, 0, 1, 2, 3, 4, 2, 3, 4]);
    expect(several.texts.get('trajectory')).toEqual(['1', '2']);
  });

  it('has labels of members', async () => {
    const coverages = ['short', 'longer'].map((label) =>
      coverageOf(gridDomain, [1, 2, 3, 4, 5, 6], { members: { label } }),
    );
    const { path } = await writeNetcdf(answerOf(...coverages));
    expect(readCdl(path).texts.get('label')).toEqual(['short', 'longer']);
  });

  it('is a 64-bit data file where a variable is larger than 4 GiB', async () => {
    const axis: DomainAxis = { kind: 'regular', start: 0, stop: 40, count: 40_000 };
    const answer = answerOf(coverageOf({ ...gridDomain, x: axis, y: axis }, []));
    const { path } = await writeHead(answer, 40_000 ** 2 * 4 + 1_000_000);
    expect(outputOf('ncdump', ['-k', path]).trim()).toBe('cdf5');
    expect(outputOf('ncdump', ['-h', path])).toContain('float t2m(time, lat, lon) ;');
  });

  it('can be copied to NetCDF-4', async () => {
    const { coverage, values } = filled(fullGrid, 72, { seed: 3 });
    const { path } = await writeNetcdf({ parameters, coverages: [coverage], isCollection: false });
    outputOf('nccopy', ['-k', 'nc4', '-d', '1', path, `${path}4`]);
    expect(outputOf('ncdump', ['-k', `${path}4`]).trim()).toBe('netCDF-4');
    expect(readCdl(`${path}4`).numbers.get('count')).toEqual(values.get('count'));
  });
});

/** Everything of a file before its large values, and a hole where they belong. */
async function writeHead(answer: CoverageAnswer, sizeBytes: number): Promise<{ path: string }> {
  const { path } = await writeNetcdf(answerOf(coverageOf(gridDomain, [1, 2, 3, 4, 5, 6])));
  const parts: Uint8Array[] = [];
  try {
    for await (const part of formatNamed('NetCDF').encode(answer)) parts.push(part);
  } catch {
    // The answer has no values.
  }
  writeFileSync(path, Buffer.concat(parts));
  truncateSync(path, sizeBytes);
  return { path };
}

describeProgram(gdal, 'a NetCDF file that GDAL reads', () => {
  const laea = '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m';

  it('has a band for each member, time and level', async () => {
    const grids = [5, 6].map((number) => filled(fullGrid, 72, { seed: number, members: { number } }));
    const coverages = grids.map(({ coverage }) => coverage);
    const { path } = await writeNetcdf({ parameters, coverages, isCollection: true });
    for (const id of ['t2m', 'count']) {
      const bands = gdalValues(`NETCDF:"${path}":${id}`, [4, 3]);
      expect(bands).toHaveLength(12);
      const expected = grids.flatMap(({ values }) => values.get(id)!);
      expect(bands.flat().map((value) => value.toPrecision(12))).toEqual(
        expected.map((value) => value.toPrecision(12)),
      );
    }
    const { bands } = gdalInfo(`NETCDF:"${path}":count`);
    expect(bands.map(({ type, noDataValue }) => `${type} ${noDataValue}`)).toEqual(
      new Array(12).fill('Float64 NaN'),
    );
    expect(bands.at(-1)!.metadata?.['']).toMatchObject({
      NETCDF_DIM_number: '6',
      NETCDF_DIM_time: '1577925000',
      NETCDF_DIM_vertical: '500',
    });
  });

  it('has a section as levels by places', async () => {
    const section = sectionDomain(['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'], [850, 700, 500]);
    const { path } = await writeNetcdf(answerOf(coverageOf(section, [1, 2, 3, 4, 5, 6])));
    const { dimensions, values } = JSON.parse(outputOf('gdalmdiminfo', ['-detailed', '-array', 't2m', path]));
    expect(dimensions).toMatchObject([{ type: 'VERTICAL', direction: 'DOWN', size: 3 }, { name: 'profile' }]);
    expect(values).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  it.each([
    ['longitudes and latitudes', CRS84, [10, 10.5, 11], [52, 51.5]],
    ['rows from south to north', CRS84, [10, 10.5, 11], [51.5, 52]],
    ['UTM', crsFromId('EPSG:32621'), [5e5, 501e3, 502e3], [4_003e3, 4_002e3]],
    ['LAEA', crsFromId('EPSG:3035'), [4e6, 4_025e3, 4_050e3], [3e6, 2_975e3]],
    ['LAEA by parameters', crsFromProj(laea, 'laea'), [4e6, 4_025e3, 4_050e3], [3e6, 2_975e3]],
    ['north polar', crsFromId('EPSG:3413'), [-1e6, -975e3, -950e3], [-2_000e3, -1_975e3]],
    ['south polar', crsFromId('EPSG:3031'), [1e6, 1_025e3, 1_050e3], [2_000e3, 1_975e3]],
  ])('has its cells where they are: %s', async (_, crs, x, y) => {
    const values = [1, 2, Number.NaN, 4, 5, 6];
    const domain: Domain = {
      domainType: 'Grid',
      x: { kind: 'numbers', values: x },
      y: { kind: 'numbers', values: y },
      crs,
    };
    const { path } = await writeNetcdf(answerOf(coverageOf(domain, values)));
    const name = `NETCDF:"${path}":t2m`;
    const info = gdalInfo(name);
    expect(info.driverShortName).toBe('netCDF');
    if (crs.kind === 'geographic') expect(JSON.stringify(info)).toContain('EPSG\\",4326');
    const project =
      crs.kind === 'projected' ? projectPoints(crs, CRS84) : (...place: [number, number]) => place;
    const places = values.map((_, i) => project(x[i % 3]!, y[Math.floor(i / 3)]!)!);
    expect(gdalPixels(name, places, ['-wgs84'])).toEqual([values]);
  });
});
