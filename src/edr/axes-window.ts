import {
  type AxisProjection,
  type AxisSelection,
  axisLength,
  coordinateAt,
  type Grid,
  type IndexSpan,
  selectInterval,
  selectLongitudes,
} from '../grid/index.js';
import type { LonLatBounds } from './projected-window.js';

type Axis = Grid['x'];

/**
 * Cells whose centre lies within bounds in coordinates that map to the layer's axis by axis, edges included; undefined
 * when there are none. The shifts of its spans, in the layer's unit, carry centres into the bounds.
 */
export function axesWindow(
  grid: Grid,
  { west, south, east, north }: LonLatBounds,
  { x, y, turn }: AxisProjection,
): { x: AxisSelection; y: AxisSelection } | undefined {
  const rows = selectInterval(grid.y, rowEdge(south, y), rowEdge(north, y));
  const isGeographic = grid.crs.kind === 'geographic';
  const columns = isGeographic
    ? selectLongitudes(grid.x, grid.crs, x(west), x(east))
    : selectTurns(grid.x, { low: x(west), high: x(east), turn });
  return columns && rows && { x: columns, y: rows };
}

/** Beyond what the layer's system reaches nothing is left out: Mercator has no poles. */
function rowEdge(value: number, project: AxisProjection['y']): number {
  const edge = project(value);
  return Number.isNaN(edge) ? Math.sign(value) * Number.POSITIVE_INFINITY : edge;
}

/** Columns within an interval read modulo a turn, each once, in the order in which they lie in it. */
function selectTurns(
  axis: Axis,
  { low, high, turn }: { readonly low: number; readonly high: number; readonly turn: number },
): AxisSelection | undefined {
  const first = coordinateAt(axis, 0);
  const last = coordinateAt(axis, axisLength(axis) - 1);
  const end = low + Math.min(turn, high - low);
  const spans: IndexSpan[] = [];
  // The further a turn carries columns back, the later they come.
  for (let n = Math.floor((Math.max(first, last) - low) / turn) + 1; ; n--) {
    if (end + n * turn < Math.min(first, last) - turn) break;
    const [span] = selectInterval(axis, low + n * turn, end + n * turn) ?? [];
    if (span === undefined) continue;
    const shift = n === 0 ? {} : { shift: -n * turn };
    if (span.end - span.start === axisLength(axis)) return [{ ...span, ...shift }];
    spans.push({ ...span, ...shift });
  }
  const kept = withoutRepeats(spans, first > last);
  return kept.length === 0 ? undefined : kept;
}

/** Spans come from east to west of the layer; where it descends so do its answers. */
function withoutRepeats(spans: readonly IndexSpan[], isDescending: boolean): IndexSpan[] {
  const kept: IndexSpan[] = [];
  for (const span of spans) {
    const before = kept.at(-1);
    const start = before !== undefined && isDescending ? Math.max(span.start, before.end) : span.start;
    const end = before !== undefined && !isDescending ? Math.min(span.end, before.start) : span.end;
    if (start < end) kept.push({ ...span, start, end });
  }
  return isDescending ? kept.toReversed() : kept;
}
