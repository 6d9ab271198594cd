import { type AxisSelection, type IndexSpan, spanLength } from '../grid/index.js';

/** The part of an axis that a tile looks at. */
export interface IndexWindow {
  readonly selection: AxisSelection;
  readonly length: number;
  /** Where each wanted index is in the selection; -1 for what lies outside the axis. */
  readonly positions: Int32Array;
}

/**
 * The smallest run of cells that holds all `indexes` (-1: outside the axis); undefined when all are outside.
 * Indexes of neighbouring pixels that jump by more than half the axis have crossed the seam of a global grid:
 * then two runs answer, and what lies between is not read.
 */
export function windowOfRow(indexes: Int32Array, axisLength: number): IndexWindow | undefined {
  const runs: IndexSpan[] = [];
  let previous = Number.NaN;
  for (const index of indexes) {
    if (index < 0) continue;
    const isJump = Number.isNaN(previous) || Math.abs(index - previous) > axisLength / 2;
    const run = isJump ? { start: index, end: index + 1 } : runs.pop()!;
    runs.push({ start: Math.min(run.start, index), end: Math.max(run.end, index + 1) });
    previous = index;
  }
  if (runs.length === 2) {
    runs.sort((a, b) => a.start - b.start);
    if (runs[0]!.end < runs[1]!.start) return windowOver(indexes, runs);
  }
  return windowOfAll(indexes);
}

/** As `windowOfRow` for indexes in any order: always one run. */
export function windowOfAll(indexes: Int32Array): IndexWindow | undefined {
  let start = Number.POSITIVE_INFINITY;
  let end = 0;
  for (const index of indexes) {
    if (index < 0) continue;
    start = Math.min(start, index);
    end = Math.max(end, index + 1);
  }
  return end === 0 ? undefined : windowOver(indexes, [{ start, end }]);
}

function windowOver(indexes: Int32Array, selection: AxisSelection): IndexWindow {
  const [first, second] = selection;
  const skipped = second === undefined ? 0 : second.start - first!.end;
  const positions = indexes.map((index) => {
    if (index < 0) return -1;
    return index - first!.start - (index >= first!.end ? skipped : 0);
  });
  return { selection, length: spanLength(selection), positions };
}
