import type { AxisSelection } from '../../grid/index.js';

/** A closed interval of tiles along one axis. */
export interface TileInterval {
  readonly min: number;
  readonly max: number;
}

/** A piece of a selection inside one tile: `count` cells from `inTile` on go to the answer at `at`. */
export interface AxisPiece {
  readonly at: number;
  readonly inTile: number;
  readonly count: number;
}

/** The tiles a selection meets, ascending and merged. */
export function tileIntervals(selection: AxisSelection, tileLength: number): TileInterval[] {
  return mergeIntervals(
    selection.map(({ start, end }) => ({
      min: Math.floor(start / tileLength),
      max: Math.floor((end - 1) / tileLength),
    })),
  );
}

/** The same tiles in ascending intervals that do not touch. */
export function mergeIntervals(intervals: readonly TileInterval[]): TileInterval[] {
  const merged: TileInterval[] = [];
  for (const interval of intervals.toSorted((a, b) => a.min - b.min)) {
    const last = merged.at(-1);
    if (last && interval.min <= last.max + 1) {
      merged[merged.length - 1] = { min: last.min, max: Math.max(last.max, interval.max) };
    } else {
      merged.push(interval);
    }
  }
  return merged;
}

/** How many tiles the intervals hold. */
export function countTiles(intervals: readonly TileInterval[]): number {
  return intervals.reduce((count, { min, max }) => count + max - min + 1, 0);
}

/** True when one of the ascending intervals holds `tile`; a list of instants may make thousands of them. */
export function holdsTile(intervals: readonly TileInterval[], tile: number): boolean {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (intervals[middle]!.max < tile) low = middle + 1;
    else high = middle;
  }
  return low < intervals.length && intervals[low]!.min <= tile;
}

/** Which cells of tile number `tile` the selection wants, and where they go. */
export function piecesIn(selection: AxisSelection, tile: number, tileLength: number): AxisPiece[] {
  const tileStart = tile * tileLength;
  const pieces: AxisPiece[] = [];
  let at = 0;
  for (const { start, end } of selection) {
    const low = Math.max(start, tileStart);
    const high = Math.min(end, tileStart + tileLength);
    if (high > low) pieces.push({ at: at + low - start, inTile: low - tileStart, count: high - low });
    at += end - start;
  }
  return pieces;
}
