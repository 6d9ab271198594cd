import type { AxisSelection } from '../grid/index.js';
import type { CellMask, WindowCentres } from './cell-mask.js';
import type { GroupChoices } from './coverage-parts.js';

/** Cells of the layer's grid, and which of them count. */
export interface GridWindow {
  readonly x: AxisSelection;
  readonly y: AxisSelection;
  /** Absent when all count; resolves to undefined when none does. */
  mask?(centres: WindowCentres, signal?: AbortSignal): Promise<CellMask | undefined>;
  /** Instead, where it depends on times and levels: of a group's values [t, z, y, x], or [z, y, x] for each time alike. */
  volumeMask?(
    centres: WindowCentres,
    choices: GroupChoices,
    signal?: AbortSignal,
  ): Promise<CellMask | undefined>;
}
