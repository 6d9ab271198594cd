import { describe, expect, it } from 'vitest';
import { InvalidArgumentError } from '../../src/errors/index.js';
import type { Domain } from '../../src/formats/index.js';
import { axisNumbers, CRS84, type Crs, crsFromId, crsFromProj, projectPoints } from '../../src/grid/index.js';
import { encoded, filled, formatNamed, fullGrid, hostile, parameters } from './encoded.js';
import { readBack, readElsewhere } from './read-netcdf.js';
import { answerOf, coverageOf, crs84, gridDomain, temperature } from './sample-answers.js';

const validName = hostile.replace(/[\r\n]/g, '_');

describe('a NetCDF file of grids', () => {
  it('gives back every value, axis and member to our own reader', async () => {
    const grids = [5, 6].map((number) => filled(fullGrid, 72, { seed: number, members: { number } }));
    const coverages = grids.map(({ coverage }) => coverage);
    const { grid, parameters: read, values } = await readBack({ parameters, coverages, isCollection: true });
    expect(read.map(({ id }) => id)).toEqual(['t2m', validName, 'count']);
    expect(read[0]).toMatchObject({
      title: 'Température à 2 m',
      unit: 'degK',
      standardName: 'air_temperature',
    });
    expect(read[1]).toMatchObject({ title: `Title of ${hostile}`, unit: 'kg "m"-2' });
    expect(read.map(({ type }) => type)).toEqual(['float32', 'float64', 'float64']);
    for (const [p, { id }] of parameters.entries()) {
      const expected = grids.flatMap((one) => one.values.get(id)!);
      expect(values.get(read[p]!.id)).toEqual(expected);
    }
    expect(read[0]!.dims).toEqual(['number', 'time', 'vertical', 'lat', 'lon']);
    expect(read[0]!.shape).toEqual([2, 3, 2, 3, 4]);
    expect(grid.crs.id).toBe('OGC:CRS84');
    expect(axisNumbers(grid.x)).toEqual([10, 10.5, 11, 11.5]);
    expect(axisNumbers(grid.y)).toEqual([52, 51.5, 51]);
    expect(axisNumbers(grid.z!)).toEqual([850, 500]);
    expect(grid.z).toMatchObject({ unit: 'hPa', positive: 'down', title: 'Pressure' });
    const hour = 3_600_000;
    const start = Date.UTC(2020, 0, 1);
    expect(axisNumbers(grid.t!)).toEqual([start, start + 6 * hour, start + 24.5 * hour]);
    expect(axisNumbers(grid.custom[0]!)).toEqual([5, 6]);
  });

  it('gives back every value to netcdfjs', async () => {
    const { coverage, values } = filled(fullGrid, 72, { seed: 7 });
    const { reader, attributesOf, numbersOf } = await readElsewhere({
      parameters,
      coverages: [coverage],
      isCollection: false,
    });
    expect(reader.version).toBe('64-bit offset format');
    expect(reader.getAttribute('Conventions')).toBe('CF-1.8');
    expect(numbersOf('t2m')).toEqual(values.get('t2m'));
    expect(numbersOf('count')).toEqual(values.get('count'));
    expect(attributesOf('t2m')).toMatchObject({ units: 'degK', standard_name: 'air_temperature' });
    expect(attributesOf('t2m')._FillValue).toBeNaN();
    expect(attributesOf('time')).toMatchObject({ calendar: 'standard', axis: 'T' });
    expect(attributesOf('vertical')).toMatchObject({ units: 'hPa', positive: 'down', axis: 'Z' });
    expect(attributesOf('lon')).toMatchObject({ units: 'degrees_east', standard_name: 'longitude' });
  });

  it('has labels for members that are no numbers', async () => {
    const labels = ['short', hostile];
    const coverages = labels.map((label, index) =>
      coverageOf(gridDomain, [1, 2, 3, 4, 5, 6 + index], { members: { label } }),
    );
    const { grid, values } = await readBack(answerOf(...coverages));
    expect(grid.custom[0]).toMatchObject({ name: 'label', coordinates: { kind: 'labels', values: labels } });
    expect(values.get('t2m')).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7]);
  });

  it('keeps the calendar', async () => {
    const t = { kind: 'times', values: ['2001-02-30T12:00:00Z'] } as const;
    const { grid } = await readBack(
      answerOf(coverageOf({ ...gridDomain, t, calendar: '360_day' }, [1, 2, 3, 4, 5, 6])),
    );
    expect(grid.t?.calendar).toBe('360_day');
    expect(axisNumbers(grid.t!)).toEqual([(31 * 360 + 59) * 86_400_000 + 43_200_000]);
  });

  it.each<[string, Crs]>([
    ['a code', { ...crsFromId('EPSG:32621'), wkt: 'PROJCS["UTM"]' }],
    ['polar parameters', crsFromId('EPSG:3413')],
    [
      'a definition',
      crsFromProj('+proj=lcc +lat_1=25 +lat_2=30 +lat_0=25 +lon_0=-95 +R=6371200 +units=m', 'lcc'),
    ],
    [
      'a definition in km',
      crsFromProj('+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +ellps=GRS80 +units=km', 'km'),
    ],
  ])('keeps a projected system known by %s', async (_, crs) => {
    const domain: Domain = {
      ...gridDomain,
      x: { kind: 'numbers', values: [0, 10, 20] },
      y: { kind: 'numbers', values: [10, 0] },
      crs,
    };
    const { grid, parameters: read } = await readBack(answerOf(coverageOf(domain, [1, 2, 3, 4, 5, 6])));
    expect(read[0]!.dims).toEqual(['time', 'y', 'x']);
    expect(grid.crs.kind).toBe('projected');
    if (crs.id.startsWith('EPSG')) expect(grid.crs.id).toBe(crs.id);
    else {
      const numbers = (proj = '') =>
        new Map([...proj.matchAll(/\+(\w+)=([-\d.]+)/g)].map(([, key, value]) => [key, Number(value)]));
      const [wanted, found] = [numbers(crs.proj), numbers(grid.crs.proj)];
      for (const key of ['lat_0', 'lon_0', 'lat_1', 'lat_2', 'x_0', 'R'])
        if (wanted.has(key)) expect([key, found.get(key)]).toEqual([key, wanted.get(key)]);
    }
  });

  it.each([
    '+proj=merc +lon_0=15 +k=0.9 +R=6371000 +units=m',
    '+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +x_0=100 +y_0=0 +ellps=GRS80 +units=m',
    '+proj=aeqd +lat_0=40 +lon_0=15 +datum=WGS84 +units=m',
    '+proj=stere +lat_0=90 +lat_ts=60 +lon_0=-105 +a=6371229 +b=6371229 +units=m',
    '+proj=stere +lat_0=-90 +lon_0=0 +k=0.994 +x_0=2000000 +datum=WGS84 +units=m',
    '+proj=tmerc +lat_0=0 +lon_0=31 +k=0.9996 +x_0=5500000 +ellps=bessel +towgs84=577.3,90.1,463.9,5.1,1.4,2.2,2.4 +units=m',
    '+proj=cea +lat_ts=30 +lon_0=10 +x_0=0 +y_0=7 +R=6371228 +units=m',
  ])('says %s so that places stay where they are', async (proj) => {
    const crs = crsFromProj(proj, 'given');
    const { grid } = await readBack(
      answerOf(
        coverageOf(
          {
            ...gridDomain,
            x: { kind: 'numbers', values: [0, 10, 20] },
            y: { kind: 'numbers', values: [10, 0] },
            crs,
          },
          [1, 2, 3, 4, 5, 6],
        ),
      ),
    );
    const [wanted, found] = [crs, grid.crs].map((one) =>
      projectPoints(CRS84, one)(12, 41 * (proj.includes('-90') ? -1 : 1)),
    );
    expect(found![0]).toBeCloseTo(wanted![0], 3);
    expect(found![1]).toBeCloseTo(wanted![1], 3);
  });

  it('has parameters with other axes beside each other', async () => {
    const { z: _, ...flat } = fullGrid;
    const [first, ...rest] = parameters;
    const deep = filled(fullGrid, 72, { seed: 1, of: [first!] });
    const surface = filled(flat, 36, { seed: 2, of: rest });
    const coverages = [deep.coverage, surface.coverage];
    const { dimensionsOf, numbersOf } = await readElsewhere({ parameters, coverages, isCollection: true });
    expect(dimensionsOf('t2m')).toEqual(['time', 'vertical', 'lat', 'lon']);
    expect(dimensionsOf('count')).toEqual(['time', 'lat', 'lon']);
    expect(numbersOf('t2m')).toEqual(deep.values.get('t2m'));
    expect(numbersOf('count')).toEqual(surface.values.get('count'));
  });

  it('gives axes their names before parameters', async () => {
    const coverage = coverageOf(gridDomain, [1, 2, 3, 4, 5, 6]);
    const { dimensionsOf } = await readElsewhere({
      parameters: [{ ...temperature, id: 'lat' }],
      coverages: [{ ...coverage, ranges: [{ ...coverage.ranges[0]!, parameter: 'lat' }] }],
      isCollection: false,
    });
    expect(dimensionsOf('lat')).toEqual(['lat']);
    expect(dimensionsOf('lat_2')).toEqual(['time', 'lat', 'lon']);
  });
});

describe('bytes of a NetCDF file', () => {
  it('are 64-bit data when a variable is larger than 64-bit offset allows', async () => {
    const columns = 2 ** 20;
    const rows = 1100;
    const domain: Domain = {
      domainType: 'Grid',
      x: { kind: 'regular', start: 0, stop: 1, count: columns },
      y: { kind: 'regular', start: 0, stop: 1, count: rows },
      crs: crs84,
    };
    const chunks = formatNamed('NetCDF')
      .encode(answerOf(coverageOf(domain, [])))
      [Symbol.asyncIterator]();
    const { value } = await chunks.next();
    await chunks.return?.();
    expect(Buffer.from(value!).toString('latin1', 0, 4)).toBe('CDF\x05');
  });

  it('refuses a range whose values do not fill its shape', async () => {
    for (const values of [[1, 2, 3], [1, 2, 3, 4, 5, 6, 7], []])
      await expect(encoded('NetCDF', answerOf(coverageOf(gridDomain, values)))).rejects.toThrow(
        InvalidArgumentError,
      );
  });
});
