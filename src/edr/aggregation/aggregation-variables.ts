import type { Grid } from '../../grid/index.js';
import { axesOfLayer } from './aggregation-text.js';
import { aggregationMethods, methodDescriptions } from './methods.js';

/**
 * What the description of a query says of its aggregations: an object for each method. Nothing for a layer that has none
 * of the axes.
 * Source: the proposal for EDR 1.3, opengeospatial/ogcapi-environmental-data-retrieval, issue 680.
 */
export function aggregationVariables(grid: Grid, axes: readonly string[]): Readonly<Record<string, unknown>> {
  const axis = axesOfLayer(grid, axes);
  if (axis.length === 0) return {};
  const methods = aggregationMethods.map((method) => [
    method,
    { description: methodDescriptions[method], axis },
  ]);
  return { aggregation: Object.fromEntries(methods) };
}
