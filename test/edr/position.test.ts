import { beforeAll, describe, expect, it } from 'vitest';
import { type EdrRequest, planPosition } from '../../src/edr/index.js';
import { InvalidArgumentError } from '../../src/errors/index.js';
import { crsFromId } from '../../src/grid/index.js';
import type { LayerReader } from '../../src/layer/index.js';
import { hours, levels, memoryLayer, regular, worldGrid } from './memory-layer.js';
import { axesOf, readAnswer } from './read-answer.js';

const cellValue = ({ t = 0, z = 0, y = 0, x = 0, number = 0 }: Readonly<Record<string, number>>) =>
  number * 100_000 + t * 10_000 + z * 1000 + y * 40 + x;

let flat: LayerReader;
let deep: LayerReader;
let ensemble: LayerReader;

beforeAll(async () => {
  flat = await memoryLayer(worldGrid(), [
    { id: 'p', axes: [], valueAt: (at) => (at.x === 3 ? Number.NaN : cellValue(at)) },
    { id: 'q', axes: [], type: 'int16', scale: 0.1, offset: 10, noData: -1, valueAt: (at) => at.x! },
  ]);
  deep = await memoryLayer(worldGrid({ t: hours(4), z: levels(1000, 850, 500) }), [
    { id: 'p', axes: ['t', 'z'], valueAt: cellValue },
    { id: 'surface', axes: ['t'], valueAt: cellValue },
  ]);
  const bands = { name: 'band', coordinates: { kind: 'labels' as const, values: ['red', 'blue'] } };
  ensemble = await memoryLayer(worldGrid({ custom: [regular('number', 0, 1, 3), bands] }), [
    { id: 'p', axes: ['number'], valueAt: cellValue },
    { id: 'q', axes: ['band'], valueAt: ({ band }) => band! },
  ]);
});

const ask = (layer: LayerReader, request: EdrRequest) => readAnswer(planPosition(layer, request));
const p = { parameterNames: 'p' };

describe('position of a POINT', () => {
  it('is a Point of the cell that holds it, with every parameter', async () => {
    const answer = await ask(flat, { coords: 'POINT(12 41)' });
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'Point' } });
    expect(axesOf(answer)).toEqual({ x: [10], y: [45] });
    expect(answer!.ranges.p).toMatchObject({ dataType: 'float', values: [cellValue({ y: 4, x: 1 })] });
    expect(answer!.ranges.q!.values).toEqual([10.1]);
  });

  it('is a PointSeries over many times, a VerticalProfile over many levels', async () => {
    const series = await ask(deep, { coords: 'POINT(0 85)', z: '850', ...p });
    expect(series!.domain.domainType).toBe('PointSeries');
    expect(series!.ranges.p).toMatchObject({
      axisNames: ['t'],
      shape: [4],
      values: [1000, 11_000, 21_000, 31_000],
    });
    const profile = await ask(deep, { coords: 'POINT(0 85)', datetime: '2020-01-01T02:00:00Z', ...p });
    expect(profile!.domain.domainType).toBe('VerticalProfile');
    expect(axesOf(profile)).toMatchObject({ z: [1000, 850, 500], t: ['2020-01-01T02:00:00Z'] });
    expect(profile!.ranges.p).toMatchObject({ axisNames: ['z'], values: [20_000, 21_000, 22_000] });
  });

  it('is a PointSeries per level over many times and levels', async () => {
    const answer = await ask(deep, { coords: 'POINT(0 85)', ...p });
    expect(answer).toMatchObject({ type: 'CoverageCollection', domainType: 'PointSeries' });
    expect(answer!.coverages.map((coverage) => axesOf(coverage).z)).toEqual([[1000], [850], [500]]);
    expect(answer!.coverages[2]!.ranges.p!.values).toEqual([2000, 12_000, 22_000, 32_000]);
  });

  it('takes its level from Z, which z overrules', async () => {
    const fromZ = await ask(deep, { coords: 'POINT Z(0 85 500)', datetime: '2020-01-01', ...p });
    expect(axesOf(fromZ).z).toEqual([500]);
    const fromParameter = await ask(deep, { coords: 'POINT Z(0 85 500)', z: '1000', ...p });
    expect(axesOf(fromParameter).z).toEqual([1000]);
    expect(await ask(deep, { coords: 'POINT Z(0 85 5)', ...p })).toBeUndefined();
  });

  it('reads longitudes modulo 360 and states them in -180..180', async () => {
    for (const lon of [-90, 270, 630])
      expect(axesOf(await ask(flat, { coords: `POINT(${lon} 45)` })).x).toEqual([-90]);
    expect(axesOf(await ask(flat, { coords: 'POINT(358 45)' })).x).toEqual([0]);
  });

  it('finds a cell of a projected layer from any turn of the globe', async () => {
    const mercator = await memoryLayer(
      worldGrid({
        crs: crsFromId('EPSG:3857'),
        x: regular('x', -15e6, 1e6, 31, 'm'),
        y: regular('y', 15e6, -1e6, 31, 'm'),
      }),
      [{ id: 'p', axes: [], valueAt: cellValue }],
    );
    const expected = await ask(mercator, { coords: 'POINT(-10 45)' });
    expect(expected).toBeDefined();
    for (const lon of [710, 350, -370]) {
      expect(await ask(mercator, { coords: `POINT(${lon} 45)` })).toEqual(expected);
    }
  });

  it('says null for no data inside and nothing outside', async () => {
    expect((await ask(flat, { coords: 'POINT(30 5)', ...p }))!.ranges.p!.values).toEqual([null]);
    const regional = await memoryLayer(worldGrid({ x: regular('lon', 0, 10, 5) }), [
      { id: 'p', axes: [], valueAt: cellValue },
    ]);
    expect(await ask(regional, { coords: 'POINT(90 5)' })).toBeUndefined();
    expect(await ask(deep, { coords: 'POINT(0 85)', datetime: '2021-01-01' })).toBeUndefined();
    expect(await ask(deep, { coords: 'POINT(0 85)', z: '10', ...p })).toBeUndefined();
  });

  it('has coverages of their own for parameters with other axes', async () => {
    const answer = await ask(deep, { coords: 'POINT(0 85)', z: '850' });
    expect(answer!.coverages.map(({ ranges }) => Object.keys(ranges))).toEqual([['p'], ['surface']]);
    expect(Object.keys(answer!.coverages[1]!.domain.axes)).not.toContain('z');
  });

  it('is a collection with a member per value of a custom axis, unless one is named', async () => {
    const all = await ask(ensemble, { coords: 'POINT(0 85)', ...p });
    expect(all!.coverages.map(({ number, ranges }) => [number, ranges.p!.values[0]])).toEqual([
      [0, 0],
      [1, 100_000],
      [2, 200_000],
    ]);
    const one = await ask(ensemble, { coords: 'POINT(0 85)', custom: { number: '2' }, ...p });
    expect(one).toMatchObject({ type: 'Coverage', number: 2 });
    const some = await ask(ensemble, { coords: 'POINT(0 85)', custom: { number: '1/..' }, ...p });
    expect(some!.coverages.map(({ number }) => number)).toEqual([1, 2]);
    const named = await ask(ensemble, {
      coords: 'POINT(0 85)',
      custom: { band: 'blue' },
      parameterNames: 'q',
    });
    expect(named).toMatchObject({ type: 'Coverage', band: 'blue', ranges: { q: { values: [1] } } });
    expect(await ask(ensemble, { coords: 'POINT(0 85)', custom: { number: '7' }, ...p })).toBeUndefined();
  });
});

describe('position of a MULTIPOINT', () => {
  const coords = 'MULTIPOINT((0 85),(20 45),(0 85),(-10 -85))';

  it('is one MultiPoint at one time, in the order asked', async () => {
    const answer = await ask(flat, { coords: 'MULTIPOINT((0 85),(20 45),(-10 -85))', ...p });
    expect(answer).toMatchObject({ type: 'Coverage', domain: { domainType: 'MultiPoint' } });
    expect(answer!.domain.axes.composite).toMatchObject({
      dataType: 'tuple',
      coordinates: ['x', 'y'],
      values: [
        [0, 85],
        [20, 45],
        [-10, -85],
      ],
    });
    expect(answer!.ranges.p).toMatchObject({
      axisNames: ['composite'],
      shape: [3],
      values: [0, 162, 715],
    });
  });

  // The schema of CoverageJSON has each tuple once: a MultiPoint with two points of one cell was not valid.
  it('is a Point for each, in the order asked, when several are in one cell', async () => {
    const answer = await ask(flat, { coords, ...p });
    expect(answer).toMatchObject({ type: 'CoverageCollection', domainType: 'Point' });
    expect(answer!.coverages.map(({ ranges }) => ranges.p!.values)).toEqual([[0], [162], [0], [715]]);
  });

  it('has a tuple per point and level, and takes levels from Z', async () => {
    const datetime = '2020-01-01T00:00:00Z';
    const all = await ask(deep, { coords: 'MULTIPOINT(0 85,10 85)', datetime, z: '1000,500', ...p });
    expect(all!.ranges.p!.values).toEqual([0, 2000, 1, 2001]);
    const own = await ask(deep, { coords: 'MULTIPOINT Z(0 85 850,10 85 500,20 85 7)', datetime, ...p });
    expect(own!.domain.axes.composite!.values).toEqual([
      [0, 85, 850],
      [10, 85, 500],
      [20, 85, 7],
    ]);
    expect(own!.ranges.p!.values).toEqual([1000, 2001, null]);
  });

  it('is a PointSeries per point over many times', async () => {
    const answer = await ask(deep, { coords: 'MULTIPOINT((0 85))', parameterNames: 'surface' });
    expect(answer).toMatchObject({ type: 'CoverageCollection', domainType: 'PointSeries' });
    expect(answer!.coverages[0]!.ranges.surface!.values).toEqual([0, 10_000, 20_000, 30_000]);
  });

  it('is null for points outside, nothing when all are', async () => {
    const regional = await memoryLayer(worldGrid({ x: regular('lon', 0, 10, 5), t: hours(2) }), [
      { id: 'p', axes: ['t'], valueAt: cellValue },
      { id: 'q', axes: [], valueAt: cellValue },
    ]);
    const points = await ask(regional, { coords: 'MULTIPOINT((0 85),(90 85))', parameterNames: 'q' });
    expect(points!.ranges.q!.values).toEqual([0, null]);
    expect(points!.domain.axes.composite!.values[1]).toEqual([90, 85]);
    const series = await ask(regional, { coords: 'MULTIPOINT((0 85),(90 85))', parameterNames: 'p' });
    expect(series!.coverages.map(({ ranges }) => ranges.p!.values)).toEqual([
      [0, 10_000],
      [null, null],
    ]);
    expect(await ask(regional, { coords: 'MULTIPOINT((90 85),(91 85))' })).toBeUndefined();
  });
});

describe('datetime', () => {
  const times = async (datetime: string) => {
    const answer = await ask(deep, { coords: 'POINT(0 85)', parameterNames: 'surface', datetime });
    return answer && axesOf(answer).t!.map((text) => Number(String(text).slice(11, 13)));
  };

  it.each([
    ['2020-01-01T01:00:00Z', [1]],
    ['2020-01-01T01:00Z', [1]],
    ['2020-01-01T03:00:00+02:00', [1]],
    ['2020-01-01T01:20:00Z', [1]],
    ['2020-01-01', [0, 1, 2, 3]],
    ['2020-01', [0, 1, 2, 3]],
    ['2020-01-01T01:00:00Z/2020-01-01T02:00:00Z', [1, 2]],
    ['2020-01-01T00:30:00Z/2020-01-01T00:40:00Z', undefined],
    ['../2020-01-01T01:00:00Z', [0, 1]],
    ['2020-01-01T02:00:00Z/..', [2, 3]],
    ['../..', [0, 1, 2, 3]],
    ['2020-01-01T03:00:00Z,2020-01-01T00:00:00Z,2020-01-01T03:10:00Z', [0, 3]],
    ['R1/2020-01-01T00:00:00Z/PT2H', [0, 2]],
    ['R1/2020-01-01T00:00:00Z/2020-01-01T02:00:00Z', [0, 2]],
    ['R9/2020-01-01T01:00:00Z/PT2H', [1, 3]],
    ['R/2020-01-01T01:00:00Z/PT1H', [1, 2, 3]],
    ['R3/2019-12-01T00:00:00Z/P1M', [0]],
    ['2019-12-31T23:00:00Z', undefined],
    ['2019-01-01/2019-12-31', undefined],
  ])('%s chooses hours %j', async (text, expected) => {
    expect(await times(text)).toEqual(expected);
  });

  // Each item was spread out into the indexes it chose: 13,000 times a whole axis.
  it('may list overlapping spans', async () => {
    expect(await times('2020,2020-01-01,2020-01-01T02:00:00Z,2020')).toEqual([0, 1, 2, 3]);
    expect(await times('2020-01-01T03:00:00Z,2020-01-01T01:00:00Z,2020-01-01T00:00:00Z')).toEqual([0, 1, 3]);
  });

  it.each([
    '2020-13-01',
    'yesterday',
    '2020-01-01/2020-01-02/2020-01-03',
    '2020-01-02/2020-01-01',
    '/2020-01-01',
    '2020-01-01,',
    'R1/2020-01-01',
    'R1/2020-01-01/P0D',
    'R1/2020-01-01/1',
    'R1/2020-01-01/2020-01-01',
    'R1/2020-01-02/2020-01-01',
    '../../..',
  ])('refuses %s', (datetime) => {
    for (const layer of [deep, flat]) {
      expect(() => planPosition(layer, { coords: 'POINT(0 85)', datetime })).toThrow(InvalidArgumentError);
    }
  });

  it('means nothing to a layer without time', async () => {
    expect(await ask(flat, { coords: 'POINT(0 85)', datetime: '1066-10-14' })).toBeDefined();
  });

  it('follows the calendar of the layer', async () => {
    const t = { ...regular('time', 0, 86_400_000, 360), calendar: '360_day' as const };
    const layer = await memoryLayer(worldGrid({ t }), [{ id: 'p', axes: ['t'], valueAt: cellValue }]);
    const answer = await ask(layer, { coords: 'POINT(0 85)', datetime: '1970-02-30' });
    expect(axesOf(answer).t).toEqual(['1970-02-30T00:00:00Z']);
    expect(() => planPosition(layer, { coords: 'POINT(0 85)', datetime: '1970-01-31' })).toThrow(
      InvalidArgumentError,
    );
  });
});

describe('z', () => {
  it.each([
    ['850', [850]],
    ['900', [850]],
    ['500/900', [850, 500]],
    ['900/500', [850, 500]],
    ['850/850', [850]],
    ['../850', [850, 500]],
    ['850/..', [1000, 850]],
    ['../..', [1000, 850, 500]],
    ['500, 1000', [1000, 500]],
    ['R10/500/350', [850, 500]],
    ['R0/500/350', [500]],
    ['10', undefined],
    ['600/700', undefined],
  ])('%s chooses %j', async (z, expected) => {
    const answer = await ask(deep, { coords: 'POINT(0 85)', datetime: '2020-01-01T00:00:00Z', z, ...p });
    expect(answer && axesOf(answer).z).toEqual(expected);
  });

  it.each(['low', '1/2/3', '850,', 'NaN', '1e999', 'R/1/1', 'R1/1', 'R1/1/0', '0x10', '/850', '..'])(
    'refuses %s',
    (z) => {
      expect(() => planPosition(deep, { coords: 'POINT(0 85)', z, ...p })).toThrow(InvalidArgumentError);
    },
  );
});

describe('other parameters', () => {
  it.each([
    [{ parameterNames: 'nope' }],
    [{ parameterNames: 'p,' }],
    [{ crs: 'EPSG:9999' }],
    [{ coords: 'POINT(0 91)' }],
    [{ coords: 'POINT(1e20 0)' }],
    [{ coords: 'POINT(-1e308 -0)' }],
    [{ coords: `POINT(${'1'.repeat(60_000)}x 0)` }],
    [{ coords: 'POLYGON((0 0,1 0,1 1,0 0))' }],
  ])('are refused as %j', (wrong) => {
    expect(() => planPosition(flat, { coords: 'POINT(0 85)', ...wrong })).toThrow(InvalidArgumentError);
  });

  it('refuse a name that a custom axis lacks', () => {
    expect(() => planPosition(ensemble, { coords: 'POINT(0 85)', custom: { band: 'green' } })).toThrow(
      InvalidArgumentError,
    );
  });

  it.each(['CRS84', 'crs84', 'OGC:CRS84', 'EPSG:4326', 'http://www.opengis.net/def/crs/OGC/1.3/CRS84'])(
    'take %s as longitude, latitude',
    async (crs) => {
      expect(axesOf(await ask(flat, { coords: 'POINT(10 45)', crs }))).toEqual({ x: [10], y: [45] });
    },
  );

  it('keep the order and the decimals of packed values', async () => {
    const answer = await ask(flat, { coords: 'POINT(70 45)', parameterNames: 'q,p,q' });
    expect(Object.keys(answer!.ranges)).toEqual(['q', 'p']);
    expect(answer!.ranges.q!.values).toEqual([10.7]);
  });

  it('counts cells before anything is read', () => {
    const plan = planPosition(deep, { coords: 'MULTIPOINT((0 85),(10 85))' });
    expect(plan).toMatchObject({ kind: 'answer', cells: 2 * 4 * 3 + 2 * 4 });
  });
});
