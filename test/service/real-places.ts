import type { Box, LonLat } from './place-oracle.js';

const HOUR = 3_600_000;

/** A store, one of its variables, and which of its times, levels and members are asked for. */
export interface Layer {
  readonly variable: string;
  /** What the dimensions before y and x are in an answer, with the indexes asked for. */
  readonly chosen: readonly { readonly role: string; readonly indexes: readonly number[] }[];
  /** The same as parameters of a query. */
  readonly choice: Readonly<Record<string, string>>;
  readonly instant?: (value: number) => number;
}

export const layers: Readonly<Record<string, Layer>> = {
  // 0..360, north first, packed integers.
  air_temperature: {
    variable: 'air',
    chosen: [{ role: 't', indexes: [1, 2, 3] }],
    choice: { datetime: '2013-01-01T06:00:00Z/2013-01-01T18:00:00Z' },
    instant: (hours) => Date.UTC(1800, 0, 1) + hours * HOUR,
  },
  // -180..180, rows at both poles, levels, a dimension of its own, no time.
  eraint_uvz: {
    variable: 'u',
    chosen: [
      { role: 'month', indexes: [0, 1] },
      { role: 'z', indexes: [1, 2] },
    ],
    choice: { z: '500,850' },
  },
  // South first, missing values.
  coads_sst: {
    variable: 'SST',
    chosen: [{ role: 't', indexes: [4, 5] }],
    choice: { datetime: '2000-05-01/2000-07-15' },
    instant: (hours) => Date.UTC(2000, 0, 1) + hours * HOUR,
  },
  // 0..357, members, times and levels.
  era5_levels_members: {
    variable: 't',
    chosen: [
      { role: 'number', indexes: [3, 7] },
      { role: 't', indexes: [1, 2] },
      { role: 'z', indexes: [0, 1] },
    ],
    choice: { number: '3,7', datetime: '2017-01-01T12:00:00Z/2017-01-02T00:00:00Z' },
    instant: (seconds) => seconds * 1000,
  },
  // Gaussian latitudes that end before the poles, many levels.
  echam5_17lev: {
    variable: 't',
    chosen: [
      { role: 't', indexes: [0] },
      { role: 'z', indexes: [2, 3, 4] },
    ],
    choice: { z: '85000/70000' },
    instant: () => Date.UTC(2001, 0, 1),
  },
  // Lambert's conformal cone: where its cells are the source says itself.
  innsbruck_lcc: {
    variable: 'tas',
    chosen: [{ role: 't', indexes: [0, 1] }],
    choice: { datetime: '2010-01-01/2010-02-28' },
    instant: (days) => Date.UTC(2010, 0, 1, 12) + days * 24 * HOUR,
  },
};

/** Where queries of a layer go; a line has a vertex on either side, and stays in the layer. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly layer: string;
  readonly box: Box;
  readonly line: readonly LonLat[];
  readonly km: number;
}

export const places: readonly Place[] = [
  {
    id: 'west',
    name: 'columns in 0..360, rows from north to south',
    layer: 'air_temperature',
    box: [-121.3, 28.4, -88.1, 61.7],
    line: [
      [-117.3, 31.9],
      [-101.2, 55.3],
      [-90.6, 47.8],
    ],
    km: 900,
  },
  {
    id: 'rim',
    name: 'the antimeridian of columns in 0..360, and where they begin',
    layer: 'air_temperature',
    box: [170.3, 30.4, -149.6, 52.3],
    line: [
      [-159.4, 33.1],
      [-151.3, 48.2],
    ],
    km: 800,
  },
  {
    id: 'date-line',
    name: 'the antimeridian of columns in -180..180, with levels',
    layer: 'eraint_uvz',
    box: [176.2, -3.3, -177.9, 4.4],
    line: [
      [177.4, -2.1],
      [-179.6, 1.3],
      [-178.3, 3.7],
    ],
    km: 310,
  },
  {
    id: 'north',
    name: 'the north pole, with rows at it',
    layer: 'eraint_uvz',
    box: [-180, 86.4, 180, 90],
    line: [
      [31.7, 87.2],
      [-155.1, 88.3],
    ],
    km: 260,
  },
  {
    id: 'south',
    name: 'the south pole, with rows that begin there',
    layer: 'coads_sst',
    box: [-180, -90, 180, -70.3],
    line: [
      [31.7, -84.2],
      [-165.1, -71.3],
    ],
    km: 1400,
  },
  {
    id: 'coast',
    name: 'missing values, rows from south to north',
    layer: 'coads_sst',
    box: [-80.3, 28.7, -50.4, 52.2],
    line: [
      [-77.4, 31.6],
      [-60.8, 41.9],
      [-56.3, 50.7],
    ],
    km: 1100,
  },
  {
    id: 'islands',
    name: 'missing values at the antimeridian',
    layer: 'coads_sst',
    box: [165.3, -51.2, -170.4, -31.1],
    line: [
      [168.9, -47.6],
      [-173.8, -35.3],
    ],
    km: 1200,
  },
  {
    id: 'seam',
    name: 'members at the seam of columns in 0..360',
    layer: 'era5_levels_members',
    box: [-10.3, 40.2, 14.9, 58.3],
    line: [
      [-7.9, 43.4],
      [11.2, 55.9],
    ],
    km: 950,
  },
  {
    id: 'cap',
    name: 'members at the north pole',
    layer: 'era5_levels_members',
    box: [-180, 74.3, 180, 90],
    line: [
      [-40.9, 79.4],
      [151.2, 82.7],
    ],
    km: 900,
  },
  {
    id: 'gauss',
    name: 'Gaussian latitudes at the antimeridian',
    layer: 'echam5_17lev',
    box: [171.2, 51.3, -174.7, 63.9],
    line: [
      [173.1, 53.7],
      [-176.3, 61.2],
    ],
    km: 700,
  },
  {
    id: 'gauss-cap',
    name: 'Gaussian latitudes around a pole they do not reach',
    layer: 'echam5_17lev',
    box: [-180, 81.4, 180, 90],
    line: [
      [40.9, 83.7],
      [-147.2, 87.4],
    ],
    km: 600,
  },
  {
    id: 'valley',
    name: 'a projected grid',
    layer: 'innsbruck_lcc',
    box: [11.13, 47.11, 11.51, 47.34],
    line: [
      [11.17, 47.13],
      [11.33, 47.31],
      [11.48, 47.2],
    ],
    km: 9,
  },
];
