import { InvalidArgumentError } from '../errors/index.js';
import { type Grid, selectInterval, selectLongitudes } from '../grid/index.js';
import type { EdrPlan } from './answer-plan.js';
import { maskPoints } from './cell-mask.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { type GridWindow, planGrid } from './grid-answer.js';
import { parseNumber, shorten } from './number-text.js';
import { type LonLatBounds, projectedWindow } from './projected-window.js';
import { parseQueryCrs, type QueryCrs } from './query-crs.js';

const TURN = 360;
const EDGE_TOLERANCE = 1e-9;

/**
 * Cells whose centre lies in `bbox` (west,south,east,north, or with the lowest level third and the highest last),
 * all edges included; west > east crosses the antimeridian. Without `z` all levels answer.
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planCube(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  if (request.bbox === undefined) throw new InvalidArgumentError('bbox is required', { parameter: 'bbox' });
  const { bounds, z } = parseBbox(request.bbox);
  const crs = parseQueryCrs(request.crs, grid);
  if (!crs.isGeographic && bounds.west > bounds.east) {
    throw new InvalidArgumentError('bbox has its west after its east', {
      parameter: 'bbox',
      found: request.bbox,
    });
  }
  const choices = chooseAxes(grid, { ...z, ...request });
  const groups = groupParameters(parameters, request.parameterNames);
  return planGrid(layer, boxWindow(grid, bounds, crs), { groups, choices, crs });
}

/** Four or six numbers. Throws: InvalidArgumentError. */
function parseBbox(text: string): { bounds: LonLatBounds; z?: { z: string } } {
  const values = text.split(',').map((part) => parseNumber(part, 'bbox'));
  if (values.length !== 4 && values.length !== 6) {
    throw new InvalidArgumentError('bbox expects 4 or 6 numbers', {
      parameter: 'bbox',
      found: shorten(text),
    });
  }
  const [west, south] = values as [number, number];
  const [east, north] = values.slice(values.length / 2) as [number, number];
  if (south > north) {
    throw new InvalidArgumentError('bbox has its south above its north', {
      parameter: 'bbox',
      found: shorten(text),
    });
  }
  const bounds = { west, south, east, north };
  return values.length === 4 ? { bounds } : { bounds, z: { z: `${values[2]}/${values[5]}` } };
}

function boxWindow(grid: Grid, bounds: LonLatBounds, crs: QueryCrs): GridWindow | undefined {
  if (!crs.isProjecting) {
    const x = selectLongitudes(grid.x, grid.crs, bounds.west, bounds.east);
    const y = selectInterval(grid.y, bounds.south, bounds.north);
    return x && y && { x, y };
  }
  const { west, south, north } = bounds;
  const east = west > bounds.east ? bounds.east + TURN : bounds.east;
  const window = projectedWindow(grid, { west, south, east, north }, crs);
  const contains = (x: number, y: number): boolean => {
    const [longitude, latitude] = crs.fromLayer(x, y);
    const first = longitude + Math.ceil((west - EDGE_TOLERANCE - longitude) / TURN) * TURN;
    return latitude >= south && latitude <= north && first <= east + EDGE_TOLERANCE;
  };
  return (
    window && { ...window, mask: (centres, signal) => maskPoints(centres, { steps: 4, contains }, signal) }
  );
}
