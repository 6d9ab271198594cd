import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Coverage, Domain, DomainPolygon } from '../../src/formats/index.js';
import { describeProgram, outputOf } from '../installed-program.js';
import { formatNamed } from './encoded.js';
import { gdal } from './gdal.js';
import { netcdfTools, readCdl } from './read-cdl.js';
import { readElsewhere, writeNetcdf } from './read-netcdf.js';
import { answerOf, coverageOf, crs84, inBlocks } from './sample-answers.js';

type Ring = DomainPolygon[number];

const square = (west: number, south: number, size: number): Ring => [
  [west, south],
  [west + size, south],
  [west + size, south + size],
  [west, south + size],
  [west, south],
];
const withHole: DomainPolygon = [square(10, 40, 10), square(12, 42, 3).toReversed()];
const plain: DomainPolygon = [square(-5.5, -3, 2)];
const days = ['2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z'];

function domainOf(polygons: readonly DomainPolygon[], more: Partial<Domain> = {}): Domain {
  return { domainType: polygons.length > 1 ? 'MultiPolygon' : 'Polygon', polygons, crs: crs84, ...more };
}

function polygonCoverage(domain: Domain, values: readonly number[], more: Partial<Coverage> = {}): Coverage {
  const count = domain.polygons!.length;
  const times = values.length / count;
  const range = {
    parameter: 't2m',
    axisNames: [...(times > 1 ? ['t'] : []), ...(count > 1 ? ['composite'] : [])],
    shape: [...(times > 1 ? [times] : []), ...(count > 1 ? [count] : [])],
    values: () => inBlocks(values),
  };
  return { ...coverageOf(domain, values, more), ranges: [range] };
}

/** The polygons of a file by the words of CF 1.8, section 7.5. */
function polygonsOf({ attributesOf, numbersOf, reader }: Awaited<ReturnType<typeof readElsewhere>>) {
  const container = attributesOf(attributesOf('t2m').geometry as string);
  expect(container.geometry_type).toBe('polygon');
  const numbers = (name: unknown) => numbersOf(name as string);
  const [xs, ys] = (container.node_coordinates as string).split(' ').map(numbers) as [number[], number[]];
  const nodes = numbers(container.node_count);
  const parts = container.part_node_count === undefined ? nodes : numbers(container.part_node_count);
  const inner = container.interior_ring === undefined ? parts.map(() => 0) : numbers(container.interior_ring);
  expect(reader.dimensions.find(({ name }) => name === 'node')!.size).toBe(xs.length);
  const polygons: [number, number][][][] = [];
  for (let at = 0, part = 0; polygons.length < nodes.length; ) {
    const end = at + nodes[polygons.length]!;
    const rings: [number, number][][] = [];
    while (at < end) {
      expect(inner[part]).toBe(rings.length === 0 ? 0 : 1);
      const ring = Array.from({ length: parts[part]! }, (_, i): [number, number] => [
        xs[at + i]!,
        ys[at + i]!,
      ]);
      rings.push(ring);
      at += parts[part++]!;
    }
    polygons.push(rings);
  }
  return polygons;
}

/** No -0, which is not printed. */
const number = fc.double({ min: -180, max: 180, noNaN: true }).map((value) => value + 0);
const ring = fc
  .array(fc.tuple(number, number), { minLength: 3, maxLength: 6 })
  .map((open) => [...open, open[0]!]);
const polygon = fc.array(ring, { minLength: 1, maxLength: 3 });

describe('a NetCDF file of values of polygons', () => {
  it('gives every polygon back, holes and all, by the conventions', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(polygon, { minLength: 1, maxLength: 4 }), async (polygons) => {
        const domain = domainOf(polygons, { t: { kind: 'times', values: days } });
        const values = Array.from({ length: 2 * polygons.length }, (_, i) => i);
        const file = await readElsewhere(answerOf(polygonCoverage(domain, values)));
        expect(polygonsOf(file)).toEqual(polygons);
        expect(file.numbersOf('t2m')).toEqual(values);
        expect(file.dimensionsOf('t2m')).toEqual(['time', 'instance']);
      }),
      { numRuns: 50 },
    );
  });

  it('says what and where its nodes are', async () => {
    const file = await readElsewhere(answerOf(polygonCoverage(domainOf([withHole, plain]), [1, Number.NaN])));
    const container = file.attributesOf('geometry_container');
    expect(container).toEqual({
      geometry_type: 'polygon',
      node_count: 'node_count',
      node_coordinates: 'lon lat',
      part_node_count: 'part_node_count',
      interior_ring: 'interior_ring',
      ...(file.attributesOf('t2m').grid_mapping !== undefined && { grid_mapping: 'crs' }),
    });
    expect(file.attributesOf('lon')).toMatchObject({ axis: 'X', units: 'degrees_east' });
    expect(file.dimensionsOf('lon')).toEqual(['node']);
    expect(file.dimensionsOf('node_count')).toEqual(['instance']);
    expect(file.dimensionsOf('interior_ring')).toEqual(['part']);
    expect(file.numbersOf('t2m')).toEqual([1, Number.NaN]);
    const simple = await readElsewhere(answerOf(polygonCoverage(domainOf([plain]), [1])));
    expect(simple.attributesOf('geometry_container')).not.toHaveProperty('part_node_count');
  });

  it('has levels and members that come in coverages of their own as dimensions', async () => {
    const coverages = [850, 500].flatMap((level) =>
      [3, 7].map((member) => {
        const z = { kind: 'numbers', values: [level] } as const;
        const domain = domainOf([withHole, plain], { z, t: { kind: 'times', values: days } });
        const first = level + member * 1000;
        return polygonCoverage(domain, [first, first + 1, first + 2, first + 3], {
          members: { number: member },
        });
      }),
    );
    const file = await readElsewhere(answerOf(...coverages));
    expect(file.dimensionsOf('t2m')).toEqual(['number', 'vertical', 'time', 'instance']);
    expect(file.numbersOf('vertical')).toEqual([850, 500]);
    expect(file.numbersOf('number')).toEqual([3, 7]);
    expect(file.numbersOf('t2m')).toEqual(
      [3, 7].flatMap((member) =>
        [850, 500].flatMap((level) => [0, 1, 2, 3].map((i) => level + member * 1000 + i)),
      ),
    );
    expect(polygonsOf(file)).toEqual([withHole, plain]);
  });

  it('says by which method, over the area', async () => {
    const { parameters, ...answer } = answerOf(polygonCoverage(domainOf([plain]), [1]));
    const mean = { ...parameters[0]!, cellMethod: { method: 'mean', axes: ['t', 'y', 'x'] } as const };
    const file = await readElsewhere({ ...answer, parameters: [mean] });
    expect(file.attributesOf('t2m').cell_methods).toBe('time: area: mean');
  });

  it('is refused for different polygons side by side', () => {
    const answer = answerOf(
      polygonCoverage(domainOf([plain]), [1]),
      polygonCoverage(domainOf([withHole]), [1]),
    );
    expect(formatNamed('NetCDF').refuse?.(answer)).toMatch(/CoverageJSON/);
  });

  it('is refused where one level has times and another has none, whichever comes first', () => {
    const at = (level: number, more: Partial<Domain>) =>
      domainOf([plain], { z: { kind: 'numbers', values: [level] }, ...more });
    const still = polygonCoverage(at(850, {}), [1]);
    const moving = polygonCoverage(at(500, { t: { kind: 'times', values: days } }), [1, 2]);
    for (const answer of [answerOf(still, moving), answerOf(moving, still)]) {
      expect(formatNamed('NetCDF').refuse?.(answer)).toMatch(/CoverageJSON/);
    }
    const same = polygonCoverage(
      { crs: crs84, z: { kind: 'numbers', values: [500] }, polygons: [plain], domainType: 'Polygon' },
      [2],
    );
    expect(formatNamed('NetCDF').refuse?.(answerOf(still, same))).toBeUndefined();
  });
});

describeProgram(netcdfTools, 'a NetCDF file of polygons that ncdump reads', () => {
  it('has values, nodes and counts', async () => {
    const domain = domainOf([withHole, plain], { t: { kind: 'times', values: days } });
    const { path } = await writeNetcdf(answerOf(polygonCoverage(domain, [1, 2, Number.NaN, 4])));
    const { dimensions, attributes, numbers } = readCdl(path);
    expect(dimensions.get('t2m')).toEqual(['time', 'instance']);
    expect(numbers.get('t2m')).toEqual([1, 2, Number.NaN, 4]);
    expect(attributes.get('t2m:geometry')).toBe('"geometry_container"');
    expect(numbers.get('node_count')).toEqual([10, 5]);
    expect(numbers.get('part_node_count')).toEqual([5, 5, 5]);
    expect(numbers.get('interior_ring')).toEqual([0, 1, 0]);
    expect(numbers.get('lon')).toEqual([...withHole, ...plain].flat().map(([x]) => x));
    expect(numbers.get('lat')).toEqual([...withHole, ...plain].flat().map(([, y]) => y));
  });
});

describeProgram(gdal, 'a NetCDF file of polygons that GDAL reads', () => {
  it('is a layer of features, holes and values with them', async () => {
    const { path } = await writeNetcdf(answerOf(polygonCoverage(domainOf([withHole, plain]), [1.5, 2.5])));
    const { features } = JSON.parse(outputOf('ogr2ogr', ['-f', 'GeoJSON', '/vsistdout/', path]));
    const found = features.map(
      ({
        geometry,
        properties,
      }: {
        geometry: { type: string; coordinates: unknown };
        properties: { t2m: number };
      }) => [
        geometry.type === 'MultiPolygon' ? (geometry.coordinates as unknown[])[0] : geometry.coordinates,
        properties.t2m,
      ],
    );
    expect(found).toEqual([
      [withHole, 1.5],
      [plain, 2.5],
    ]);
  });
});
