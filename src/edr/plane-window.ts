import {
  type AxisSelection,
  axisLength,
  type Grid,
  selectInterval,
  selectLongitudes,
} from '../grid/index.js';
import type { LonLatBounds } from './projected-window.js';
import type { QueryCrs } from './query-crs.js';

const TURN = 360;
const POLE = 90;
/** Places along each axis by which a window is measured in the layer's coordinates; a request may have thousands of windows. */
const PLACES = 17;
/** How far cells of a window may lie beyond what is measured, as a part of its size. */
const MARGIN = 0.05;

/**
 * Cells that may lie within bounds in the query's coordinates, which are those of a plane and not the layer's; each cell is still to
 * be tested. Undefined when there are none.
 */
export function planeWindow(
  grid: Grid,
  bounds: LonLatBounds,
  crs: QueryCrs,
): { x: AxisSelection; y: AxisSelection } | undefined {
  const places = placesWithin(bounds).map(([x, y]) => crs.toLayer(x, y));
  const isWhole = places.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (!isWhole) return wholeGrid(grid);
  const [x, y] =
    grid.crs.kind === 'geographic' ? degreesAround(places, poleIn(bounds, crs)) : planeAround(places);
  const columns =
    grid.crs.kind === 'geographic'
      ? selectLongitudes(grid.x, grid.crs, x.low, x.high)
      : selectInterval(grid.x, x.low, x.high);
  const rows = selectInterval(grid.y, y.low, y.high);
  return columns && rows && { x: columns, y: rows };
}

function placesWithin({ west, south, east, north }: LonLatBounds): (readonly [number, number])[] {
  const parts = Array.from({ length: PLACES }, (_, i) => i / (PLACES - 1));
  return parts.flatMap((v) =>
    parts.map((u) => [west + u * (east - west), south + v * (north - south)] as const),
  );
}

/** Where the query's system does not reach nothing is known of the window: its cells find out. */
function wholeGrid(grid: Grid): { x: AxisSelection; y: AxisSelection } {
  return { x: [{ start: 0, end: axisLength(grid.x) }], y: [{ start: 0, end: axisLength(grid.y) }] };
}

type Interval = { readonly low: number; readonly high: number };

function planeAround(places: readonly (readonly [number, number])[]): readonly [Interval, Interval] {
  return [widen(places.map(([x]) => x)), widen(places.map(([, y]) => y))];
}

/** Longitudes go on from those of the middle; around a pole they are all there are. */
function degreesAround(
  places: readonly (readonly [number, number])[],
  pole: 'north' | 'south' | undefined,
): readonly [Interval, Interval] {
  const [middle] = places[(places.length - 1) / 2]!;
  const turned = (longitude: number) =>
    middle + ((((longitude - middle + TURN / 2) % TURN) + TURN) % TURN) - TURN / 2;
  const x = widen(places.map(([longitude]) => turned(longitude)));
  const { low, high } = widen(places.map(([, latitude]) => latitude));
  return [
    pole === undefined && x.high - x.low < TURN ? x : { low: middle - TURN / 2, high: middle + TURN / 2 },
    { low: pole === 'south' ? -POLE : low, high: pole === 'north' ? POLE : high },
  ];
}

/** The pole within the bounds, or so near to them that longitudes on their edge are far apart. */
function poleIn({ west, south, east, north }: LonLatBounds, crs: QueryCrs): 'north' | 'south' | undefined {
  const [width, height] = [MARGIN * (east - west), MARGIN * (north - south)];
  const isNear = (latitude: number) => {
    const [x, y] = crs.fromLayer(0, latitude);
    return x >= west - width && x <= east + width && y >= south - height && y <= north + height;
  };
  if (isNear(POLE)) return 'north';
  return isNear(-POLE) ? 'south' : undefined;
}

function widen(values: readonly number[]): Interval {
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ) as [number, number];
  const margin = MARGIN * (high - low);
  return { low: low - margin, high: high + margin };
}
