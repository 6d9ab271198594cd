import type { AxisSelection, IndexSpan } from '../grid/index.js';

/** Spans of ascending `indexes`, neighbours joined; empty when there are none. */
export function spansOf(indexes: readonly number[]): readonly IndexSpan[] {
  const spans: { start: number; end: number }[] = [];
  for (const index of indexes) {
    const last = spans.at(-1);
    if (last !== undefined && last.end === index) last.end = index + 1;
    else spans.push({ start: index, end: index + 1 });
  }
  return spans;
}

/** The selection of one index. */
export function oneIndex(index: number): AxisSelection {
  return [{ start: index, end: index + 1 }];
}

/** Indexes of several selections of one axis: sorted, each once. */
export function mergeSelections(
  selections: readonly (readonly IndexSpan[] | undefined)[],
): readonly IndexSpan[] {
  const merged: { start: number; end: number }[] = [];
  const spans = selections.flatMap((selection) => selection ?? []).sort((a, b) => a.start - b.start);
  for (const { start, end } of spans) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** Where each index is among all of them, in ascending order. */
export function positionsOf(indexes: readonly number[]): ReadonlyMap<number, number> {
  return new Map([...new Set(indexes)].sort((a, b) => a - b).map((index, position) => [index, position]));
}
