import { haversineMetres } from '../edr/haversine.js';
import { along, nearestFinderOf } from '../edr/path-oracle.js';
import { type SourceField, turnsApart } from './source-field.js';

const TURN = 360;
/** Places looked at along a line, for each of its stretches. */
const STEPS = 20_000;

export type LonLat = readonly [lon: number, lat: number];
export type Box = readonly [west: number, south: number, east: number, north: number];

/** A cell and how much of a value it gives. */
export interface Share {
  readonly col: number;
  readonly row: number;
  readonly weight: number;
}

/** What an answer has one value for: the cells it comes from, and where the answer says it is. */
export interface ExpectedPlace {
  readonly shares: readonly Share[];
  /** A cell of a grid, the centre of the cell that holds a point, or the point itself. */
  readonly at: 'cell' | 'centre' | LonLat;
  /** The index on each axis of which it has one value only. */
  readonly only?: Readonly<Record<string, number>>;
}

/** The cell whose centre is nearest, by a look at all of them. */
export function holding(field: SourceField, [lon, lat]: LonLat): { col: number; row: number } {
  const isPlane = field.lonLat(0, 0)[0] !== field.xs[0];
  const away = isPlane
    ? (col: number, row: number) => haversineMetres(field.lonLat(col, row), [lon, lat])
    : (col: number, row: number) => turnsApart(field.xs[col]!, lon) + Math.abs(field.ys[row]! - lat);
  let best = { col: 0, row: 0, away: Number.POSITIVE_INFINITY };
  for (let row = 0; row < field.ys.length; row++) {
    for (let col = 0; col < field.xs.length; col++) {
      const here = away(col, row);
      if (here < best.away) best = { col, row, away: here };
    }
  }
  return { col: best.col, row: best.row };
}

/** The cells whose centre is such a place. */
export function cellsWhere(field: SourceField, test: (centre: LonLat) => boolean): ExpectedPlace[] {
  return field.ys.flatMap((_, row) =>
    field.xs.flatMap((_, col): ExpectedPlace[] =>
      test(field.lonLat(col, row)) ? [{ shares: [{ col, row, weight: 1 }], at: 'cell' }] : [],
    ),
  );
}

/** In a box, its edges included, longitudes modulo 360. */
export function isInBox([west, south, east, north]: Box): (place: LonLat) => boolean {
  const width = east < west ? east + TURN - west : east - west;
  return ([lon, lat]) => lat >= south && lat <= north && (((lon - west) % TURN) + TURN) % TURN <= width;
}

/** In a polygon by the even-odd rule, or on an edge of it; its longitudes are continuous. */
export function isInPolygon(rings: readonly (readonly LonLat[])[]): (place: LonLat) => boolean {
  const edges = rings.flatMap((ring) => ring.slice(1).map((end, i) => [...ring[i]!, ...end] as const));
  const isInside = (lon: number, lat: number) => {
    let crossings = 0;
    for (const [x1, y1, x2, y2] of edges) {
      if (y1 > lat !== y2 > lat && lon < x1 + ((x2 - x1) * (lat - y1)) / (y2 - y1)) crossings++;
    }
    return crossings % 2 === 1;
  };
  const isOnEdge = (lon: number, lat: number) =>
    edges.some(([x1, y1, x2, y2]) => {
      const detour =
        Math.hypot(lon - x1, lat - y1) + Math.hypot(lon - x2, lat - y2) - Math.hypot(x2 - x1, y2 - y1);
      return detour < 1e-12;
    });
  const xs = edges.map(([x]) => x);
  const [west, east] = [Math.min(...xs), Math.max(...xs)];
  return ([lon, lat]) =>
    [-2, -1, 0, 1, 2]
      .map((turn) => lon + turn * TURN)
      .filter((turned) => turned >= west && turned <= east)
      .some((turned) => isInside(turned, lat) || isOnEdge(turned, lat));
}

/** At most this far from a place. */
export function isWithin(centre: LonLat, metres: number): (place: LonLat) => boolean {
  return (place) => haversineMetres(centre, place) <= metres;
}

/** At most this far from a line of great circles. */
export function isAlong(line: readonly LonLat[], metres: number): (place: LonLat) => boolean {
  const stretches = stretchesOf(line).map(([a, b]) => ({
    start: [a.x, a.y] as const,
    reach: haversineMetres([a.x, a.y], [b.x, b.y]) + metres,
    nearest: nearestFinderOf(a, b),
  }));
  return ([lon, lat]) =>
    stretches.some(({ start, reach, nearest }) => {
      if (haversineMetres(start, [lon, lat]) > reach) return false;
      return (nearest([lon, lat], metres)?.metres ?? Number.POSITIVE_INFINITY) <= metres;
    });
}

/** In a cell that a line of great circles goes through, by many places of it. Only for grids of longitudes and latitudes. */
export function isCrossed(field: SourceField, line: readonly LonLat[]): (place: LonLat) => boolean {
  const cells = new Set<string>();
  const [findCol, findRow] = [
    nearestOf(field.xs, turnsApart),
    nearestOf(field.ys, (a, b) => Math.abs(a - b)),
  ];
  for (const [a, b] of stretchesOf(line)) {
    for (let i = 0; i <= STEPS; i++) {
      const [lon, lat] = along(a, b, i / STEPS);
      cells.add(`${field.xs[findCol(lon)]} ${field.ys[findRow(lat)]}`);
    }
  }
  return ([lon, lat]) => cells.has(`${lon} ${lat}`);
}

/** The centres around a place, weighted by one minus the distance in steps along either axis. */
export function around(field: SourceField, [lon, lat]: LonLat): Share[] {
  const { col, row } = holding(field, [lon, lat]);
  const isGlobal = field.xs.length * Math.abs(field.xs[1]! - field.xs[0]!) > TURN - 1e-6;
  const cols = between(field.xs, { at: col, apart: (value) => signedTurn(lon - value), isGlobal });
  const rows = between(field.ys, { at: row, apart: (value) => lat - value, isGlobal: false });
  return rows.flatMap((y) => cols.map((x) => ({ col: x.index, row: y.index, weight: x.weight * y.weight })));
}

function between(
  values: readonly number[],
  { at, apart, isGlobal }: { at: number; apart: (value: number) => number; isGlobal: boolean },
): { index: number; weight: number }[] {
  const neighbours = [at - 1, at + 1].flatMap((index) => {
    if (isGlobal) return [(index + values.length) % values.length];
    return index >= 0 && index < values.length ? [index] : [];
  });
  const away = apart(values[at]!);
  // The neighbour on the other side of the place.
  const other = neighbours.find((index) => apart(values[index]!) * away < 0);
  if (other === undefined) return [{ index: at, weight: 1 }];
  const [here, there] = [Math.abs(away), Math.abs(apart(values[other]!))];
  return [
    { index: at, weight: there / (here + there) },
    { index: other, weight: here / (here + there) },
  ];
}

function signedTurn(degrees: number): number {
  return degrees - TURN * Math.round(degrees / TURN);
}

/** The nearest of some values; a place still near to the last one found is taken to be its own without a look around. */
function nearestOf(values: readonly number[], apart: (a: number, b: number) => number) {
  const step = apart(values[0]!, values[1]!);
  let last = 0;
  return (wanted: number) => {
    if (apart(values[last]!, wanted) > 0.45 * step) {
      last = values.reduce(
        (best, value, i) => (apart(value, wanted) < apart(values[best]!, wanted) ? i : best),
        0,
      );
    }
    return last;
  };
}

function stretchesOf(line: readonly LonLat[]) {
  const vertices = line.map(([x, y]) => ({ x, y }));
  return vertices.slice(1).map((end, i) => [vertices[i]!, end] as const);
}
