import { encodeArray, groupMetadata, type ZarrArraySpec } from '../zarr2-writer.js';
import { zonalClimates } from './energy-balance.js';
import { landFraction } from './land-fraction.js';
import { hourAngle, insolation, type Sun, sunAt } from './sun.js';

interface FilledArray {
  readonly spec: ZarrArraySpec;
  readonly cells: ArrayLike<number>;
}

const start = Date.UTC(2026, 5, 20);
const hourMs = 3_600_000;
const step = 2;
const madeBy = 'computed by tools/make-sample.ts, not measured';
const codec = { id: 'zlib', level: 9 } as const;
const missing = -32768;
/** Freezing point of sea water in kelvin. */
const seaFreezing = 271.35;

/** The sample: path under data/ -> bytes. The same bytes on each run of one Node version. */
export function sampleFiles(): Map<string, Uint8Array> {
  return new Map([
    ...storeFiles('insolation.zarr', insolationStore()),
    ...storeFiles('surface.zarr', surfaceStore()),
  ]);
}

/** Top-of-atmosphere insolation, hourly through the 20th and 21st of June 2026; north first, -180..180. */
function insolationStore(): SampleStore {
  const axes = sampleAxes({
    latitudes: centres(-90).reverse(),
    longitudes: centres(-180),
    hours: Array.from({ length: 48 }, (_, i) => i),
  });
  const cells = eachCell(axes, ({ sun, latitude }) => (longitude) => {
    return Math.round(insolation(sun, latitude, hourAngle(sun, longitude)) / 0.05);
  });
  const spec = packed('insolation', [12, 45, 90], axes, {
    long_name: 'Insolation',
    standard_name: 'toa_incoming_shortwave_flux',
    units: 'W m-2',
    scale_factor: 0.05,
    add_offset: 0,
  });
  return {
    title: 'Insolation, June solstice 2026',
    summary: 'Sunshine on a horizontal surface above the atmosphere, from the geometry of earth and sun.',
    arrays: [...axes.arrays, { spec, cells }],
  };
}

/** Temperatures of an energy balance model, 3-hourly over four days; south first, 0..360. */
function surfaceStore(): SampleStore {
  const axes = sampleAxes({
    latitudes: centres(-90),
    longitudes: centres(0),
    hours: Array.from({ length: 32 }, (_, i) => 3 * i),
  });
  const land = landFraction(axes.latitudes, axes.longitudes, step);
  const climates = zonalClimates(axes.latitudes, start + 2 * 24 * hourMs);
  const landAt = (row: number, col: number) => land[row * axes.longitudes.length + col]!;
  const air = eachCell(axes, ({ instant, sun, row }) => {
    const [overLand, overSea] = [climates[row]!(instant, 'land'), climates[row]!(instant, 'sea')];
    return (longitude, col) => {
      const [share, angle] = [landAt(row, col), hourAngle(sun, longitude)];
      return packKelvin(share * overLand(angle) + (1 - share) * overSea(angle));
    };
  });
  const sea = eachCell(axes, ({ instant, sun, row }) => {
    const overSea = climates[row]!(instant, 'sea');
    return (longitude, col) => {
      if (landAt(row, col) >= 0.5) return missing;
      return packKelvin(Math.max(seaFreezing, overSea(hourAngle(sun, longitude))));
    };
  });
  const kelvin = { units: 'K', scale_factor: 0.01, add_offset: 273.15 };
  const chunks = [8, 90, 180];
  return {
    title: 'Surface temperature, June 2026',
    summary: 'Season and day of a linear energy balance over land and sea; no weather, no mountains.',
    arrays: [
      ...axes.arrays,
      {
        spec: packed('air_temperature', chunks, axes, {
          long_name: 'Air temperature',
          standard_name: 'air_temperature',
          ...kelvin,
        }),
        cells: air,
      },
      {
        spec: packed('sea_temperature', chunks, axes, {
          long_name: 'Sea temperature',
          standard_name: 'sea_surface_temperature',
          comment: 'missing where at least half of a cell is land; not below the freezing point of sea water',
          ...kelvin,
        }),
        cells: sea,
      },
      {
        spec: {
          name: 'land_fraction',
          dims: ['lat', 'lon'],
          shape: [axes.latitudes.length, axes.longitudes.length],
          chunks: [90, 180],
          type: '<f4',
          codec,
          fillValue: null,
          attributes: {
            long_name: 'Share of land',
            standard_name: 'land_area_fraction',
            units: '1',
            comment: 'Natural Earth 1:110m coastline, 36 points a cell',
          },
        },
        cells: land,
      },
    ],
  };
}

interface SampleStore {
  readonly title: string;
  readonly summary: string;
  readonly arrays: readonly FilledArray[];
}

function storeFiles(path: string, { title, summary, arrays }: SampleStore): [string, Uint8Array][] {
  const attributes = {
    Conventions: 'CF-1.8',
    title,
    summary,
    source: madeBy,
    license: 'Apache-2.0',
    references: 'tools/sample names the formulas and where they come from',
  };
  const metadata = groupMetadata(
    attributes,
    arrays.map(({ spec }) => spec),
  );
  return [
    ...[...metadata].map(([name, text]): [string, Uint8Array] => [name, Buffer.from(text)]),
    ...arrays.flatMap(({ spec, cells }) => [...encodeArray(spec, cells)]),
  ].map(([name, bytes]) => [`${path}/${name}`, bytes]);
}

interface SampleAxes {
  readonly latitudes: readonly number[];
  readonly longitudes: readonly number[];
  readonly hours: readonly number[];
  readonly arrays: readonly FilledArray[];
}

function sampleAxes(axes: Omit<SampleAxes, 'arrays'>): SampleAxes {
  const axis = (
    name: string,
    values: readonly number[],
    attributes: Record<string, unknown>,
  ): FilledArray => ({
    spec: {
      name,
      dims: [name],
      shape: [values.length],
      chunks: [values.length],
      type: name === 'time' ? '<i4' : '<f8',
      codec,
      fillValue: null,
      attributes,
    },
    cells: values,
  });
  const latitude = { standard_name: 'latitude', long_name: 'Latitude', units: 'degrees_north', axis: 'Y' };
  const longitude = { standard_name: 'longitude', long_name: 'Longitude', units: 'degrees_east', axis: 'X' };
  const units = 'hours since 2026-06-20 00:00:00';
  const time = { standard_name: 'time', long_name: 'Time', units, calendar: 'standard', axis: 'T' };
  return {
    ...axes,
    arrays: [
      axis('time', axes.hours, time),
      axis('lat', axes.latitudes, latitude),
      axis('lon', axes.longitudes, longitude),
    ],
  };
}

function packed(
  name: string,
  chunks: readonly number[],
  axes: SampleAxes,
  attributes: Record<string, unknown>,
): ZarrArraySpec {
  return {
    name,
    dims: ['time', 'lat', 'lon'],
    shape: [axes.hours.length, axes.latitudes.length, axes.longitudes.length],
    chunks,
    type: '<i2',
    codec,
    fillValue: missing,
    attributes: { ...attributes, _FillValue: missing, cell_methods: 'time: point', source: madeBy },
  };
}

/** What the cells of one row share at one time. */
interface SampleRow {
  readonly instant: number;
  readonly sun: Sun;
  readonly latitude: number;
  readonly row: number;
}

/** One stored number per cell of [time, row, col]. */
function eachCell(
  axes: SampleAxes,
  valuesOf: (row: SampleRow) => (longitude: number, col: number) => number,
): Int16Array {
  return Int16Array.from(
    axes.hours.flatMap((hour) => {
      const instant = start + hour * hourMs;
      const sun = sunAt(instant);
      return axes.latitudes.flatMap((latitude, row) =>
        axes.longitudes.map(valuesOf({ instant, sun, latitude, row })),
      );
    }),
  );
}

/** Centres of the cells from `edge` on: 180 or 360 degrees' worth. */
function centres(edge: -90 | -180 | 0): number[] {
  const count = (edge === -90 ? 180 : 360) / step;
  return Array.from({ length: count }, (_, i) => edge + step * (i + 0.5));
}

function packKelvin(kelvin: number): number {
  return Math.round((kelvin - 273.15) / 0.01);
}
