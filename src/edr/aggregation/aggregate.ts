import type { EdrPlan } from '../answer-plan.js';
import type { AxisChoices, EdrRequest, ParameterGroup, QueryableLayer } from '../edr-request.js';
import { planGrid } from '../grid-answer.js';
import type { GridWindow } from '../grid-window.js';
import type { QueryCrs } from '../query-crs.js';
import { planAggregatedGrid } from './aggregated-grid.js';
import { areaAxes, axesOfLayer, parseAggregation, requireAxes } from './aggregation-text.js';
import type { Zone } from './zone.js';

/** The cells of a query, and what they are when they become one value. */
export interface GridCells {
  readonly window: GridWindow | undefined;
  zones(): readonly Zone[];
}

/**
 * The answer of a query for cells of a grid: the cells, or what an `aggregation` makes of them.
 * Throws: InvalidArgumentError for an aggregation that the layer does not have.
 */
export function planCells(
  layer: QueryableLayer,
  { aggregation: text }: EdrRequest,
  asked: GridCells & {
    readonly groups: readonly ParameterGroup[];
    readonly choices: AxisChoices;
    readonly crs: QueryCrs;
  },
): EdrPlan {
  if (text === undefined) return planGrid(layer, asked.window, asked);
  const aggregation = parseAggregation(text, axesOfLayer(layer.manifest.grid, areaAxes));
  requireAxes(aggregation, asked.groups);
  const isWhole = ['x', 'y'].every((axis) => aggregation.axes.includes(axis));
  return planAggregatedGrid(layer, isWhole ? asked.zones() : asked.window, { ...asked, aggregation });
}
