import { InvalidArgumentError } from '../errors/index.js';
import type { EdrPlan } from './answer-plan.js';
import { boxWindow, parseBbox } from './box.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { planGrid } from './grid-answer.js';
import { parseQueryCrs } from './query-crs.js';

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
  return planGrid(layer, boxWindow(grid, bounds, crs), { groups, choices, crs });
}
