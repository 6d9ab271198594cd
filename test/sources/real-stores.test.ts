import { describe, expect, it } from 'vitest';
import { UnsupportedError } from '../../src/errors/index.js';
import {
  type Axis,
  axisLength,
  CRS84,
  coordinateAt,
  formatInstant,
  projectPoints,
} from '../../src/grid/index.js';
import { absence, hasRealData, nearest, openReal, readExpected, readValues } from './real-data.js';

/** Length, first and last value. */
type Ends = readonly [number, number | string, number | string];

interface Expected {
  readonly store: string;
  readonly x: Ends;
  readonly y: Ends;
  readonly t?: Ends;
  readonly z?: Ends;
  readonly calendar?: string;
  readonly custom?: Readonly<Record<string, Ends>>;
  readonly units: Readonly<Record<string, string | undefined>>;
  /** Sum over valid cells and their number, of the first parameter named in `units`. */
  readonly sum: readonly [number, number];
}

const stores: readonly Expected[] = [
  {
    store: 'zarr/air_temperature.zarr',
    x: [53, 200, 330],
    y: [25, 75, 15],
    t: [2920, '2013-01-01T00:00:00Z', '2014-12-31T18:00:00Z'],
    calendar: 'standard',
    units: { air: 'degK' },
    sum: [1088175738.025836, 3869000],
  },
  {
    store: 'zarr/eraint_uvz.zarr',
    x: [480, -180, 179.25],
    y: [241, 90, -90],
    z: [3, 200, 850],
    custom: { month: [2, 1, 7] },
    units: { u: 'm s**-1', v: 'm s**-1', z: 'm**2 s**-2' },
    sum: [4817642.50166529, 694080],
  },
  {
    store: 'zarr/era5_uk_t2m.zarr',
    x: [49, -10, 2],
    y: [33, 58, 50],
    t: [744, '2019-03-01T00:00:00Z', '2019-03-31T23:00:00Z'],
    calendar: 'standard',
    units: { t2m: 'K' },
    sum: [337784669.6323242, 1203048],
  },
  {
    store: 'zarr/era5_levels_members.zarr',
    x: [120, 0, 357],
    y: [61, 90, -90],
    t: [4, '2017-01-01T00:00:00Z', '2017-01-02T12:00:00Z'],
    z: [2, 850, 500],
    calendar: 'proleptic_gregorian',
    custom: { number: [10, 0, 9] },
    units: { t: 'K', z: 'm**2 s**-2' },
    sum: [153966752.42955017, 585600],
  },
  {
    store: 'zarr/coads_sst.zarr',
    x: [180, -179, 179],
    y: [90, -89, 89],
    t: [12, '2000-01-16T06:00:00Z', '2000-12-16T01:20:06Z'],
    calendar: 'proleptic_gregorian',
    units: { SST: 'Deg C', AIRT: 'DEG C', UWND: 'M/S', VWND: 'M/S' },
    sum: [1895993.7, 104778],
  },
  {
    store: 'zarr/cmc_glb_t2m.zarr',
    x: [2400, -180, 179.85],
    y: [1201, -90, 90],
    units: { t2m: 'K' },
    sum: [809684006.6758423, 2882400],
  },
  {
    store: 'zarr/echam5_17lev.zarr',
    x: [192, -180, 178.125],
    y: [96, 88.57216851400727, -88.57216851400727],
    t: [1, '2001-01-01T00:00:00Z', '2001-01-01T00:00:00Z'],
    z: [17, 100000, 1000],
    calendar: 'standard',
    units: { t: 'K', rhumidity: undefined, var3: undefined },
    sum: [74681197.33122253, 313344],
  },
  {
    store: 'zarr/tcco2.zarr',
    x: [320, 0, 358.875],
    y: [161, 90, -90],
    t: [31, '2006-01-01T06:00:00Z', '2006-01-08T18:00:00Z'],
    calendar: 'proleptic_gregorian',
    units: { tcco2: 'kg m**-2' },
    sum: [616160402.8993403, 1597120],
  },
  {
    store: 'zarr/cmip5_pr_bigendian.zarr',
    x: [105, -149.5, -45.5],
    y: [50, 89.5, 40.5],
    t: [95, '2006-07-01T06:00:00Z', '2100-07-01T06:00:00Z'],
    calendar: 'noleap',
    units: { pr: 'mm/day' },
    sum: [782593.1131468117, 498750],
  },
  {
    store: 'zarr/innsbruck_lcc.zarr',
    x: [60, 223500, 282500],
    y: [60, 346500, 405500],
    t: [12, '2010-01-16T12:00:00Z', '2010-12-16T12:00:00Z'],
    calendar: 'standard',
    units: { tas: 'Celsius' },
    sum: [111391.10678286236, 38160],
  },
];

/** Version 3 stores that hold the same as one of version 2. */
const pairs = [
  ['zarr/air_temperature.zarr', 'zarr3/air_temperature_sharded_zstd.zarr'],
  ['zarr/eraint_uvz.zarr', 'zarr3/eraint_uvz_gzip.zarr'],
  ['zarr/era5_levels_members.zarr', 'zarr3/era5_members_transpose_crc.zarr'],
] as const;

describe.skipIf(!hasRealData)(`real stores${absence}`, () => {
  it.each(stores)('$store opens with its axes and values', async (expected) => {
    const source = await openReal(expected.store);
    const { grid } = source;
    const calendar = grid.t?.calendar;
    const instant = (value: number) => formatInstant(value, calendar!);
    expect(ends(grid.x)).toEqual(expected.x);
    expect(ends(grid.y)).toEqual(expected.y);
    expect(grid.z && ends(grid.z)).toEqual(expected.z);
    expect(grid.t && ends(grid.t, instant)).toEqual(expected.t);
    expect(calendar).toBe(expected.calendar);
    expect(Object.fromEntries(grid.custom.map((axis) => [axis.name, ends(axis)]))).toEqual(
      expected.custom ?? {},
    );
    const units = Object.fromEntries(source.parameters.map(({ id, unit }) => [id, unit]));
    expect(units).toEqual(expected.units);
    const { values } = await readValues(source, Object.keys(expected.units)[0]!);
    const valid = values.filter((value) => !Number.isNaN(value));
    expect(valid.length).toBe(expected.sum[1]);
    expect(valid.reduce((sum, value) => sum + value, 0) / expected.sum[0]).toBeCloseTo(1, 8);
  });

  it.each(pairs)('%s equals %s cell by cell', async (v2, v3) => {
    const [a, b] = [await openReal(v2), await openReal(v3)];
    expect(b.grid).toEqual(a.grid);
    for (const { id } of b.parameters) {
      const [left, right] = [await readValues(a, id), await readValues(b, id)];
      expect(right.shape).toEqual(left.shape);
      expect(right.values.every((value, i) => Object.is(value, left.values[i]))).toBe(true);
    }
  });

  it('offers the inner chunk of a shard as the reading unit', async () => {
    const source = await openReal('zarr3/air_temperature_sharded_zstd.zarr');
    expect(source.parameters[0]!.chunkShape).toEqual([73, 13, 27]);
  });

  it('refuses bz2 by name', async () => {
    const opening = openReal('zarr/e1_north_america.zarr');
    await expect(opening).rejects.toThrow(UnsupportedError);
    await expect(opening).rejects.toMatchObject({ fields: { array: 'air_temperature', codec: 'bz2' } });
  });

  it('keeps scalar coordinates: a reference time and a height', async () => {
    const { grid, attributes } = await openReal('zarr/cmc_glb_t2m.zarr');
    expect(formatInstant(grid.referenceTime!.instant, grid.referenceTime!.calendar)).toBe(
      '2020-08-10T00:00:00Z',
    );
    expect(attributes).toMatchObject({
      heightAboveGround: { value: 2, units: 'm' },
      time: '2020-08-10T00:00:00Z',
    });
  });

  it('keeps packed cells packed and their no-data', async () => {
    const { parameters } = await openReal('zarr/eraint_uvz.zarr');
    expect(parameters[0]).toMatchObject({ type: 'int16', noData: -32767, scale: -0.001572704938045535 });
    expect((await openReal('zarr/air_temperature.zarr')).parameters[0]!.noData).toBeUndefined();
  });

  it('puts the cells of a Lambert grid where its own latitudes and longitudes are', async () => {
    const { grid } = await openReal('zarr/innsbruck_lcc.zarr');
    const project = projectPoints(CRS84, grid.crs);
    // First and last cell of the file's lat and lon arrays.
    const corners = [
      { lon: 11.0118503570557, lat: 46.9948997497559, x: 223500, y: 346500 },
      { lon: 11.7720203399658, lat: 47.5388603210449, x: 282500, y: 405500 },
    ];
    for (const { lon, lat, x, y } of corners) {
      const [u, v] = project(lon, lat);
      expect(Math.hypot(u - x, v - y)).toBeLessThan(5);
    }
  });
});

interface Position {
  readonly variable: string;
  readonly lon: number;
  readonly lat: number;
  readonly time?: string;
  readonly TIME?: number;
  readonly i: number;
  readonly j: number;
  readonly value: number | null;
}

describe.skipIf(!hasRealData)(`answers computed with xarray${absence}`, () => {
  it.each([
    ['zarr/era5_uk_t2m.zarr', 'era5_uk_t2m.json'],
    ['zarr/coads_sst.zarr', 'coads_sst.json'],
  ])('%s agrees at the positions of %s', async (store, file) => {
    const source = await openReal(store);
    const { x, y, t } = source.grid;
    const { positions } = readExpected<{ positions: Position[] }>(file);
    for (const position of positions) {
      const [col, row] = [nearest(source.grid, 'x', position.lon), nearest(source.grid, 'y', position.lat)];
      const step = nearest(source.grid, 't', instantOf(position));
      expect([col, row]).toEqual([position.i, position.j]);
      const window = {
        [x.name]: [col, col + 1],
        [y.name]: [row, row + 1],
        [t!.name]: [step, step + 1],
      } as const;
      const [value] = (await readValues(source, position.variable, window)).values;
      if (position.value === null) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(position.value, 3);
    }
  });

  it('agrees with every value of the small cubes', async () => {
    const cubes = readExpected<Cube[]>('small_cubes_all_values.json');
    for (const cube of cubes) {
      const source = await openReal(`zarr/${cube.dataset}.zarr`);
      const { x, y, t } = source.grid;
      const rows = cube.y.map((lat) => nearest(source.grid, 'y', lat));
      const columns = (cube.x ?? cube.x_0_360 ?? []).map((lon) => nearest(source.grid, 'x', lon));
      const outer: Record<string, [number, number]> = {};
      if (cube.month !== undefined) outer.month = [cube.month === 1 ? 0 : 1, cube.month === 1 ? 1 : 2];
      const [from, to] = cube.interval?.split('/') ?? [];
      if (t && from && to)
        outer[t.name] = [
          nearest(source.grid, 't', Date.parse(from)),
          nearest(source.grid, 't', Date.parse(to)) + 1,
        ];
      const found = await Promise.all(
        columns.map((col) =>
          readValues(source, cube.variable, {
            ...outer,
            [y.name]: [rows[0]!, rows.at(-1)! + 1],
            [x.name]: [col, col + 1],
          }),
        ),
      );
      // Columns were read one by one, since those across the antimeridian are no window of the file.
      const values = found[0]!.values.flatMap((_, i) => found.map((column) => column.values[i]!));
      expect(values.length).toBe(cube.values.length);
      values.forEach((value, i) => void expect(value).toBeCloseTo(cube.values[i]!, 3));
    }
  });
});

interface Cube {
  readonly dataset: string;
  readonly variable: string;
  readonly y: number[];
  readonly x?: number[];
  readonly x_0_360?: number[];
  readonly month?: number;
  readonly interval?: string;
  readonly values: number[];
}

function instantOf({ time, TIME }: Position): number {
  return time === undefined ? Date.UTC(2000, 0, 1) + (TIME ?? 0) * 3600000 : Date.parse(time);
}

function ends(axis: Axis, show: (value: number) => number | string = (value) => value): Ends {
  const length = axisLength(axis);
  return [length, show(coordinateAt(axis, 0)), show(coordinateAt(axis, length - 1))];
}
