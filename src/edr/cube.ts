import { InvalidArgumentError } from '../errors/index.js';
import { planCells } from './aggregation/aggregate.js';
import { boxOutline } from './aggregation/zone.js';
import type { EdrPlan } from './answer-plan.js';
import { boxWindow, parseBbox } from './box.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import type { LonLatBounds } from './projected-window.js';
import { parseQueryCrs } from './query-crs.js';

const TURN = 360;

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
  const choices = chooseAxes(grid, { ...request, ...(request.z === undefined && z) });
  const groups = groupParameters(parameters, request.parameterNames);
  const window = boxWindow(grid, bounds, crs);
  const zones = () => [{ window, outline: boxOutline(continuous(bounds)), crs: crs.crs }];
  return planCells(layer, request, { window, zones, groups, choices, crs });
}

/** The same box, its east past its west. */
function continuous(bounds: LonLatBounds): LonLatBounds {
  return bounds.east < bounds.west ? { ...bounds, east: bounds.east + TURN } : bounds;
}
