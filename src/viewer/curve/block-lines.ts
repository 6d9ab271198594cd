import type { CurvePlan } from '../api/plan.js';
import { toMercator } from '../map/lon-lat.js';

/** A plan's blocks as points of Web Mercator, made once for a plan. */
export interface BlockLines {
  /** [row][column][x, y], one more each way than blocks; NaN where there is no such place. */
  readonly corners: Float64Array;
  /** [row][column][x, y]. */
  readonly centers: Float64Array;
  /** Blocks in the order of the curve. */
  readonly order: Int32Array;
  /** Whether the block after this one on the curve is its neighbour on the ground: [place on the curve]. */
  readonly isStep: Uint8Array;
}

/** The lines of a plan. Places that a projection folds across the antimeridian are moved beside their neighbours. */
export function blockLines({ blocks }: CurvePlan): BlockLines {
  const { columns, rows, indexes } = blocks;
  const corners = Float64Array.from(blocks.corners);
  for (let at = 0; at < corners.length; at += 2) {
    const left = at % (2 * (columns + 1)) === 0 ? corners[at - 2 * (columns + 1)] : corners[at - 2];
    const turns = left === undefined || Number.isNaN(left) ? 0 : Math.round((left - corners[at]!) / 360);
    const [x, y] = toMercator({ longitude: corners[at]! + 360 * turns, latitude: corners[at + 1]! });
    // Degrees of the next one are compared with degrees, so metres come last.
    corners[at] = corners[at]! + 360 * turns;
    corners[at + 1] = Number.isNaN(x) ? Number.NaN : y;
  }
  for (let at = 0; at < corners.length; at += 2) {
    corners[at] = toMercator({ longitude: corners[at]!, latitude: 0 })[0];
  }
  const centers = new Float64Array(2 * columns * rows);
  for (let block = 0; block < columns * rows; block++) {
    const [x, y] = meanOf(cornersOf(block, columns), corners);
    centers[2 * block] = x;
    centers[2 * block + 1] = y;
  }
  const order = Int32Array.from(indexes.keys()).sort((a, b) => indexes[a]! - indexes[b]!);
  const isStep = Uint8Array.from(order, (block, k) => (isNeighbour(block, order[k + 1], columns) ? 1 : 0));
  return { corners, centers, order, isStep };
}

/** Where the corners of a block are among all: top left, top right, bottom right, bottom left. */
export function cornersOf(block: number, columns: number): [number, number, number, number] {
  const first = Math.floor(block / columns) * (columns + 1) + (block % columns);
  return [first, first + 1, first + columns + 2, first + columns + 1];
}

function meanOf(at: readonly number[], points: Float64Array): [number, number] {
  const mean = (axis: number) => at.reduce((sum, k) => sum + points[2 * k + axis]!, 0) / at.length;
  return [mean(0), mean(1)];
}

function isNeighbour(block: number, next: number | undefined, columns: number): boolean {
  if (next === undefined) return false;
  const [row, col] = [Math.floor(block / columns), block % columns];
  const [nextRow, nextCol] = [Math.floor(next / columns), next % columns];
  return Math.abs(row - nextRow) + Math.abs(col - nextCol) === 1;
}
