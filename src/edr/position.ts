import { InvalidArgumentError } from '../errors/index.js';
import { planAggregatedSites } from './aggregation/aggregated-sites.js';
import { axesOfLayer, parseAggregation, placeAxes, requireAxes } from './aggregation/aggregation-text.js';
import type { EdrPlan } from './answer-plan.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import { shorten } from './number-text.js';
import { planSites } from './position-answer.js';
import { parseQueryCrs } from './query-crs.js';
import { siteFinder } from './site-finder.js';
import { parseWkt } from './wkt.js';

/**
 * Values at a POINT or the points of a MULTIPOINT. A Z in the coordinates chooses the nearest level unless `z` does.
 * Outside the layer a POINT has no data, and points of a MULTIPOINT are null.
 *
 * By `method` nearest, which goes without saying, values are those of the cells that hold the points, and the answer
 * is at their centres. By linear they are between the four centres around each point, in the layer's own
 * coordinates, and the answer is at the points: null as soon as one of the cells that count has no data, and at
 * the edge of the layer, up to half a cell beyond the outermost centres, those of the outermost cells.
 *
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
  const sampling = parseMethod(request.method) === 'linear' ? 'linear' : 'cell';
  const { hasLevels } = choices;
  const sites = geometry.positions.map(siteFinder(grid, { crs, hasLevels, sampling }));
  if (sites.every(({ cell }) => cell === undefined)) return { kind: 'no-data' };
  const asked = { sites, isMany: geometry.kind === 'MULTIPOINT', groups, choices, crs };
  if (request.aggregation === undefined) return planSites(layer, asked);
  const aggregation = parseAggregation(request.aggregation, axesOfLayer(grid, placeAxes));
  requireAxes(aggregation, groups);
  return planAggregatedSites(layer, { ...asked, aggregation });
}

/** Throws: InvalidArgumentError naming the methods. */
function parseMethod(text: string | undefined): 'nearest' | 'linear' {
  const method = text?.trim().toLowerCase() ?? 'nearest';
  if (method === 'nearest' || method === 'linear') return method;
  throw new InvalidArgumentError('method is not known here', {
    parameter: 'method',
    found: shorten(method),
    allowed: 'nearest, linear',
  });
}
