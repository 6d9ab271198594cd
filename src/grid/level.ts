import { type Axis, axisNumbers, type Coordinates } from './axis.js';
import type { Grid } from './grid.js';

const DIGITS = 15;

/** The same grid gives the same object, so that what others keep for a grid is found again. */
const coarserGrids = new WeakMap<Grid, Grid>();

/**
 * The grid of a pyramid level: x and y halved `level` times. A coarse cell covers two cells of the level below
 * along each axis and lies at the mean of their centres; the last one of an odd count covers one.
 */
export function levelGrid(grid: Grid, level: number): Grid {
  if (level === 0) return grid;
  const known = coarserGrids.get(grid);
  if (known !== undefined) return levelGrid(known, level - 1);
  const coarser = { ...grid, x: coarsen(grid.x), y: coarsen(grid.y) };
  coarserGrids.set(grid, coarser);
  return levelGrid(coarser, level - 1);
}

function coarsen(axis: Axis): Axis {
  return { ...axis, coordinates: coarsenCoordinates(axis.coordinates) };
}

function coarsenCoordinates(coordinates: Coordinates): Coordinates {
  if (coordinates.kind === 'regular') {
    const { start, step, count } = coordinates;
    return {
      kind: 'regular',
      start: tidy(start + step / 2),
      step: tidy(2 * step),
      count: Math.ceil(count / 2),
    };
  }
  const numbers = axisNumbers(coordinates);
  const values = numbers.flatMap((value, i) => {
    if (i % 2 === 1) return [];
    return i + 1 < numbers.length ? [tidy((value + numbers[i + 1]!) / 2)] : [value];
  });
  return { kind: 'explicit', values };
}

/** 0.1 + 0.05 is 0.15. */
function tidy(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
