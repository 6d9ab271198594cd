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

/** The lines of a plan. */
export function blockLines({ blocks }: CurvePlan): BlockLines {
  const { columns, rows, indexes } = blocks;
  const corners = new Float64Array(blocks.corners.length);
  for (let at = 0; at < corners.length; at += 2) {
    corners.set(toMercator({ longitude: blocks.corners[at]!, latitude: blocks.corners[at + 1]! }), at);
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
