import { type AxisSelection, type Grid, gridBbox, selectInterval } from '../grid/index.js';
import type { QueryCrs } from './query-crs.js';

const TURN = 360;
// A box of at most 720 + 720 degrees meets the layer in at most this many turns of the globe after the first.
const TURNS = 5;
const POINTS_PER_EDGE = 128;
// A straight edge in degrees bows in the layer's plane; between two of the points it strays far less than this.
const MARGIN = 0.02;

/** Longitudes and latitudes; longitudes may be up to 720 degrees from 0, and east 1080. */
export interface LonLatBounds {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Cells of a projected grid that may lie within bounds in degrees; each cell is still to be tested. */
export function projectedWindow(
  grid: Grid,
  bounds: LonLatBounds,
  crs: QueryCrs,
): { x: AxisSelection; y: AxisSelection } | undefined {
  const shared = meet(bounds, gridBbox(grid));
  if (shared === undefined) return undefined;
  const points = boundary(shared).flatMap(([longitude, latitude]) => {
    const point = crs.toLayer(longitude, latitude);
    return point.every(Number.isFinite) ? [point] : [];
  });
  const x = widen(points.map(([easting]) => easting));
  const y = widen(points.map(([, northing]) => northing));
  const columns = selectInterval(grid.x, x.low, x.high);
  const rows = selectInterval(grid.y, y.low, y.high);
  return columns && rows && { x: columns, y: rows };
}

function meet(asked: LonLatBounds, [w, south, e, north]: readonly number[]): LonLatBounds | undefined {
  const west = w!;
  const east = e! < west ? e! + TURN : e!;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const first = Math.floor((west - asked.east) / TURN);
  for (let turn = 0; turn <= TURNS; turn++) {
    const shift = (first + turn) * TURN;
    const from = Math.max(west, asked.west + shift);
    const to = Math.min(east, asked.east + shift);
    if (from > to) continue;
    low = Math.min(low, from);
    high = Math.max(high, to);
  }
  const bounds = {
    west: low,
    east: high,
    south: Math.max(south!, asked.south),
    north: Math.min(north!, asked.north),
  };
  return bounds.west <= bounds.east && bounds.south <= bounds.north ? bounds : undefined;
}

function boundary({ west, south, east, north }: LonLatBounds): (readonly [number, number])[] {
  return Array.from({ length: POINTS_PER_EDGE + 1 }, (_, i) => i / POINTS_PER_EDGE).flatMap((part) => {
    const x = west + part * (east - west);
    const y = south + part * (north - south);
    return [[x, south] as const, [x, north] as const, [west, y] as const, [east, y] as const];
  });
}

function widen(values: readonly number[]): { low: number; high: number } {
  if (values.length === 0) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const low = Math.min(...values);
  const high = Math.max(...values);
  const margin = MARGIN * (high - low);
  return { low: low - margin, high: high + margin };
}
