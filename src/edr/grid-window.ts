import type { AxisSelection } from '../grid/index.js';
import type { LatticeMasks } from './lattice.js';

/** Cells of the layer's grid, and which of them count; masks are told centres in the layer's coordinates. */
export interface GridWindow extends LatticeMasks {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
}
