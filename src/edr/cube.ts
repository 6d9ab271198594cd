import { InvalidArgumentError } from '../errors/index.js';
import { planCells } from './aggregation/aggregate.js';
import { boxOutline } from './aggregation/zone.js';
import type { EdrPlan } from './answer-plan.js';
import { boxWindow, checkBounds, parseBbox } from './box.js';
import { cellLattice } from './cell-lattice.js';
import { chooseAxes, type EdrRequest, groupParameters, type QueryableLayer } from './edr-request.js';
import type { LonLatBounds } from './projected-window.js';
import { parseQueryCrs } from './query-crs.js';
import { parseResolution, thinLevels } from './resolution.js';
import { needsSamples, sampleGrid } from './sample-grid.js';
import { sampleLattice } from './sample-lattice.js';

const TURN = 360;

/**
 * Cells whose centre lies in `bbox` (west,south,east,north, or with the lowest level third and the highest last),
 * all edges included; west > east crosses the antimeridian. Without `z` all levels answer. With a resolution, or in a
 * CRS that has no rows and columns in common with the layer, samples of the box (`sampleGrid`).
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function planCube(layer: QueryableLayer, request: EdrRequest): EdrPlan {
  const { grid, parameters } = layer.manifest;
  if (request.bbox === undefined) throw new InvalidArgumentError('bbox is required', { parameter: 'bbox' });
  const { bounds, z } = parseBbox(request.bbox);
  const crs = parseQueryCrs(request.crs, grid);
  const resolution = parseResolution(request);
  const asked = chooseAxes(grid, { ...request, ...(request.z === undefined && z) });
  const choices = thinLevels(asked, request);
  const groups = groupParameters(parameters, request.parameterNames);
  return planCells(layer, request, {
    window: () => boxWindow(grid, bounds, crs),
    zones: () => [
      { window: boxWindow(grid, bounds, crs), outline: boxOutline(continuous(bounds)), crs: crs.crs },
    ],
    groups,
    choices,
    crs,
    cells() {
      if (needsSamples(crs, resolution)) {
        const samples = sampleGrid(grid, checkBounds(bounds, crs), { crs, resolution });
        return samples && sampleLattice(layer, { grid: samples, crs, masks: {} });
      }
      const window = boxWindow(grid, bounds, crs);
      return window && cellLattice(layer, window, crs);
    },
  });
}

/** The same box, its east past its west. */
function continuous(bounds: LonLatBounds): LonLatBounds {
  return bounds.east < bounds.west ? { ...bounds, east: bounds.east + TURN } : bounds;
}
