import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import type { CoverageAnswer, CoverageParameter, Domain } from '../../src/formats/index.js';
import { encoded, formatNamed } from './encoded.js';
import { readElsewhere } from './read-netcdf.js';
import { coverageOf, crs84, temperature } from './sample-answers.js';

const mean: CoverageParameter = { ...temperature, cellMethod: { method: 'mean', axes: ['t', 'x'] } };
const square = (west: number) => [
  [
    [west, 0],
    [west + 1, 0],
    [west + 1, 1],
    [west, 1],
    [west, 0],
  ] as const,
];

const polygons: Domain = {
  domainType: 'MultiPolygonSeries',
  polygons: [square(10), square(179.5)],
  t: { kind: 'times', values: ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'] },
  crs: crs84,
  calendar: 'standard',
};

const zonal: Domain = {
  domainType: 'Grid',
  x: { kind: 'numbers', values: [15], bounds: [10, 20] },
  y: { kind: 'numbers', values: [50, 49, 48] },
  t: {
    kind: 'times',
    values: ['2020-01-02T00:00:00Z'],
    bounds: ['2020-01-01T12:30:00Z', '2020-01-02T00:00:00Z'],
  },
  crs: crs84,
  calendar: 'standard',
};

function answerOf(domain: Domain, shape: number[], values: number[]): CoverageAnswer {
  const coverage = coverageOf(domain, values);
  const ranges = coverage.ranges.map((range) => ({
    ...range,
    axisNames: shape.length === 2 ? ['t', 'composite'] : ['y'],
    shape,
  }));
  return { parameters: [mean], coverages: [{ ...coverage, ranges }], isCollection: false };
}

const byPolygon = answerOf(polygons, [2, 2], [1, 2, Number.NaN, 4]);
const byLatitude = answerOf(zonal, [3], [1, 2, 3]);

describe('values of polygons', () => {
  it('are rows with the number of the polygon in CSV and Arrow', async () => {
    expect((await encoded('CSV', byPolygon)).toString()).toBe(
      'time,polygon,t2m\r\n2020-01-01T00:00:00Z,1,1\r\n2020-01-01T00:00:00Z,2,2\r\n' +
        '2020-01-02T00:00:00Z,1,\r\n2020-01-02T00:00:00Z,2,4\r\n',
    );
    const table = tableFromIPC(await encoded('Arrow', byPolygon));
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['time', 'polygon', 't2m']);
    expect(table.toArray().map((row) => [row.polygon, row.t2m])).toEqual([
      [1, 1],
      [2, 2],
      [1, null],
      [2, 4],
    ]);
  });

  it('are features with the polygon in GeoJSON', async () => {
    const { features } = JSON.parse((await encoded('GeoJSON', byPolygon)).toString());
    expect(features).toHaveLength(4);
    expect(features[3]).toMatchObject({
      geometry: { type: 'Polygon', coordinates: square(179.5) },
      properties: { datetime: '2020-01-02T00:00:00Z', label: 'polygon 2', t2m: 4 },
    });
    const one = answerOf({ ...polygons, polygons: [square(10)] }, [2], [1, 2]);
    const ranges = one.coverages[0]!.ranges.map((range) => ({ ...range, axisNames: ['t'], shape: [2] }));
    const single = { ...one, coverages: [{ ...one.coverages[0]!, ranges }] };
    const [feature] = JSON.parse((await encoded('GeoJSON', single)).toString()).features;
    expect(feature.properties).toMatchObject({
      t2m: [1, 2],
      time: ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'],
    });
  });

  it('are refused by the form that has no polygons', () => {
    expect(formatNamed('GeoTIFF').refuse?.(byPolygon)).toMatch(/olygon/);
    for (const token of ['NetCDF', 'CSV', 'Arrow', 'CBOR', 'MessagePack'])
      expect(formatNamed(token).refuse?.(byPolygon)).toBeUndefined();
  });
});

describe('values over an axis', () => {
  it('have its bounds and the method in NetCDF', async () => {
    const { reader, attributesOf, numbersOf } = await readElsewhere(byLatitude);
    expect(attributesOf('t2m')).toMatchObject({ cell_methods: 'time: lon: mean' });
    expect(attributesOf('time')).toMatchObject({
      bounds: 'time_bnds',
      units: 'seconds since 1970-01-01 00:00:00',
    });
    const seconds = (text: string) => Date.parse(text) / 1000;
    expect(numbersOf('time')).toEqual([seconds('2020-01-02T00:00:00Z')]);
    expect(numbersOf('time_bnds')).toEqual([
      seconds('2020-01-01T12:30:00Z'),
      seconds('2020-01-02T00:00:00Z'),
    ]);
    expect(numbersOf('lon_bnds')).toEqual([10, 20]);
    expect(attributesOf('lat')).not.toHaveProperty('bounds');
    expect(reader.dimensions.filter(({ name }) => name === 'bnds')).toEqual([{ name: 'bnds', size: 2 }]);
  });

  it('are one column of pixels as wide as its bounds in GeoTIFF', async () => {
    const { fromArrayBuffer } = await import('geotiff');
    const bytes = await encoded('GeoTIFF', byLatitude);
    const image = await (await fromArrayBuffer(Uint8Array.from(bytes).buffer)).getImage();
    expect(image.getBoundingBox()).toEqual([10, 47.5, 20, 50.5]);
  });

  it('are at a period in GeoJSON', async () => {
    const { features } = JSON.parse((await encoded('GeoJSON', byLatitude)).toString());
    expect(features[0].properties.datetime).toBe('2020-01-01T12:30:00Z/2020-01-02T00:00:00Z');
  });
});
