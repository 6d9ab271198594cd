import { type Axis, axisLength, coordinateAt, type Grid, gridBbox } from '../grid/index.js';
import type { LonLatBounds } from './projected-window.js';
import type { QueryCrs } from './query-crs.js';

const TURN = 360;
/** Places along each axis by which a layer is measured in other coordinates. */
const PLACES = 65;
/** How far a layer may reach beyond what is measured, as a part of its size. */
const MARGIN = 0.02;

/**
 * The part of a window, in the coordinates of the query, that the layer may have cells in; undefined when there is none.
 * In degrees it ends where the layer does, in other coordinates a little beyond.
 */
export function clipWindow(grid: Grid, window: LonLatBounds, crs: QueryCrs): LonLatBounds | undefined {
  return crs.isGeographic ? clipDegrees(window, gridBbox(grid)) : clipPlane(window, measure(grid, crs));
}

function clipDegrees(
  window: LonLatBounds,
  [w, s, e, n]: ReturnType<typeof gridBbox>,
): LonLatBounds | undefined {
  const south = Math.max(window.south, s);
  const north = Math.min(window.north, n);
  if (south > north) return undefined;
  const width = e < w ? e + TURN - w : e - w;
  if (width >= TURN) return { ...window, south, north };
  let [west, east] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (
    let from = w + Math.floor((window.west - w - width) / TURN) * TURN;
    from <= window.east;
    from += TURN
  ) {
    if (from + width < window.west) continue;
    west = Math.min(west, Math.max(window.west, from));
    east = Math.max(east, Math.min(window.east, from + width));
  }
  return west <= east ? { west, east, south, north } : undefined;
}

function clipPlane(window: LonLatBounds, layer: LonLatBounds | undefined): LonLatBounds | undefined {
  if (layer === undefined) return window;
  const west = Math.max(window.west, layer.west);
  const east = Math.min(window.east, layer.east);
  const south = Math.max(window.south, layer.south);
  const north = Math.min(window.north, layer.north);
  return west <= east && south <= north ? { west, south, east, north } : undefined;
}

/** Where a layer lies in the coordinates of the query; undefined when these do not reach all of it. */
function measure(grid: Grid, crs: QueryCrs): LonLatBounds | undefined {
  const bounds = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const layerY of placesOn(grid.y)) {
    for (const layerX of placesOn(grid.x)) {
      const [x, y] = crs.fromLayer(layerX, layerY);
      if (!Number.isFinite(x) || !Number.isFinite(y)) return undefined;
      bounds.west = Math.min(bounds.west, x);
      bounds.east = Math.max(bounds.east, x);
      bounds.south = Math.min(bounds.south, y);
      bounds.north = Math.max(bounds.north, y);
    }
  }
  const [width, height] = [bounds.east - bounds.west, bounds.north - bounds.south];
  const cell = 1 / Math.max(1, Math.min(axisLength(grid.x), axisLength(grid.y)) - 1);
  const margin = Math.max(MARGIN, cell);
  return {
    west: bounds.west - margin * width,
    east: bounds.east + margin * width,
    south: bounds.south - margin * height,
    north: bounds.north + margin * height,
  };
}

function placesOn(axis: Axis): number[] {
  const last = axisLength(axis) - 1;
  const count = Math.min(PLACES, last + 1);
  return Array.from({ length: count }, (_, i) =>
    coordinateAt(axis, count === 1 ? 0 : Math.round((i * last) / (count - 1))),
  );
}
