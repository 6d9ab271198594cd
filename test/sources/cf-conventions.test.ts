import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  CorruptionError,
  describeError,
  InvalidArgumentError,
  TilecurveError,
  UnsupportedError,
} from '../../src/errors/index.js';
import { axisNumbers, CRS84, crsFromProj, formatInstant, projectPoints } from '../../src/grid/index.js';
import { openSource, type Source } from '../../src/sources/index.js';
import {
  type ArrayPlan,
  places,
  removeDirectories,
  type StorePlan,
  writeBytes,
  writeJson,
  writeV2,
  writeV3,
} from './zarr-writer.js';

const maxChunkBytes = 1024 * 1024;
const cells = [1, 2, 3, 4, 5, 6];
const data: ArrayPlan = { dims: ['lat', 'lon'], shape: [2, 3], cells };

afterAll(removeDirectories);

async function openPlan(plan: StorePlan, parameters?: string[]): Promise<Source> {
  return openSource(await writeV2(plan), { maxChunkBytes, ...(parameters && { parameters }) });
}

async function refusal(plan: StorePlan, parameters?: string[]): Promise<TilecurveError> {
  const error = await openPlan(plan, parameters).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(TilecurveError);
  expect(describeError(error)).not.toContain('\n');
  return error as TilecurveError;
}

async function readFirst(source: Source): Promise<number[]> {
  const parameter = source.parameters[0]!;
  const window = { start: parameter.shape.map(() => 0), end: parameter.shape };
  return Array.from((await source.read(parameter, window)).cells);
}

/** A coordinate over its own dimension. */
function axis(name: string, values: readonly number[], attributes: Record<string, unknown> = {}): StorePlan {
  return { [name]: { dims: [name], shape: [values.length], cells: values, attributes } };
}

describe('axes', () => {
  it('are found by attributes before names', async () => {
    const plan = {
      ...axis('x', [50, 40], { standard_name: 'latitude', units: 'degrees_north' }),
      ...axis('y', [10, 20, 30], { axis: 'X', units: 'degrees_east' }),
      a: { ...data, dims: ['x', 'y'] },
    };
    const { grid, parameters } = await openPlan(plan);
    expect([grid.x.name, grid.y.name]).toEqual(['y', 'x']);
    expect(parameters[0]!.dims).toEqual(['x', 'y']);
  });

  it('are found by units and by names', async () => {
    const plan = {
      ...axis('J', [50, 40], { units: 'degrees_N' }),
      ...axis('longitude', [10, 20, 30]),
      ...axis('when', [0, 6], { units: 'hours since 2000-01-01', calendar: 'noleap' }),
      ...axis('plev', [1000, 500], { units: 'hPa' }),
      a: { dims: ['when', 'plev', 'J', 'longitude'], shape: [2, 2, 2, 3], document: { fill_value: 0 } },
    };
    const { grid, parameters } = await openPlan(plan);
    expect([grid.x.name, grid.y.name, grid.t?.name, grid.z?.name]).toEqual([
      'longitude',
      'J',
      'when',
      'plev',
    ]);
    expect(grid.z).toMatchObject({ unit: 'hPa', positive: 'down' });
    expect(axisNumbers(grid.t!).map((t) => formatInstant(t, grid.t!.calendar))).toEqual([
      '2000-01-01T00:00:00Z',
      '2000-01-01T06:00:00Z',
    ]);
    expect(parameters[0]!.axes).toEqual(['t', 'z']);
  });

  it('take an auxiliary coordinate where the dimension has none of its name', async () => {
    const plan = {
      lat: { ...places.lat!, dims: ['j'] },
      lon: { ...places.lon!, dims: ['i'] },
      a: { ...data, dims: ['j', 'i'], attributes: { coordinates: 'lat lon' } },
    };
    const { grid, parameters } = await openPlan(plan);
    expect([grid.x.name, grid.y.name]).toEqual(['i', 'j']);
    expect(parameters.map(({ id }) => id)).toEqual(['a']);
  });

  it('are custom where they have no role: numbers, labels, positions, instants', async () => {
    const plan = {
      ...places,
      ...axis('member', [3, 1, 2]),
      name: {
        dims: ['name'],
        shape: [2],
        dtype: '<U2',
        files: { 0: Buffer.from('a\0\0\0b\0\0\0c\0\0\0\0\0\0\0') },
      },
      ...axis('time', [0, 24], { standard_name: 'time', units: 'hours since 2000-01-01' }),
      ...axis('run', [0, 12], { standard_name: 'forecast_reference_time', units: 'hours since 2000-01-01' }),
      a: {
        dims: ['member', 'name', 'band', 'run', 'time', 'lat', 'lon'],
        shape: [3, 2, 4, 2, 2, 2, 3],
        document: { fill_value: 0 },
      },
    };
    const { grid, parameters } = await openPlan(plan);
    expect(grid.t?.name).toBe('time');
    expect(grid.custom.map(({ name, coordinates }) => [name, coordinates])).toEqual([
      ['member', { kind: 'labels', values: ['3', '1', '2'] }],
      ['name', { kind: 'labels', values: ['ab', 'c'] }],
      ['band', { kind: 'regular', start: 0, step: 1, count: 4 }],
      ['run', { kind: 'labels', values: ['2000-01-01T00:00:00Z', '2000-01-01T12:00:00Z'] }],
    ]);
    expect(parameters[0]!.axes).toEqual(['member', 'name', 'band', 'run', 't']);
  });

  it('read coordinates packed, as int64 and with their fill value unmasked', async () => {
    const plan = {
      ...axis('lat', [0, 1], { units: 'degrees_north', scale_factor: 10, add_offset: 30 }),
      lon: { dims: ['lon'], shape: [3], cells: [-1, 0, 1], dtype: '<i8', document: { fill_value: 0 } },
      a: data,
    };
    const { grid } = await openPlan(plan);
    expect([axisNumbers(grid.y), axisNumbers(grid.x)]).toEqual([
      [30, 40],
      [-1, 0, 1],
    ]);
  });

  const contradictions: readonly [string, StorePlan][] = [
    ['coordinates that repeat', axis('lat', [50, 50])],
    ['coordinates that are NaN', axis('lat', [50, Number.NaN])],
    ['coordinates longer than the data', axis('lat', [50, 40, 30])],
    ['latitudes off the globe', axis('lat', [50, 140])],
    ['attributes that contradict each other', axis('lat', [50, 40], { axis: 'X', units: 'degrees_north' })],
    [
      'x in degrees and y in metres',
      axis('lat', [50, 40], { standard_name: 'projection_y_coordinate', units: 'm' }),
    ],
  ];
  it.each(contradictions)('refuse %s', async (_, coordinate) => {
    expect(await refusal({ ...places, ...coordinate, a: data })).toBeInstanceOf(CorruptionError);
  });

  it('refuse a dimension of space or time without coordinates, or with unusable ones', async () => {
    const { lat, lon } = places as { lat: ArrayPlan; lon: ArrayPlan };
    expect(await refusal({ lon, a: data })).toMatchObject({ fields: { dimension: 'lat' } });
    const timed = { dims: ['time', 'lat', 'lon'], shape: [1, 2, 3], cells };
    expect(await refusal({ lat, lon, a: timed })).toBeInstanceOf(UnsupportedError);
    for (const attributes of [
      {},
      { units: 'months since 2000-01-01' },
      { units: 'days since 2000-01-01', calendar: 'martian' },
    ])
      expect(await refusal({ lat, lon, ...axis('time', [0], attributes), a: timed })).toMatchObject({
        code: 'UNSUPPORTED',
        fields: { array: 'time' },
      });
    const far = { dims: ['time'], shape: [1], dtype: '<i8', files: { 0: Buffer.alloc(8, 0x7f) } };
    const days = { ...far, attributes: { units: 'days since 2000-01-01' } };
    expect(await refusal({ lat, lon, time: days, a: timed })).toBeInstanceOf(CorruptionError);
    const many = { dims: ['lat'], shape: [20_000_000], document: { fill_value: 0, chunks: [1000] } };
    expect(await refusal({ lat: many, lon, a: data })).toBeInstanceOf(UnsupportedError);
  });
});

describe('parameters', () => {
  it('leave out bounds, scalars, mappings and what has no x and y', async () => {
    const plan: StorePlan = {
      lat: { ...places.lat!, attributes: { units: 'degrees_north', bounds: 'lat_bnds' } },
      lon: places.lon!,
      lat_bnds: { dims: ['lat', 'nv'], shape: [2, 2], cells: [55, 45, 45, 35] },
      crs: { dims: [], shape: [], cells: [0], attributes: { grid_mapping_name: 'latitude_longitude' } },
      zonal: { dims: ['lat'], shape: [2], cells: [1, 2] },
      text: { dims: ['lat'], shape: [2], dtype: '|O', document: { filters: [{ id: 'pickle' }] } },
      orography: data,
      height: { dims: [], shape: [], cells: [10], attributes: { units: 'm', positive: 'up' } },
      time: { dims: [], shape: [], cells: [1], attributes: { units: 'days since 2000-01-01' } },
      a: {
        ...data,
        attributes: { grid_mapping: 'crs', coordinates: 'orography height time', long_name: 'Temp', x: 1 },
      },
    };
    const { parameters, grid, attributes } = await openPlan(plan);
    expect(parameters.map(({ id }) => id)).toEqual(['a']);
    expect(parameters[0]).toMatchObject({ title: 'Temp', attributes: { x: 1 }, scale: 1, offset: 0 });
    expect(attributes.height).toEqual({ value: 10, units: 'm' });
    expect(grid.referenceTime?.instant).toBe(Date.UTC(2000, 0, 2));
    expect((await openPlan(plan, ['orography'])).parameters.map(({ id }) => id)).toEqual(['orography']);
  });

  it('that are not there, or cannot be read, are named', async () => {
    const plan = { ...places, a: data, b: { ...data, dtype: '<f2' } };
    expect(await refusal(plan, ['c'])).toBeInstanceOf(InvalidArgumentError);
    const half = await refusal(plan);
    expect(half).toBeInstanceOf(UnsupportedError);
    expect(half.fields).toMatchObject({ array: 'b', hint: expect.stringContaining('--parameters a') });
    expect((await openPlan(plan, ['a'])).parameters).toHaveLength(1);
  });

  it('on different axes are refused together and served apart', async () => {
    const plan = {
      ...places,
      ...axis('lat2', [5, 4, 3], { units: 'degrees_north' }),
      a: data,
      b: { dims: ['lat2', 'lon'], shape: [3, 3], document: { fill_value: 0 } },
      ...axis('time', [0], { units: 'days since 2000-01-01' }),
      c: { dims: ['time', 'lat', 'lon'], shape: [1, 2, 3], cells },
    };
    const error = await refusal(plan);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.fields.choices).toContain('a,c');
    const { parameters } = await openPlan(plan, ['a', 'c']);
    expect(parameters.map((parameter) => parameter.axes)).toEqual([[], ['t']]);
  });

  it('map one no-data spelling to the other', async () => {
    const attributes = { missing_value: 2, scale_factor: 0.5, add_offset: 3 };
    const a = { ...data, dtype: '<i2', attributes, document: { fill_value: 6 } };
    const source = await openPlan({ ...places, a });
    expect(source.parameters[0]).toMatchObject({ noData: 6, scale: 0.5, offset: 3 });
    expect(await readFirst(source)).toEqual([1, 6, 3, 4, 5, 6]);
    const floats = { ...data, attributes: { missing_value: 2 }, document: { fill_value: 'NaN' } };
    expect(await readFirst(await openPlan({ ...places, a: floats }))).toEqual([1, Number.NaN, 3, 4, 5, 6]);
  });

  it('take no-data from the fill value as the version of the store means it', async () => {
    const zero = { ...data, document: { fill_value: 0 } };
    expect((await openPlan({ ...places, a: zero })).parameters[0]!.noData).toBe(0);
    expect((await openPlan({ ...places, a: data })).parameters[0]!.noData).toBeUndefined();
    const v3 = async (array: Partial<ArrayPlan>) => {
      const source = await openSource(await writeV3({ ...places, a: { ...data, ...array } }), {
        maxChunkBytes,
      });
      return source.parameters[0]!.noData;
    };
    expect(await v3({ document: { fill_value: 0 } })).toBeUndefined();
    expect(await v3({ document: { fill_value: -9 } })).toBe(-9);
    const minusOne = Buffer.from(new Float64Array([-1]).buffer).toString('base64');
    expect(await v3({ document: { fill_value: -9 }, attributes: { _FillValue: minusOne } })).toBe(-1);
  });

  it.each([
    { scale_factor: 0 },
    { scale_factor: 'two' },
    { scale_factor: 'NaN' },
    { add_offset: null, scale_factor: [] as number[], missing_value: {} },
    { _FillValue: 'x' },
  ])('refuse packing by %j', async (attributes) => {
    expect(await refusal({ ...places, a: { ...data, attributes } })).toMatchObject({
      code: 'CORRUPTION',
      fields: { parameter: 'a' },
    });
  });
});

describe('projected grids', () => {
  const mapping = {
    grid_mapping_name: 'lambert_conformal_conic',
    standard_parallel: [49, 46],
    latitude_of_projection_origin: 47.5,
    longitude_of_central_meridian: 13,
    false_easting: 400,
    false_northing: 400,
  };
  const lcc =
    '+proj=lcc +lat_1=49 +lat_2=46 +lat_0=47.5 +lon_0=13 +x_0=400000 +y_0=400000 +R=6371229 +no_defs';

  function projected(attributes: Record<string, unknown>, extra: StorePlan = {}): StorePlan {
    return {
      ...axis('y', [400, 390], { standard_name: 'projection_y_coordinate', units: 'km' }),
      ...axis('x', [400, 410, 420], { standard_name: 'projection_x_coordinate', units: 'km' }),
      crs: { dims: [], shape: [], cells: [0], attributes },
      a: { ...data, dims: ['y', 'x'], attributes: { grid_mapping: 'crs' } },
      ...extra,
    };
  }

  /** Two-dimensional coordinates computed with `proj`, x moved by `shiftMetres`. */
  function plane(proj: string, shiftMetres = 0): StorePlan {
    const inverse = projectPoints(crsFromProj(proj, 'test'), CRS84);
    const at = [400, 390].flatMap((y) =>
      [400, 410, 420].map((x) => inverse(x * 1000 + shiftMetres, y * 1000)),
    );
    const array = (pick: 0 | 1, standard_name: string): ArrayPlan => ({
      dims: ['y', 'x'],
      shape: [2, 3],
      cells: at.map((point) => point[pick]),
      attributes: { standard_name },
    });
    return { lon: array(0, 'longitude'), lat: array(1, 'latitude') };
  }

  it('are computed in their own unit', async () => {
    const { grid } = await openPlan(projected({ ...mapping, earth_radius: 6371229 }));
    const [x, y] = projectPoints(CRS84, grid.crs)(13, 47.5);
    expect(x).toBeCloseTo(400, 6);
    expect(y).toBeCloseTo(400, 6);
  });

  it('take the earth that fits their latitudes and longitudes', async () => {
    const { grid } = await openPlan(projected(mapping, plane(lcc)));
    expect(grid.crs.proj).toContain('6371229');
  });

  it('are refused when the mapping puts cells elsewhere', async () => {
    expect(await refusal(projected(mapping, plane(lcc, 6000)))).toBeInstanceOf(CorruptionError);
    expect((await openPlan(projected(mapping, plane(lcc, 4000)))).grid.crs.kind).toBe('projected');
  });

  it.each([
    { grid_mapping_name: 'rotated_latitude_longitude' },
    { grid_mapping_name: 'geostationary' },
    { grid_mapping_name: '__proto__' },
    { crs_wkt: 'PROJCS["x",AUTHORITY["EPSG","27700"]]' },
  ])('are refused for %j', async (attributes) => {
    expect(await refusal(projected(attributes))).toBeInstanceOf(UnsupportedError);
  });

  it('are known by an EPSG code', async () => {
    const { grid } = await openPlan({
      ...projected({
        crs_wkt: 'PROJCS["UTM",GEOGCS["W",AUTHORITY["EPSG","4326"]],AUTHORITY["EPSG","32633"]]',
      }),
      ...axis('y', [400, 390], { units: 'm' }),
      ...axis('x', [400, 410, 420], { units: 'm' }),
    });
    expect(grid.crs.id).toBe('EPSG:32633');
  });

  it('without a mapping have no place; with latitudes and longitudes in two dimensions they are refused', async () => {
    const bare = { ...projected({}), a: { ...data, dims: ['y', 'x'] } };
    expect((await openPlan(bare)).grid.crs.proj).toBeUndefined();
    expect(await refusal({ ...bare, ...plane(lcc) })).toBeInstanceOf(UnsupportedError);
    const curvilinear = { a: { ...data, dims: ['y', 'x'] }, ...plane(lcc) };
    expect(await refusal(curvilinear)).toMatchObject({ code: 'UNSUPPORTED', fields: { latitude: 'lat' } });
    const ocean = Object.entries({ a: data, ...plane(lcc) }).map(([name, plan]) => [
      name,
      { ...plan, dims: ['j', 'i'] },
    ]);
    expect(await refusal(Object.fromEntries(ocean))).toMatchObject({
      code: 'UNSUPPORTED',
      fields: { latitude: 'lat' },
    });
    expect(await refusal({ ...bare, a: { ...bare.a, attributes: { grid_mapping: 'gone' } } })).toBeInstanceOf(
      CorruptionError,
    );
  });
});

it('reads only the chunks that a window meets', async () => {
  const a = { dims: ['lat', 'lon'], shape: [2, 3], document: { chunks: [1, 3] } };
  const path = await writeV2({ ...places, a });
  await writeBytes(path, 'a/1.0', Buffer.from(new Float64Array([4, 5, 6]).buffer));
  const source = await openSource(path, { maxChunkBytes });
  const window = { start: [1, 0], end: [2, 2] };
  // The other chunk is missing and would be refused.
  expect(Array.from((await source.read(source.parameters[0]!, window)).cells)).toEqual([4, 5]);
});

it('answers any attribute with an axis, a parameter or an error of its own', async () => {
  const names = [
    ...['axis', 'units', 'standard_name', 'positive', 'calendar', 'bounds', 'coordinates', 'grid_mapping'],
    ...[
      'scale_factor',
      'add_offset',
      '_FillValue',
      'missing_value',
      '_ARRAY_DIMENSIONS',
      'grid_mapping_name',
    ],
    ...[
      'standard_parallel',
      'earth_radius',
      'semi_major_axis',
      'crs_wkt',
      'epsg_code',
      '_Unsigned',
      'long_name',
    ],
  ];
  const words = [
    'X',
    'T',
    'degrees_north',
    'days since 2000-01-01',
    'time',
    'latitude',
    'm',
    'crs',
    'mercator',
    'NaN',
  ];
  const value = fc.oneof(fc.constantFrom(...words), fc.jsonValue({ maxDepth: 2 }));
  const attributes = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
  const base = {
    lat: { _ARRAY_DIMENSIONS: ['lat'] },
    time: { _ARRAY_DIMENSIONS: ['time'], units: 'days since 2000-01-01' },
    crs: { _ARRAY_DIMENSIONS: [], grid_mapping_name: 'mercator' },
    a: { _ARRAY_DIMENSIONS: ['time', 'lat', 'lon'], grid_mapping: 'crs' },
  };
  const path = await writeV2({
    ...places,
    ...axis('time', [0], {}),
    crs: { dims: [], shape: [], cells: [0] },
    a: { dims: ['time', 'lat', 'lon'], shape: [1, 2, 3], cells },
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(base)), attributes, async (name, changed) => {
      for (const [array, usual] of Object.entries(base))
        await writeJson(path, `${array}/.zattrs`, array === name ? { ...usual, ...changed } : usual);
      await openSource(path, { maxChunkBytes })
        .then(readFirst)
        .catch((error: unknown) => void expect(error).toBeInstanceOf(TilecurveError));
    }),
    { numRuns: 500 },
  );
});
