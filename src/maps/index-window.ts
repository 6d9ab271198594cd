import { type AxisSelection, spanLength } from '../grid/index.js';

/** A hole of this share of the cells between the first and the last that are wanted is not read. */
const SKIPPED_SHARE = 1 / 4;

/** The part of an axis that a tile looks at. */
export interface IndexWindow {
  readonly selection: AxisSelection;
  readonly length: number;
  /** Where a cell is in the selection; -1 for -1, which lies outside the axis. */
  positionOf(index: number): number;
}

/**
 * The smallest run of cells that holds all `indexes` (-1: outside the axis), or the two runs beside the widest hole where that
 * is wide: a tile across the seam of a global grid wants cells of both ends. Undefined when all are outside.
 */
export function windowOfCells(...indexes: readonly Int32Array[]): IndexWindow | undefined {
  const wanted = new Set<number>();
  for (const some of indexes) for (const index of some) if (index >= 0) wanted.add(index);
  if (wanted.size === 0) return undefined;
  const cells = Int32Array.from(wanted).sort();
  let before = 0;
  for (let k = 1; k + 1 < cells.length; k++) {
    if (cells[k + 1]! - cells[k]! > cells[before + 1]! - cells[before]!) before = k;
  }
  const [start, end] = [cells[0]!, cells.at(-1)! + 1];
  const hole = cells.length === 1 ? 0 : cells[before + 1]! - cells[before]! - 1;
  if (hole <= (end - start) * SKIPPED_SHARE) return windowOfRun(start, end);
  return windowOf([
    { start, end: cells[before]! + 1 },
    { start: cells[before + 1]!, end },
  ]);
}

/** All cells from `start` up to, not including, `end`. */
export function windowOfRun(start: number, end: number): IndexWindow {
  return windowOf([{ start, end }]);
}

function windowOf(selection: AxisSelection): IndexWindow {
  const [first, second] = selection;
  const { start, end } = first!;
  const skipped = second === undefined ? 0 : second.start - end;
  return {
    selection,
    length: spanLength(selection),
    positionOf: (index) => (index < 0 ? -1 : index - start - (index >= end ? skipped : 0)),
  };
}
