import { InvalidArgumentError } from '../errors/index.js';
import {
  columnFinder,
  coordinateAt,
  type Grid,
  rowFinder,
  selectNearest,
  spanIndexes,
} from '../grid/index.js';
import type { EdrPlan } from './answer-plan.js';
import { checkPosition } from './coordinate-limits.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { planSites } from './position-answer.js';
import { parseQueryCrs, type QueryCrs } from './query-crs.js';
import type { Site } from './site.js';
import { stateLongitude } from './state-longitude.js';
import { type Position, parseWkt } from './wkt.js';

/**
 * Values of the cells that hold a POINT or the points of a MULTIPOINT. A Z in the coordinates chooses the nearest
 * level unless `z` does. Outside the layer a POINT has no data, and points of a MULTIPOINT are null.
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planPosition(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  if (request.coords === undefined)
    throw new InvalidArgumentError('coords is required', { parameter: 'coords' });
  const geometry = parseWkt(request.coords, ['POINT', 'MULTIPOINT']);
  if (geometry.kind !== 'POINT' && geometry.kind !== 'MULTIPOINT') return { kind: 'no-data' };
  const crs = parseQueryCrs(request.crs, grid);
  const choices = chooseAxes(grid, request);
  const groups = groupParameters(parameters, request.parameterNames);
  const sites = geometry.positions.map(siteFinder(grid, { crs, hasLevels: choices.hasLevels }));
  if (sites.every(({ cell }) => cell === undefined)) return { kind: 'no-data' };
  return planSites(layer, { sites, isMany: geometry.kind === 'MULTIPOINT', groups, choices, crs });
}

/** Finds the sites of many positions: what the axes decide is worked out once. */
function siteFinder(
  grid: Grid,
  { crs, hasLevels }: { readonly crs: QueryCrs; readonly hasLevels: boolean },
): (position: Position) => Site {
  const findColumn = columnFinder(grid.x, grid.crs);
  const findRow = rowFinder(grid.y, grid.crs);
  return ({ x, y, z }) => {
    checkPosition({ x, y }, crs, 'coords');
    // proj4 folds longitudes by one turn only.
    const [layerX, layerY] = crs.toLayer(crs.isProjecting ? stateLongitude(x) : x, y);
    const isPlace = Number.isFinite(layerX) && Number.isFinite(layerY);
    const col = isPlace ? findColumn(layerX) : undefined;
    const row = isPlace ? findRow(layerY) : undefined;
    const level = hasLevels || z === undefined || grid.z === undefined ? {} : { level: siteLevel(grid.z, z) };
    if (col === undefined || row === undefined) return { x, y, ...level };
    const [centreX, centreY] = crs.fromLayer(coordinateAt(grid.x, col), coordinateAt(grid.y, row));
    const longitude = crs.isGeographic ? stateLongitude(centreX) : centreX;
    return { x: longitude, y: centreY, cell: { col, row }, ...level };
  };
}

function siteLevel(axis: NonNullable<Grid['z']>, value: number): NonNullable<Site['level']> {
  const selection = selectNearest(axis, value);
  return selection === undefined ? { value } : { value, index: [...spanIndexes(selection)][0]! };
}
