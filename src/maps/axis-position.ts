import { type Axis, axisLength, axisNumbers, cellEdges } from '../grid/index.js';

/** Fraction of a step by which float noise may put a point on the wrong side of a cell edge. */
const EDGE_TOLERANCE = 1e-9;

/**
 * Turns coordinates on an axis of a projected grid into positions among its centres, in place: 2.5 is half-way between cells 2
 * and 3. Straight between centres, and beyond the outermost ones as between the two nearest. Half a step beyond them the axis
 * ends; what lies further out becomes NaN.
 */
export function intoPositions(axis: Axis, values: Float64Array): void {
  const { coordinates } = axis;
  const last = axisLength(axis) - 1;
  if (last === 0) intoOnePosition(axis, values);
  else if (coordinates.kind === 'regular') intoRegularPositions(coordinates, last, values);
  else intoExplicitPositions(axisNumbers(axis), values);
}

/** The cell that holds a position: edges belong to the lower index, as in all look-ups of cells. */
export function cellAt(position: number, last: number): number {
  const cell = Math.ceil(position - 0.5 - EDGE_TOLERANCE);
  return cell < 0 ? 0 : cell > last ? last : cell;
}

function intoOnePosition(axis: Axis, values: Float64Array): void {
  const { low, high } = cellEdges(axis);
  for (let k = 0; k < values.length; k++)
    values[k] = values[k]! >= low && values[k]! <= high ? 0 : Number.NaN;
}

function intoRegularPositions(
  { start, step }: { readonly start: number; readonly step: number },
  last: number,
  values: Float64Array,
): void {
  for (let k = 0; k < values.length; k++) values[k] = insideAxis((values[k]! - start) / step, last);
}

function intoExplicitPositions(centres: readonly number[], values: Float64Array): void {
  const last = centres.length - 1;
  const direction = Math.sign(centres[last]! - centres[0]!);
  for (let k = 0; k < values.length; k++) {
    const value = values[k]!;
    let cell = 0;
    // The last cell but one whose centre is not beyond the value.
    for (let low = 1, high = last; low < high; ) {
      const middle = (low + high) >>> 1;
      if ((value - centres[middle]!) * direction >= 0) {
        cell = middle;
        low = middle + 1;
      } else high = middle;
    }
    const step = centres[cell + 1]! - centres[cell]!;
    values[k] = insideAxis(cell + (value - centres[cell]!) / step, last);
  }
}

function insideAxis(position: number, last: number): number {
  const isInside = position >= -0.5 - EDGE_TOLERANCE && position <= last + 0.5 + EDGE_TOLERANCE;
  return isInside ? position : Number.NaN;
}
