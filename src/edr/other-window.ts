import type { AxisSelection, Grid } from '../grid/index.js';
import { planeWindow } from './plane-window.js';
import { type LonLatBounds, projectedWindow } from './projected-window.js';
import type { QueryCrs } from './query-crs.js';

/** Cells that may lie within bounds in coordinates that are not the layer's; each cell is still to be tested. */
export function otherWindow(
  grid: Grid,
  bounds: LonLatBounds,
  crs: QueryCrs,
): { x: AxisSelection; y: AxisSelection } | undefined {
  return crs.isGeographic ? projectedWindow(grid, bounds, crs) : planeWindow(grid, bounds, crs);
}
