import type { Cells } from './cell-type.js';

/** The one value that all cells have; undefined when they differ or there are none. NaN equals NaN, -0 is not 0. */
export function constantOf(cells: Cells): number | undefined {
  const first = cells[0];
  for (let k = 1; k < cells.length; k++) {
    if (!Object.is(cells[k], first)) return undefined;
  }
  return first;
}
