import {
  columnFinder,
  coordinateAt,
  type Grid,
  isGlobal,
  rowFinder,
  selectNearest,
  spanIndexes,
} from '../grid/index.js';
import { checkPosition } from './coordinate-limits.js';
import { linearWeights } from './linear-weights.js';
import type { QueryCrs } from './query-crs.js';
import type { Cell, Corner, Site } from './site.js';
import { stateLongitude } from './state-longitude.js';
import type { Position } from './wkt.js';

const TURN = 360;

/** How positions become sites. */
export interface SiteOptions {
  readonly crs: QueryCrs;
  /** True when Z of the positions counts for nothing. */
  readonly hasLevels: boolean;
  /**
   * `cell`: the cell that holds a position, and said to be at its centre. `vertex`: the same cell, but where it was
   * asked for. `linear`: there too, between the centres around it.
   */
  readonly sampling: 'cell' | 'vertex' | 'linear';
}

/** Finds the sites of many positions: what the axes decide is worked out once. */
export function siteFinder(
  grid: Grid,
  { crs, hasLevels, sampling }: SiteOptions,
): (position: Position) => Site {
  const findCell = cellFinder(grid, crs);
  const findBlend = blendFinder(grid);
  return ({ x, y, z }) => {
    checkPosition({ x, y }, crs, 'coords');
    const { layerX, layerY, col, row } = findCell(x, y);
    const level = hasLevels || z === undefined || grid.z === undefined ? {} : { level: siteLevel(grid.z, z) };
    const state = (longitude: number) => (crs.isGeographic ? stateLongitude(longitude) : longitude);
    if (col === undefined || row === undefined) {
      return { x: sampling === 'cell' ? x : state(x), y, ...level };
    }
    const cell = { col, row };
    if (sampling === 'vertex') return { x: state(x), y, cell, ...level };
    if (sampling === 'linear') {
      return { x: state(x), y, cell, blend: findBlend(layerX, layerY, cell), ...level };
    }
    const [centreX, centreY] = crs.fromLayer(coordinateAt(grid.x, col), coordinateAt(grid.y, row));
    // The centre of a cell at a pole is nowhere in Mercator.
    const isStated = Number.isFinite(centreX) && Number.isFinite(centreY);
    return isStated ? { x: state(centreX), y: centreY, cell, ...level } : { x, y, cell, ...level };
  };
}

/** Finds the cell that holds a position of a query, and where that is in the layer's coordinates. */
export function cellFinder(
  grid: Grid,
  crs: QueryCrs,
): (x: number, y: number) => Partial<Cell> & { readonly layerX: number; readonly layerY: number } {
  const findColumn = columnFinder(grid.x, grid.crs);
  const findRow = rowFinder(grid.y, grid.crs);
  return (x, y) => {
    // proj4 folds longitudes by one turn only.
    const [layerX, layerY] = crs.toLayer(crs.isProjecting && crs.isGeographic ? stateLongitude(x) : x, y);
    if (!Number.isFinite(layerX) || !Number.isFinite(layerY)) return { layerX, layerY };
    const col = findColumn(layerX);
    const row = findRow(layerY);
    return { layerX, layerY, ...(col !== undefined && { col }), ...(row !== undefined && { row }) };
  };
}

function blendFinder(grid: Grid): (x: number, y: number, cell: Cell) => readonly Corner[] {
  const isGeographic = grid.crs.kind === 'geographic';
  const isCyclic = isGeographic && isGlobal(grid.x);
  return (longitude, y, { col, row }) => {
    // -117 lies beside a column at 242.5, also where the columns do not go round the globe.
    const x = isGeographic ? beside(coordinateAt(grid.x, col), longitude) : longitude;
    const rows = linearWeights(grid.y, { value: y, index: row, isCyclic: false });
    const cols = linearWeights(grid.x, { value: x, index: col, isCyclic });
    return rows.flatMap((one) =>
      cols.map((other) => ({
        cell: { col: other.index, row: one.index },
        weight: one.weight * other.weight,
      })),
    );
  };
}

/** A longitude on the turn of the globe that a column is on. */
function beside(centre: number, longitude: number): number {
  return longitude - TURN * Math.round((longitude - centre) / TURN);
}

function siteLevel(axis: NonNullable<Grid['z']>, value: number): NonNullable<Site['level']> {
  const selection = selectNearest(axis, value);
  return selection === undefined ? { value } : { value, index: [...spanIndexes(selection)][0]! };
}
