import type { Location } from '../../src/catalog/index.js';
import {
  around,
  cellsWhere,
  type ExpectedPlace,
  holding,
  isAlong,
  isCrossed,
  isInBox,
  isInPolygon,
  isWithin,
  type LonLat,
} from './place-oracle.js';
import type { Place } from './real-places.js';
import type { SourceField } from './source-field.js';

/** A query of a place, and what it has to answer. */
export interface Query {
  readonly name: string;
  readonly path: (place: Place, own: OwnValues) => string;
  readonly expected: (field: SourceField, place: Place, own: OwnValues) => readonly ExpectedPlace[];
  /** Not on projected grids, whose own coordinates the source alone cannot tell. */
  readonly onDegreesOnly?: boolean;
  /** The parameter that its own coordinates stand for, on layers that have such an axis. */
  readonly instead?: 'z' | 'datetime';
}

/** What vertices have of their own, one after the other. */
export type OwnValues = readonly OwnValue[];

/** A level or an instant of an axis. */
export interface OwnValue {
  readonly index: number;
  /** As coordinates have it: instants in seconds. */
  readonly value: number;
}

const pointsText = (points: readonly LonLat[]) => points.map(([lon, lat]) => `${lon}+${lat}`).join(',');
const fold = (lon: number) => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);

/** A quadrangle with a hole inside the box; around a pole a band. Longitudes are continuous. */
function polygonOf({ box: [west, south, east, north] }: Place): LonLat[][] {
  const width = east < west ? east + 360 - west : east - west;
  const at = (x: number, y: number): LonLat => [west + x * width, south + y * (north - south)];
  const hole = [at(0.41, 0.38), at(0.59, 0.41), at(0.52, 0.57), at(0.41, 0.38)];
  const outer =
    width === 360
      ? [at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)]
      : [at(0.02, 0.31), at(0.63, 0.03), at(0.97, 0.71), at(0.27, 0.96), at(0.02, 0.31)];
  return [outer, hole];
}

/** The rings as clients write them: past 180 degrees they go on at -180. */
function ringsText(rings: readonly (readonly LonLat[])[]): string {
  const isBand = rings[0]!.some(([lon], i) => Math.abs(lon - (rings[0]![i - 1]?.[0] ?? lon)) === 360);
  const text = (ring: readonly LonLat[]) =>
    pointsText(ring.map(([lon, lat]) => [isBand ? lon : fold(lon), lat]));
  return rings.map((ring) => `(${text(ring)})`).join(',');
}

/** Moments do not go back: the last value is that of all further vertices. */
const ownAt = (own: OwnValues, vertex: number): OwnValue => own[Math.min(vertex, own.length - 1)]!;
const withOwn = (points: readonly LonLat[], own: OwnValues) =>
  points.map(([lon, lat], i) => `${lon}+${lat}+${ownAt(own, i).value}`).join(',');

const middleOf = ({ line }: Place): LonLat => line[1]!;
const cellOf = (field: SourceField, place: LonLat, at: ExpectedPlace['at']): ExpectedPlace => ({
  shares: [{ ...holding(field, place), weight: 1 }],
  at,
});

export const queries: readonly Query[] = [
  {
    name: 'position',
    path: (place) => `position?coords=POINT(${middleOf(place).join('+')})`,
    expected: (field, place) => [cellOf(field, middleOf(place), 'centre')],
  },
  {
    name: 'position of several points',
    path: ({ line }) => `position?coords=MULTIPOINT(${pointsText(line)})`,
    expected: (field, { line }) => line.map((point) => cellOf(field, point, 'centre')),
  },
  {
    name: 'position by method linear',
    path: ({ line }) => `position?coords=MULTIPOINT(${pointsText(line)})&method=linear`,
    expected: (field, { line }) => line.map((at) => ({ shares: around(field, at), at })),
    onDegreesOnly: true,
  },
  {
    name: 'radius',
    path: (place) => `radius?coords=POINT(${middleOf(place).join('+')})&within=${place.km}&within-units=km`,
    expected: (field, place) => cellsWhere(field, isWithin(middleOf(place), place.km * 1000)),
  },
  {
    name: 'area',
    path: (place) => `area?coords=POLYGON(${ringsText(polygonOf(place))})`,
    expected: (field, place) => cellsWhere(field, isInPolygon(polygonOf(place))),
  },
  {
    name: 'cube',
    path: ({ box }) => `cube?bbox=${box.join()}`,
    expected: (field, { box }) => cellsWhere(field, isInBox(box)),
  },
  {
    name: 'trajectory',
    path: ({ line }) => `trajectory?coords=LINESTRING(${pointsText(line)})`,
    expected: (field, { line }) => line.map((point) => cellOf(field, point, point)),
  },
  {
    name: 'corridor',
    path: ({ line, km }) =>
      `corridor?coords=LINESTRING(${pointsText(line)})&corridor-width=${km}&width-units=km`,
    expected: (field, { line, km }) => cellsWhere(field, isAlong(line, km * 500)),
  },
  {
    name: 'a corridor as narrow as a line',
    path: ({ line }) => `corridor?coords=LINESTRING(${pointsText(line)})&corridor-width=0&width-units=km`,
    expected: (field, { line }) => cellsWhere(field, isCrossed(field, line)),
    onDegreesOnly: true,
  },
  {
    name: 'position of points with levels',
    path: ({ line }, own) => `position?coords=MULTIPOINTZ(${withOwn(line, own)})`,
    expected: (field, { line }, own) =>
      line.map((point, i) => ({ ...cellOf(field, point, 'centre'), only: { z: ownAt(own, i).index } })),
    instead: 'z',
  },
  {
    name: 'trajectory with levels',
    path: ({ line }, own) => `trajectory?coords=LINESTRINGZ(${withOwn(line, own)})`,
    expected: (field, { line }, own) =>
      line.map((point, i) => ({ ...cellOf(field, point, point), only: { z: ownAt(own, i).index } })),
    instead: 'z',
  },
  {
    name: 'trajectory with moments',
    path: ({ line }, own) => `trajectory?coords=LINESTRINGM(${withOwn(line, own)})`,
    expected: (field, { line }, own) =>
      line.map((point, i) => ({ ...cellOf(field, point, point), only: { t: ownAt(own, i).index } })),
    instead: 'datetime',
  },
  {
    name: 'corridor at a level',
    path: ({ line, km }, own) =>
      `corridor?coords=LINESTRINGZ(${withOwn(line, own.slice(0, 1))})&corridor-width=${km}&width-units=km&corridor-height=1&height-units=hPa`,
    expected: (field, { line, km }, own) =>
      cellsWhere(field, isAlong(line, km * 500)).map((place) => ({ ...place, only: { z: own[0]!.index } })),
    instead: 'z',
  },
  {
    name: 'a location that is a point',
    path: ({ id }) => `locations/${id}-middle`,
    expected: (field, place) => [cellOf(field, middleOf(place), 'centre')],
  },
  {
    name: 'several locations: a polygon and a point',
    path: ({ id }) => `locations/${id}-land,${id}-end`,
    expected: (field, place) => [
      ...cellsWhere(field, isInPolygon(polygonOf(place))),
      cellOf(field, place.line.at(-1)!, 'centre'),
    ],
  },
];

/** The named places that queries for locations ask for. */
export function locationsOf(place: Place): Location[] {
  const one = (part: string, geometry: Location['geometry']): Location => {
    const id = `${place.id}-${part}`;
    return { id, title: id, geometry };
  };
  return [
    one('middle', { type: 'Point', coordinates: middleOf(place) }),
    one('end', { type: 'Point', coordinates: place.line.at(-1)! }),
    one('land', { type: 'Polygon', coordinates: polygonOf(place) }),
  ];
}
