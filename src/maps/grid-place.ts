import { type Bbox, CRS84, cellEdges, type Grid, gridBbox, projectPoints } from '../grid/index.js';

/** Degrees; a box whose west exceeds its east crosses the antimeridian. */
export interface LonLatBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

const PROBES_PER_EDGE = 16;
/** By how much of its size the box of a projected grid is widened: its curved edges were measured at points only. */
const WIDENING = 0.02;

const places = new WeakMap<Grid, { readonly box: LonLatBox | undefined }>();

/**
 * A box that holds all of a grid. Undefined where that cannot be told: a projected grid whose edges have points that are
 * nowhere on earth.
 */
export function placeOnEarth(grid: Grid): LonLatBox | undefined {
  const known = places.get(grid);
  if (known !== undefined) return known.box;
  const box = grid.crs.kind === 'geographic' || hasEdgesOnEarth(grid) ? boxOf(grid) : undefined;
  places.set(grid, { box });
  return box;
}

/** True when two boxes have a point in common. */
export function touches(a: LonLatBox, b: LonLatBox): boolean {
  if (a.south > b.north || b.south > a.north) return false;
  return eastOf(a.west, b.west) <= widthOf(a) || eastOf(b.west, a.west) <= widthOf(b);
}

/** True when all of `inner` lies in `outer`. */
export function holds(outer: LonLatBox, inner: LonLatBox): boolean {
  if (inner.south < outer.south || inner.north > outer.north) return false;
  return widthOf(outer) === 360 || eastOf(outer.west, inner.west) + widthOf(inner) <= widthOf(outer);
}

function boxOf(grid: Grid): LonLatBox {
  const bbox = gridBbox(grid);
  return grid.crs.kind === 'geographic' ? toBox(bbox) : widened(toBox(bbox));
}

function toBox([west, south, east, north]: Bbox): LonLatBox {
  return { west, south, east, north };
}

function widened(box: LonLatBox): LonLatBox {
  const { west, south, east, north } = box;
  const height = (north - south) * WIDENING;
  const width = widthOf(box) * WIDENING;
  const latitudes = { south: south - height, north: north + height };
  if (widthOf(box) + 2 * width >= 360) return { west: -180, east: 180, ...latitudes };
  return { west: west - width, east: east + width, ...latitudes };
}

function hasEdgesOnEarth(grid: Grid): boolean {
  const toLonLat = projectPoints(grid.crs, CRS84);
  const [x, y] = [cellEdges(grid.x), cellEdges(grid.y)];
  for (let k = 0; k <= PROBES_PER_EDGE; k++) {
    const alongX = x.low + (k / PROBES_PER_EDGE) * (x.high - x.low);
    const alongY = y.low + (k / PROBES_PER_EDGE) * (y.high - y.low);
    const probes = [
      toLonLat(alongX, y.low),
      toLonLat(alongX, y.high),
      toLonLat(x.low, alongY),
      toLonLat(x.high, alongY),
    ];
    if (!probes.every(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat))) return false;
  }
  return true;
}

/** Degrees from one longitude east to another, 0 to 360. */
function eastOf(from: number, to: number): number {
  return (((to - from) % 360) + 360) % 360;
}

function widthOf({ west, east }: LonLatBox): number {
  return west < east && east - west >= 360 ? 360 : eastOf(west, east);
}
