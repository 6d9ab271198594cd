import { distanceUnits, maxResolution } from '../edr/index.js';
import { coverageFormats, sampleFormats, tiledNdArray } from '../formats/index.js';

/** One query parameter: how it is documented, and what is checked before anybody looks at its value. */
export interface ParameterSpec {
  readonly name: string;
  readonly description: string;
  readonly isRequired?: boolean;
  /** A body may list its values. */
  readonly takesLists?: boolean;
  /** Other spellings that clients in the field use. */
  readonly aliases?: readonly string[];
  /** JSON schema of the OpenAPI document. */
  readonly schema: Readonly<Record<string, unknown>>;
}

const text = { type: 'string' } as const;

/** Well-known text of points. */
export const pointCoords: ParameterSpec = {
  name: 'coords',
  description: 'POINT or MULTIPOINT as well-known text, longitude before latitude; POINT Z chooses a level',
  isRequired: true,
  schema: text,
};

/** Well-known text of polygons. */
export const areaCoords: ParameterSpec = {
  name: 'coords',
  description: 'POLYGON or MULTIPOLYGON as well-known text, longitude before latitude',
  isRequired: true,
  schema: text,
};

/** Well-known text of lines. */
export const lineCoords: ParameterSpec = {
  name: 'coords',
  description:
    'LINESTRING or MULTILINESTRING as well-known text, longitude before latitude; Z are levels, M seconds since 1970',
  isRequired: true,
  schema: text,
};

/** How the values of a position are found. */
export const method: ParameterSpec = {
  name: 'method',
  description: 'nearest: the cell that holds the point; linear: between the four centres around it',
  schema: { type: 'string', enum: ['nearest', 'linear'], default: 'nearest' },
};

/** What many cells become. */
export const aggregation: ParameterSpec = {
  name: 'aggregation',
  description:
    '(method,axis[,axis...]), or a comma list of such over the same axes: mean, min, max, sum, count or std over t, z, y, x or its own dimensions; the collection lists what a query takes',
  takesLists: true,
  schema: text,
};

/** How far around points. */
export const within: ParameterSpec = {
  name: 'within',
  description: 'Greatest distance of a cell from the nearest of the points, in within-units',
  isRequired: true,
  schema: { type: 'number', minimum: 0 },
};

/** Of `within`. */
export const withinUnits: ParameterSpec = {
  name: 'within-units',
  description: 'Unit of within',
  isRequired: true,
  schema: { type: 'string', enum: distanceUnits },
};

/** Size of a corridor; without a height all levels answer, so that only the width is required. */
export const corridor: readonly ParameterSpec[] = [
  {
    name: 'corridor-width',
    description: 'Whole width of the corridor, half of it on either side of the line',
    isRequired: true,
    schema: { type: 'number', minimum: 0 },
  },
  {
    name: 'width-units',
    description: 'Unit of corridor-width',
    isRequired: true,
    schema: { type: 'string', enum: distanceUnits },
  },
  {
    name: 'corridor-height',
    description:
      'Whole height of the corridor, half of it above and half below the line; all levels when absent',
    schema: { type: 'number', minimum: 0 },
  },
  {
    name: 'height-units',
    description: 'Unit of corridor-height, one of those the collection lists; goes with corridor-height only',
    schema: text,
  },
];

/** A box in the coordinates that `crs` names. */
export const bbox: ParameterSpec = {
  name: 'bbox',
  description:
    'west,south,east,north, or with levels west,south,lowest,east,north,highest; west > east crosses 180',
  isRequired: true,
  schema: { type: 'array', items: { type: 'number' }, minItems: 4, maxItems: 6 },
};

/** A box that chooses among what is listed. */
export const bboxFilter: ParameterSpec = {
  ...bbox,
  isRequired: false,
  description: 'Only what meets this box: west,south,east,north; west > east crosses 180',
};

/** Levels of a layer, by their values. */
export const z: ParameterSpec = {
  name: 'z',
  description: 'Levels: a value, a list a,b, an interval a/b, ../b or a/.., or Rn/start/step',
  aliases: ['cube-z'],
  takesLists: true,
  schema: text,
};

/** Times of a layer. */
export const datetime: ParameterSpec = {
  name: 'datetime',
  description:
    'Times: an instant, a date, a list a,b, an interval a/b, ../b or a/.., Rn/start/duration or Rn/start/end',
  takesLists: true,
  schema: text,
};

/** Which parameters answer. */
export const parameterName: ParameterSpec = {
  name: 'parameter-name',
  description: 'Comma list of parameters; all when absent',
  aliases: ['parameter_names', 'parameter-names', 'parameter_name'],
  schema: { type: 'array', items: text },
};

/** What the coordinates of a query mean. */
export const crs: ParameterSpec = {
  name: 'crs',
  description:
    'Coordinates of the query and of its answer: one of the tokens in the collection; CRS84 and EPSG:4326 are both longitude, latitude',
  schema: text,
};

/** Form of an answer from data. */
export const dataFormat: ParameterSpec = {
  name: 'f',
  description: 'Form of the answer; it beats the Accept header',
  schema: { type: 'string', enum: [...coverageFormats.map(({ token }) => token), 'html'] },
};

/** Form of an answer that is points or tracks. */
export const sampleFormat: ParameterSpec = {
  ...dataFormat,
  schema: { type: 'string', enum: sampleFormats.map(({ token }) => token) },
};

/** Form of an answer that is a grid. */
export const gridFormat: ParameterSpec = {
  ...dataFormat,
  description: `${dataFormat.description}; TiledNdArray is CoverageJSON that says where its values are`,
  schema: { type: 'string', enum: [...[...coverageFormats, tiledNdArray].map(({ token }) => token), 'html'] },
};

/** Form of a document about data. */
export const metadataFormat: ParameterSpec = {
  name: 'f',
  description: 'Form of the answer; it beats the Accept header',
  schema: { type: 'string', enum: ['json'] },
};

/** Where there is a page for people too. */
export const pageFormat: ParameterSpec = {
  ...metadataFormat,
  schema: { type: 'string', enum: ['json', 'html'] },
};

/** How much of a list is sent. */
export const listLimit: ParameterSpec = {
  name: 'limit',
  description: 'Most features in the answer; above 10000 it is 10000',
  schema: { type: 'integer', minimum: 1, default: 10_000 },
};

/** How much of a paged list is sent. */
export const pageLimit: ParameterSpec = {
  name: 'limit',
  description: 'Most features in the answer; above 10000 it is 10000',
  schema: { type: 'integer', minimum: 1, default: 10 },
};

/** Where a page of a list begins; links to the next page have it. */
export const pageOffset: ParameterSpec = {
  name: 'offset',
  description: 'How many features come before',
  schema: { type: 'integer', minimum: 0, default: 0 },
};

/** Which features of an answer are sent as GeoJSON; other forms are whole. */
export const dataPage: readonly ParameterSpec[] = [
  {
    name: 'limit',
    description:
      'Most features in an answer as GeoJSON, which then says where the next are; above 10000 it is 10000. Absent: all of them. Other forms are whole',
    schema: { type: 'integer', minimum: 1 },
  },
  { ...pageOffset, description: 'How many features of an answer as GeoJSON come before' },
];

/** Form of a list of features. */
export const featureFormat: ParameterSpec = {
  ...dataFormat,
  schema: { type: 'string', enum: ['GeoJSON', 'json', 'html'] },
};

/** Form of an item: a feature, or its data in any form that is not GeoJSON. */
export const itemFormat: ParameterSpec = {
  ...dataFormat,
  description: 'GeoJSON: the feature; else the form of its data. It beats the Accept header',
};

/** How many samples answer instead of the cells of the data. */
export const resolutions: readonly ParameterSpec[] = [
  [
    'x',
    'Samples along x, evenly spaced from one end of what is asked for to the other; 0: the columns of the data',
  ],
  [
    'y',
    'Samples along y, evenly spaced from one end of what is asked for to the other; 0: the rows of the data',
  ],
  ['z', 'How many of the levels asked for, evenly by their order; 0: all of them'],
].map(([axis, description]) => ({
  name: `resolution-${axis}`,
  description: description!,
  schema: { type: 'integer', minimum: 0, maximum: maxResolution, default: 0 },
}));

/** Where a point is. */
export const longitude: ParameterSpec = {
  name: 'lon',
  description: 'Longitude in degrees',
  isRequired: true,
  schema: { type: 'number' },
};

/** Where a point is. */
export const latitude: ParameterSpec = {
  name: 'lat',
  description: 'Latitude in degrees',
  isRequired: true,
  schema: { type: 'number', minimum: -90, maximum: 90 },
};

/** Tile index of a key. */
export const tileTime: ParameterSpec = {
  name: 't',
  description: 'Which tile along time, counted from 0',
  schema: { type: 'integer', minimum: 0, default: 0 },
};

/** Tile index of a key. */
export const tileLevel: ParameterSpec = {
  name: 'z',
  description: 'Which tile along the levels, counted from 0',
  schema: { type: 'integer', minimum: 0, default: 0 },
};

/** Form of one stored tile. */
export const tileFormat: ParameterSpec = {
  name: 'f',
  description: 'bin: little-endian cells; json: numbers',
  schema: { type: 'string', enum: ['bin', 'json'] },
};
