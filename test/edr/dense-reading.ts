import { axisNumbers, CRS84, type Crs, type Grid, projectPoints } from '../../src/grid/index.js';
import type { JsonCoverage } from './read-answer.js';

/** A value of an answer, with where it is said to be. */
export interface StatedValue {
  readonly x: number;
  readonly y: number;
  /** Positions on the axes. */
  readonly t: number;
  readonly z: number;
  readonly number: number;
  readonly value: number | null;
}

/** All values of parameter p of a Grid, or of a collection of them, one for each member. */
export function statedValues(answer: JsonCoverage): StatedValue[] {
  return (answer.coverages ?? [answer]).flatMap((coverage, at) => {
    const lengthOf = (name: string) => coverage.domain.axes[name]?.values.length ?? 1;
    const [xs, ys] = [coverage.domain.axes.x!.values, coverage.domain.axes.y!.values];
    return coverage.ranges.p!.values.map((value, i): StatedValue => {
      const plane = Math.floor(i / (xs.length * ys.length));
      return {
        x: xs[i % xs.length]!,
        y: ys[Math.floor(i / xs.length) % ys.length]!,
        z: plane % lengthOf('z'),
        t: Math.floor(plane / lengthOf('z')),
        number: coverage.number ?? at,
        value,
      };
    });
  });
}

/** Longitude and latitude of a position. */
export function lonLatOf(crs: Crs, x: number, y: number): readonly [number, number] {
  return crs.kind === 'geographic' ? [x, y] : projectPoints(crs, CRS84)(x, y);
}

/** The cell that holds a position of another system, by a look at every column and row; undefined outside. */
export function cellHolding(
  grid: Grid,
  crs: Crs,
  [x, y]: readonly [number, number],
): { x: number; y: number } | undefined {
  const [longitude, latitude] = lonLatOf(crs, x, y);
  const isGeographic = grid.crs.kind === 'geographic';
  const own =
    crs.id === grid.crs.id || isGeographic
      ? [crs.id === grid.crs.id ? x : longitude, crs.id === grid.crs.id ? y : latitude]
      : projectPoints(CRS84, grid.crs)(longitude, latitude);
  const col = nearest(axisNumbers(grid.x), own[0]!, isGeographic ? 360 : Number.POSITIVE_INFINITY);
  const row = nearest(axisNumbers(grid.y), own[1]!, Number.POSITIVE_INFINITY);
  return col === undefined || row === undefined ? undefined : { x: col, y: row };
}

function nearest(centres: readonly number[], value: number, turn: number): number | undefined {
  const distances = centres.map((centre) => {
    const distance = Math.abs(value - centre);
    return turn === Number.POSITIVE_INFINITY ? distance : Math.min(distance % turn, turn - (distance % turn));
  });
  const least = Math.min(...distances);
  const half = Math.abs(centres[1]! - centres[0]!) / 2;
  return least <= half * (1 + 1e-9) ? distances.indexOf(least) : undefined;
}
