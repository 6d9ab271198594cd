import { InvalidArgumentError } from '../../errors/index.js';
import type { EdrPlan } from '../answer-plan.js';
import type { AxisChoices, EdrRequest, ParameterGroup, QueryableLayer } from '../edr-request.js';
import { planGrid } from '../grid-answer.js';
import type { GridWindow } from '../grid-window.js';
import type { Lattice } from '../lattice.js';
import type { QueryCrs } from '../query-crs.js';
import { planAggregatedGrid } from './aggregated-grid.js';
import {
  type Aggregation,
  areaAxes,
  axesOfLayer,
  parseAggregation,
  requireAxes,
} from './aggregation-text.js';
import type { Zone } from './zone.js';

/** What a query for places of a grid may be answered with. */
export interface GridCells {
  /** The columns and rows that answer as they are: cells, or samples. */
  cells(): Lattice | undefined;
  /** The layer's cells, whatever coordinates the query speaks. */
  window(): GridWindow | undefined;
  /** What they are when they become one value. */
  zones(): readonly Zone[];
}

/**
 * The answer of a query for cells of a grid: the cells, or what an `aggregation` makes of them.
 * Throws: InvalidArgumentError for an aggregation that the layer does not have, or that goes with no other cells than its own.
 */
export function planCells(
  layer: QueryableLayer,
  request: EdrRequest,
  asked: GridCells & {
    readonly groups: readonly ParameterGroup[];
    readonly choices: AxisChoices;
    readonly crs: QueryCrs;
  },
): EdrPlan {
  if (request.aggregation === undefined) return planGrid(layer, asked.cells(), asked);
  const aggregation = parseAggregation(request.aggregation, axesOfLayer(layer.manifest.grid, areaAxes));
  requireAxes(aggregation, asked.groups);
  refuseSamples(request);
  const isWhole = ['x', 'y'].every((axis) => aggregation.axes.includes(axis));
  const places = isWhole ? asked.zones() : asked.window();
  refuseCrs(aggregation, asked.crs, Array.isArray(places) ? places[0] : undefined);
  return planAggregatedGrid(layer, places, { ...asked, aggregation });
}

/** Samples stand for no area, so that no mean of them is one of the cells. */
function refuseSamples({ resolutionX, resolutionY }: EdrRequest): void {
  for (const [parameter, text] of [
    ['resolution-x', resolutionX],
    ['resolution-y', resolutionY],
  ] as const) {
    if (text === undefined || Number(text) === 0) continue;
    throw new InvalidArgumentError(`aggregation goes over the cells as they are, not over samples`, {
      parameter,
      found: text,
      allowed: '0, the resolution of the data',
    });
  }
}

/** Results that keep x or y are at the layer's columns and rows, which not every system has; nor has it every outline. */
function refuseCrs({ axes }: Aggregation, crs: QueryCrs, zone: Zone | undefined): void {
  if (!crs.isProjecting || !crs.isAsked) return;
  const reduced = ['x', 'y'].filter((axis) => axes.includes(axis)).length;
  const isStated = reduced === 2 ? zone?.crs.id === crs.crs.id : reduced === 0 && crs.axes !== undefined;
  if (isStated || (reduced === 2 && zone === undefined)) return;
  throw new InvalidArgumentError('this aggregation cannot be stated in another crs than that of the layer', {
    parameter: 'crs',
    found: crs.crs.id,
    expected: 'no crs, that of the layer, or an aggregation over both x and y',
  });
}
