import {
  type Axis,
  axisLength,
  CRS84,
  cellEdges,
  coordinateAt,
  type Grid,
  projectPoints,
  type TileShape,
  tileCount,
} from '../grid/index.js';
import { type PixelWorld, pixelLatitude } from './pixel-frame.js';

/** While the tiles of a zoom need no more native tiles than this, they show native cells. */
const maxNativeTiles = 16;
/** Beyond this level native cells are so many that they are not worth counting. */
const maxExactLevel = 4;
/** Places along each axis of a grid that are looked at for the one nearest to the equator. */
const PROBES = 9;
/** Mercator's pixels shrink without end towards the poles. */
const MAX_LATITUDE = 80;

/** What of a layer decides the level. */
interface LayerShape {
  readonly grid: Grid;
  readonly levels: number;
  readonly tileShape: Pick<TileShape, 'row' | 'col'>;
}

/**
 * The level that all tiles of a zoom show, so that neighbours agree: native cells while a tile needs few of them, else the
 * coarsest level whose cells are not larger than pixels where pixels are largest, which is the part of the grid
 * nearest to the equator.
 */
export function levelOfZoom({ grid, levels, tileShape }: LayerShape, world: PixelWorld): number {
  if (levels === 1) return 0;
  const size = pixelSize(grid, world);
  const steps = { x: stepOf(grid.x), y: stepOf(grid.y) };
  const cells = cellsIn(size, steps);
  const fitting = cells > 1 ? Math.min(levels - 1, Math.floor(Math.log2(cells))) : 0;
  if (fitting === 0 || fitting > maxExactLevel) return fitting;
  const side = world.tilePixels * Math.max(size.width, size.height);
  const along = (axis: Axis, step: number, tileLength: number) =>
    Math.min(tileCount(axisLength(axis), tileLength), Math.ceil(side / step / tileLength) + 1);
  const nativeTiles = along(grid.x, steps.x, tileShape.col) * along(grid.y, steps.y, tileShape.row);
  return nativeTiles <= maxNativeTiles ? 0 : fitting;
}

/** Native cells along a pixel where pixels are largest, along the axis that has fewer; below 1 where cells are larger. */
export function cellsInPixel(grid: Grid, world: PixelWorld): number {
  return cellsIn(pixelSize(grid, world), { x: stepOf(grid.x), y: stepOf(grid.y) });
}

function cellsIn(
  { width, height }: ReturnType<typeof pixelSize>,
  steps: { readonly x: number; readonly y: number },
): number {
  return Math.min(width, height) / Math.max(steps.x, steps.y);
}

/**
 * Native cells along each axis that a pixel covers where pixels are largest, in either direction. Undefined where the projection
 * has no answer.
 */
export function cellsPerPixel(
  grid: Grid,
  world: PixelWorld,
): { readonly x: number; readonly y: number } | undefined {
  const { width, height } = pixelSize(grid, world);
  const size = Math.max(width, height);
  if (size === 0) return undefined;
  return { x: cellsAlong(size, stepOf(grid.x)), y: cellsAlong(size, stepOf(grid.y)) };
}

function cellsAlong(size: number, step: number): number {
  return step === 0 ? 1 : size / step;
}

/** A pixel's extent in the units of the grid's axes, at the place nearest to the equator; a projection may turn it by any angle. */
function pixelSize(grid: Grid, world: PixelWorld): { readonly width: number; readonly height: number } {
  const [lon, latitude] = placeNearEquator(grid);
  const y = rowOfLatitude(world, latitude);
  const lat = pixelLatitude(world, y);
  const project =
    grid.crs.kind === 'geographic' ? (x: number, y: number) => [x, y] : projectPoints(CRS84, grid.crs);
  const [x0, y0] = project(lon, lat);
  const [x1, y1] = project(lon + 360 / world.width, lat);
  const [x2, y2] = project(lon, pixelLatitude(world, y + 1));
  const width = Math.hypot(x1! - x0!, y1! - y0!);
  const height = Math.hypot(x2! - x0!, y2! - y0!);
  // Where the projection has no answer, native cells are the ones that cannot be wrong.
  return Number.isFinite(width + height) ? { width, height } : { width: 0, height: 0 };
}

const placesNearEquator = new WeakMap<Grid, readonly [lon: number, lat: number]>();

function placeNearEquator(grid: Grid): readonly [lon: number, lat: number] {
  const known = placesNearEquator.get(grid);
  if (known !== undefined) return known;
  const toLonLat =
    grid.crs.kind === 'geographic'
      ? (x: number, y: number): [number, number] => [x, y]
      : projectPoints(grid.crs, CRS84);
  const places = probesOf(grid.x).flatMap((x) => probesOf(grid.y).map((y) => toLonLat(x, y)));
  const onEarth = places.filter(([lon, lat]) => Number.isFinite(lon) && Number.isFinite(lat));
  const nearest = onEarth.reduce(
    (best, one) => (Math.abs(one[1]) < Math.abs(best[1]) ? one : best),
    [Number.NaN, Number.POSITIVE_INFINITY],
  );
  const place = [nearest[0], Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, nearest[1]))] as const;
  placesNearEquator.set(grid, place);
  return place;
}

function probesOf(axis: Axis): number[] {
  const { low, high } = cellEdges(axis);
  return Array.from({ length: PROBES }, (_, k) => low + ((high - low) * k) / (PROBES - 1));
}

/** Pixels from the north of the world to a latitude; rows go south, latitudes down. */
function rowOfLatitude(world: PixelWorld, latitude: number): number {
  let [north, south] = [0, world.height];
  while (south - north > 0.5) {
    const middle = (north + south) / 2;
    if (pixelLatitude(world, middle) > latitude) north = middle;
    else south = middle;
  }
  return north;
}

function stepOf(axis: Axis): number {
  const last = axisLength(axis) - 1;
  return last === 0 ? 0 : Math.abs(coordinateAt(axis, last) - coordinateAt(axis, 0)) / last;
}
