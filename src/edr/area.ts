import { InvalidArgumentError } from '../errors/index.js';
import { type Grid, selectInterval, selectLongitudes } from '../grid/index.js';
import { planCells } from './aggregation/aggregate.js';
import { polygonOutline, type Zone } from './aggregation/zone.js';
import type { EdrPlan } from './answer-plan.js';
import { maskPoints, maskPolygons } from './cell-mask.js';
import { checkPosition } from './coordinate-limits.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import type { GridWindow } from './grid-window.js';
import { levelsNamed } from './level-filter.js';
import { crossRow, edgesOf, type PolygonEdges } from './polygon-edges.js';
import { projectedWindow } from './projected-window.js';
import { parseQueryCrs, type QueryCrs } from './query-crs.js';
import { extentOf, unwrapPolygons } from './unwrap-polygons.js';
import { type Polygon, parseWkt } from './wkt.js';

const TURN = 360;

/**
 * Cells whose centre lies inside a POLYGON or MULTIPOLYGON (even-odd, edges included): a Grid over the polygon's
 * bounding box, null outside. A Z in the coordinates chooses levels unless `z` does.
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planArea(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  if (request.coords === undefined)
    throw new InvalidArgumentError('coords is required', { parameter: 'coords' });
  const geometry = parseWkt(request.coords, ['POLYGON', 'MULTIPOLYGON']);
  if (geometry.kind !== 'POLYGON' && geometry.kind !== 'MULTIPOLYGON') return { kind: 'no-data' };
  const crs = parseQueryCrs(request.crs, grid);
  for (const position of geometry.polygons.flat(2)) checkPosition(position, crs, 'coords');
  const choices = chooseAxes(grid, {
    ...request,
    ...(request.z === undefined && levelsNamed(geometry.polygons.flat(2))),
  });
  const groups = groupParameters(parameters, request.parameterNames);
  const polygons = crs.isGeographic ? unwrapPolygons(geometry.polygons) : geometry.polygons;
  return planCells(layer, request, {
    window: areaWindow(grid, polygons, crs),
    zones: () => polygons.map((polygon) => zoneOf(grid, polygon, crs)),
    groups,
    choices,
    crs,
  });
}

function zoneOf(grid: Grid, polygon: Polygon, crs: QueryCrs): Zone {
  return { window: areaWindow(grid, [polygon], crs), outline: polygonOutline(polygon), crs: crs.crs };
}

function areaWindow(grid: Grid, polygons: readonly Polygon[], crs: QueryCrs): GridWindow | undefined {
  const bounds = boundsOf(polygons);
  const edges = polygons.map(edgesOf);
  if (crs.isProjecting) {
    const window = projectedWindow(grid, bounds, crs);
    const test = lonLatTest(edges, crs);
    return window && { ...window, mask: (centres, signal) => maskPoints(centres, test, signal) };
  }
  const isWorld = crs.isGeographic && bounds.east - bounds.west >= TURN;
  const x = isWorld
    ? selectLongitudes(grid.x, grid.crs, -180, 180)
    : selectColumns(grid, bounds.west, bounds.east);
  const y = selectInterval(grid.y, bounds.south, bounds.north);
  if (x === undefined || y === undefined) return undefined;
  const isCyclic = crs.isGeographic;
  return {
    x,
    y,
    mask: (centres, signal) => maskPolygons(centres, edges, { isCyclic, ...(signal && { signal }) }),
  };
}

function selectColumns(grid: Grid, west: number, east: number): ReturnType<typeof selectLongitudes> {
  if (grid.crs.kind === 'projected') return selectInterval(grid.x, west, east);
  return selectLongitudes(grid.x, grid.crs, west, east);
}

function lonLatTest(polygons: readonly PolygonEdges[], crs: QueryCrs): Parameters<typeof maskPoints>[1] {
  return {
    steps: polygons.reduce((total, edges) => total + edges.length / 4, 1),
    contains(x, y) {
      const [longitude, latitude] = crs.fromLayer(x, y);
      return polygons.some((edges) => {
        const spans = crossRow(edges, latitude);
        return spans.some((from, i) => i % 2 === 0 && meetsModulo(longitude, from, spans[i + 1]!));
      });
    },
  };
}

function meetsModulo(longitude: number, from: number, to: number): boolean {
  return longitude + Math.ceil((from - longitude) / TURN) * TURN <= to;
}

/** West, south, east and north of polygons whose longitudes are continuous. */
function boundsOf(polygons: readonly Polygon[]): {
  west: number;
  south: number;
  east: number;
  north: number;
} {
  const bounds = {
    west: Number.POSITIVE_INFINITY,
    south: Number.POSITIVE_INFINITY,
    east: -Infinity,
    north: -Infinity,
  };
  for (const polygon of polygons) {
    const { low, high } = extentOf(polygon);
    bounds.west = Math.min(bounds.west, low);
    bounds.east = Math.max(bounds.east, high);
    for (const { y } of polygon[0]!) {
      bounds.south = Math.min(bounds.south, y);
      bounds.north = Math.max(bounds.north, y);
    }
  }
  return bounds;
}
