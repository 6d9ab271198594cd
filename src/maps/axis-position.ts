import { type Axis, axisLength, axisNumbers, cellEdges } from '../grid/index.js';

/** Fraction of a step by which float noise may put a point on the wrong side of a cell edge. */
const EDGE_TOLERANCE = 1e-9;

/** Where a coordinate lies among the centres of an axis: 2.5 is half-way between cells 2 and 3. */
export type AxisPosition = (value: number) => number;

/**
 * Reads positions on an axis of a projected grid: straight between centres, and beyond the outermost ones as between the two
 * nearest. Half a step beyond them the axis ends; positions further out are NaN.
 */
export function axisPosition(axis: Axis): AxisPosition {
  const last = axisLength(axis) - 1;
  const isInside = (position: number) =>
    position >= -0.5 - EDGE_TOLERANCE && position <= last + 0.5 + EDGE_TOLERANCE;
  const { coordinates } = axis;
  if (last === 0) {
    const { low, high } = cellEdges(axis);
    return (value) => (value >= low && value <= high ? 0 : Number.NaN);
  }
  if (coordinates.kind === 'regular') {
    const { start, step } = coordinates;
    return (value) => {
      const position = (value - start) / step;
      return isInside(position) ? position : Number.NaN;
    };
  }
  const centres = axisNumbers(axis);
  const direction = Math.sign(centres[last]! - centres[0]!);
  return (value) => {
    let cell = 0;
    // The last cell but one whose centre is not beyond the value.
    for (let low = 1, high = last; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((value - centres[middle]!) * direction >= 0) {
        cell = middle;
        low = middle + 1;
      } else high = middle;
    }
    const position = cell + (value - centres[cell]!) / (centres[cell + 1]! - centres[cell]!);
    return isInside(position) ? position : Number.NaN;
  };
}

/** The cell that holds a position: edges belong to the lower index, as in all look-ups of cells. */
export function cellAt(position: number, last: number): number {
  const cell = Math.ceil(position - 0.5 - EDGE_TOLERANCE);
  return cell < 0 ? 0 : cell > last ? last : cell;
}
