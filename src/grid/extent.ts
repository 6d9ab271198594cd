import { cellEdges, rowEdges } from './cell.js';
import { CRS84 } from './crs-registry.js';
import type { Grid } from './grid.js';
import { isGlobal } from './longitude.js';
import { type ProjectPoint, projectPoints } from './projection.js';

/** Degrees in CRS84; west > east when the box crosses the antimeridian. */
export type Bbox = readonly [west: number, south: number, east: number, north: number];

const WORLD: Bbox = [-180, -90, 180, 90];
const POINTS_PER_EDGE = 128;
const CIRCLE_TOLERANCE = 1e-3;

interface Rectangle {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/**
 * Where a grid lies, by its cell edges. Longitudes are in -180..180 and latitudes within +-90; a grid that goes
 * round the globe has the whole circle. A projected grid is measured along its densified boundary, and a grid
 * whose place on earth is unknown might be anywhere.
 */
export function gridBbox(grid: Grid): Bbox {
  const x = cellEdges(grid.x);
  const y = rowEdges(grid.y, grid.crs);
  if (grid.crs.kind === 'projected') {
    return projectedBbox({ west: x.low, south: y.low, east: x.high, north: y.high }, grid);
  }
  const isWhole = isGlobal(grid.x) || x.high - x.low >= 360 - CIRCLE_TOLERANCE;
  return boxOf(isWhole ? [-180, 180] : [x.low, x.high], [y.low, y.high]);
}

function projectedBbox(area: Rectangle, grid: Grid): Bbox {
  const toLonLat = projectPoints(grid.crs, CRS84);
  const boundary = finitePoints(boundaryOf(area), toLonLat);
  // The edges of a full disk lie outside the globe; then its inside must do.
  const line = boundary.length > 0 ? boundary : finitePoints(latticeOf(area), toLonLat);
  if (line.length === 0) return WORLD;
  const longitudes = unwrapped(line.map(([lon]) => lon));
  const latitudes = line.map(([, lat]) => lat);
  const poles = [-90, 90].filter((lat) => holdsPole(area, projectPoints(CRS84, grid.crs)(0, lat)));
  const [south, north] = bounds([...latitudes, ...poles]);
  return boxOf(poles.length > 0 ? [-180, 180] : bounds(longitudes), [south, north]);
}

function boxOf(longitudes: readonly [number, number], latitudes: readonly [number, number]): Bbox {
  const [south, north] = [tidy(latitudes[0]), tidy(latitudes[1])];
  const [low, high] = [tidy(longitudes[0]), tidy(longitudes[1])];
  if (high - low >= 360 - CIRCLE_TOLERANCE) return [-180, south, 180, north];
  const turns = Math.floor((low + 180) / 360) * 360;
  const east = tidy(high - turns);
  return [tidy(low - turns), south, east > 180 ? tidy(east - 360) : east, north];
}

function boundaryOf({ west, south, east, north }: Rectangle): [number, number][] {
  const steps = Array.from({ length: POINTS_PER_EDGE }, (_, k) => k / POINTS_PER_EDGE);
  const width = east - west;
  const height = north - south;
  return [
    ...steps.map((f): [number, number] => [west + f * width, south]),
    ...steps.map((f): [number, number] => [east, south + f * height]),
    ...steps.map((f): [number, number] => [east - f * width, north]),
    ...steps.map((f): [number, number] => [west, north - f * height]),
    [west, south],
  ];
}

/** Rows to and fro, so that neighbours in the list are neighbours on the ground. */
function latticeOf({ west, south, east, north }: Rectangle): [number, number][] {
  const steps = Array.from({ length: POINTS_PER_EDGE + 1 }, (_, k) => k / POINTS_PER_EDGE);
  return steps.flatMap((v, row) => {
    const along = row % 2 === 0 ? steps : steps.toReversed();
    return along.map((u): [number, number] => [west + u * (east - west), south + v * (north - south)]);
  });
}

function finitePoints(points: readonly [number, number][], project: ProjectPoint): [number, number][] {
  return points
    .map(([x, y]) => project(x, y))
    .filter(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat));
}

/** Longitudes along a line without jumps of a turn. */
function unwrapped(longitudes: readonly number[]): number[] {
  let last = longitudes[0]!;
  return longitudes.map((longitude) => {
    last = longitude + 360 * Math.round((last - longitude) / 360);
    return last;
  });
}

function holdsPole({ west, south, east, north }: Rectangle, [x, y]: readonly [number, number]): boolean {
  return x >= west && x <= east && y >= south && y <= north;
}

function bounds(values: readonly number[]): [number, number] {
  return values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [values[0]!, values[0]!]);
}

/** A ten-thousandth of a millimetre: rids edges of float noise. */
function tidy(degrees: number): number {
  return Math.round(degrees * 1e9) / 1e9 + 0;
}
