import { InvalidArgumentError } from '../errors/index.js';
import { type Grid, selectInterval, selectLongitudes } from '../grid/index.js';
import { planCells } from './aggregation/aggregate.js';
import { polygonOutline, type Zone } from './aggregation/zone.js';
import type { EdrPlan } from './answer-plan.js';
import { axesWindow } from './axes-window.js';
import { cellLattice } from './cell-lattice.js';
import { maskPoints, maskPolygons } from './cell-mask.js';
import { checkPosition } from './coordinate-limits.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import type { GridWindow } from './grid-window.js';
import type { LatticeMasks } from './lattice.js';
import { levelsNamed } from './level-filter.js';
import { otherWindow } from './other-window.js';
import { crossRow, edgesOf, type PolygonEdges } from './polygon-edges.js';
import type { LonLatBounds } from './projected-window.js';
import { parseQueryCrs, type QueryCrs } from './query-crs.js';
import { parseResolution, thinLevels } from './resolution.js';
import { needsSamples, sampleGrid } from './sample-grid.js';
import { sampleLattice } from './sample-lattice.js';
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
  const crs = parseQueryCrs(request.crs, grid);
  const { polygons, levels } = readPolygons(request.coords, crs);
  const resolution = parseResolution(request);
  const asked = chooseAxes(grid, {
    ...request,
    ...(request.z === undefined && levels),
  });
  const choices = thinLevels(asked, request);
  const groups = groupParameters(parameters, request.parameterNames);
  return planCells(layer, request, {
    window: () => areaWindow(grid, polygons, crs),
    zones: () => polygons.map((polygon) => zoneOf(grid, polygon, crs)),
    groups,
    choices,
    crs,
    cells() {
      if (needsSamples(crs, resolution)) {
        const samples = sampleGrid(grid, windowOf(polygons, crs), { crs, resolution });
        const masks = polygonsMask(polygons.map(edgesOf), crs);
        return samples && sampleLattice(layer, { grid: samples, crs, masks });
      }
      const window = areaWindow(grid, polygons, crs);
      return window && cellLattice(layer, window, crs);
    },
  });
}

/**
 * The polygons of a POLYGON or MULTIPOLYGON, longitudes continuous, and the levels that their Z name.
 * Throws: InvalidArgumentError.
 */
export function readPolygons(
  coords: string,
  crs: QueryCrs,
): { readonly polygons: readonly Polygon[]; readonly levels: { readonly z?: string } } {
  const geometry = parseWkt(coords, ['POLYGON', 'MULTIPOLYGON']);
  const read = geometry.kind === 'POLYGON' || geometry.kind === 'MULTIPOLYGON' ? geometry.polygons : [];
  const positions = read.flat(2);
  for (const position of positions) checkPosition(position, crs, 'coords');
  const polygons = crs.isGeographic ? unwrapPolygons(read) : read;
  return { polygons, levels: levelsNamed(positions) };
}

/** The polygons' bounding box; once around the world for one that is wider. */
function windowOf(polygons: readonly Polygon[], { isGeographic }: QueryCrs): LonLatBounds {
  const bounds = boundsOf(polygons);
  const isWorld = isGeographic && bounds.east - bounds.west >= TURN;
  return isWorld ? { ...bounds, west: -TURN / 2, east: TURN / 2 } : bounds;
}

function polygonsMask(edges: readonly PolygonEdges[], { isGeographic }: QueryCrs): LatticeMasks {
  return {
    mask: (centres, signal) =>
      maskPolygons(centres, edges, { isCyclic: isGeographic, ...(signal && { signal }) }),
  };
}

function zoneOf(grid: Grid, polygon: Polygon, crs: QueryCrs): Zone {
  return { window: areaWindow(grid, [polygon], crs), outline: polygonOutline(polygon), crs: crs.crs };
}

/** Cells whose centre is inside one of the polygons; undefined when there are none in their box. */
export function areaWindow(grid: Grid, polygons: readonly Polygon[], crs: QueryCrs): GridWindow | undefined {
  const bounds = windowOf(polygons, crs);
  const edges = polygons.map(edgesOf);
  if (crs.isProjecting) {
    const axes = crs.isAsked ? crs.axes?.toLayer : undefined;
    const window = axes ? axesWindow(grid, bounds, axes) : otherWindow(grid, bounds, crs);
    const test = queryTest(edges, crs);
    return window && { ...window, mask: (centres, signal) => maskPoints(centres, test, signal) };
  }
  const x = selectColumns(grid, bounds.west, bounds.east);
  const y = selectInterval(grid.y, bounds.south, bounds.north);
  if (x === undefined || y === undefined) return undefined;
  return { x, y, ...polygonsMask(edges, crs) };
}

function selectColumns(grid: Grid, west: number, east: number): ReturnType<typeof selectLongitudes> {
  if (grid.crs.kind === 'projected') return selectInterval(grid.x, west, east);
  return selectLongitudes(grid.x, grid.crs, west, east);
}

/** Tests centres of the layer in the coordinates of the query, whose x is read modulo a turn of the globe where it has one. */
function queryTest(polygons: readonly PolygonEdges[], crs: QueryCrs): Parameters<typeof maskPoints>[1] {
  const turn = crs.axes?.fromLayer.turn ?? (crs.isGeographic ? TURN : undefined);
  return {
    steps: polygons.reduce((total, edges) => total + edges.length / 4, 1),
    contains(x, y) {
      const [askedX, askedY] = crs.fromLayer(x, y);
      return polygons.some((edges) => {
        const spans = crossRow(edges, askedY);
        return spans.some((from, i) => i % 2 === 0 && meetsModulo(askedX, { from, to: spans[i + 1]!, turn }));
      });
    },
  };
}

function meetsModulo(
  x: number,
  { from, to, turn }: { readonly from: number; readonly to: number; readonly turn: number | undefined },
): boolean {
  if (turn === undefined) return x >= from && x <= to;
  return x + Math.ceil((from - x) / turn) * turn <= to;
}

/** West, south, east and north of polygons whose longitudes are continuous. */
function boundsOf(polygons: readonly Polygon[]): LonLatBounds {
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
