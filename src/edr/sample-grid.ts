import { InvalidArgumentError } from '../errors/index.js';
import {
  type Axis,
  axisLength,
  coordinateAt,
  type Grid,
  selectedNumbers,
  selectInterval,
  selectLongitudes,
} from '../grid/index.js';
import { axesWindow } from './axes-window.js';
import { clipWindow } from './clip-window.js';
import type { LonLatBounds } from './projected-window.js';
import type { QueryCrs } from './query-crs.js';
import { maxResolution, type Resolution } from './resolution.js';
import { cellFinder } from './site-finder.js';

const TURN = 360;
const DIGITS = 15;

interface SampleOptions {
  readonly crs: QueryCrs;
  readonly resolution: Resolution;
}

interface SampleAxes {
  readonly x: Axis['coordinates'];
  readonly y: Axis['coordinates'];
}

/** True when a query is answered by samples and not by cells as they are. */
export function needsSamples(crs: QueryCrs, { x, y }: Resolution): boolean {
  const isRegrid = crs.isProjecting && crs.isAsked && crs.axes === undefined;
  return x !== undefined || y !== undefined || isRegrid;
}

/**
 * A grid of samples in the coordinates of the query: the layer's with another x and y. Along an axis with a resolution
 * samples are evenly spaced from the lowest value of the window to the highest, both included; a single one is in the
 * middle. Along one without they are where the cells are, or about as dense as these in the middle of the window when
 * the coordinates of the query do not map to the layer's axis by axis: then from one end to the other of what the window
 * and the layer have in common.
 *
 * `bounds` are in the coordinates of the query. Undefined when an axis has no cell in the window.
 * Throws: InvalidArgumentError when a window without a resolution is too large.
 */
export function sampleGrid(
  grid: Grid,
  bounds: LonLatBounds,
  { crs, resolution }: SampleOptions,
): Grid | undefined {
  const east = crs.isGeographic ? Math.min(bounds.east, bounds.west + TURN) : bounds.east;
  const window = { ...bounds, east };
  const density = resolution.x && resolution.y ? undefined : densityOf(grid, window, { crs, resolution });
  if (density === undefined && !(resolution.x && resolution.y)) return undefined;
  const x = resolution.x ? evenly(window.west, east, resolution.x) : density!.x;
  const y = resolution.y ? evenly(window.south, window.north, resolution.y) : density!.y;
  return {
    ...grid,
    crs: crs.crs,
    x: { name: grid.x.name, coordinates: x },
    y: { name: grid.y.name, coordinates: y },
  };
}

/** Axes as dense as the cells are; undefined when an axis has no cell in the window. */
function densityOf(
  grid: Grid,
  window: LonLatBounds,
  { crs, resolution }: SampleOptions,
): SampleAxes | undefined {
  if (!crs.isProjecting || crs.axes) return cellAxes(grid, window, crs);
  const part = clipWindow(grid, window, crs);
  if (part === undefined) return undefined;
  const step = middleStep(grid, part, crs);
  return {
    x: evenly(part.west, part.east, resolution.x ?? countOf(part.east - part.west, step.x, 'x')),
    y: evenly(part.south, part.north, resolution.y ?? countOf(part.north - part.south, step.y, 'y')),
  };
}

/** From `low` to `high`, both included; a single value where there is no room for more. */
function evenly(low: number, high: number, count: number): Axis['coordinates'] {
  if (count === 1 || low === high) return { kind: 'explicit', values: [low + (high - low) / 2] };
  const values = Array.from({ length: count }, (_, i) =>
    i === count - 1 ? high : withoutNoise(low + (i * (high - low)) / (count - 1)),
  );
  return { kind: 'explicit', values: [low, ...values.slice(1)] };
}

/** As many digits as coordinates are printed with. */
function withoutNoise(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

/** Centres of the layer's cells in the window, in the coordinates of the query. */
function cellAxes(grid: Grid, window: LonLatBounds, { axes }: QueryCrs): SampleAxes | undefined {
  const cells = axes ? axesWindow(grid, window, axes.toLayer) : ownWindow(grid, window);
  if (cells === undefined) return undefined;
  const same = (value: number) => value;
  const { x, y } = axes?.fromLayer ?? { x: same, y: same };
  const ys = selectedNumbers(grid.y, cells.y).map(y).filter(Number.isFinite);
  if (ys.length === 0) return undefined;
  return {
    x: { kind: 'explicit', values: selectedNumbers(grid.x, cells.x).map(x) },
    y: { kind: 'explicit', values: ys },
  };
}

function ownWindow(grid: Grid, { west, south, east, north }: LonLatBounds): ReturnType<typeof axesWindow> {
  const isGeographic = grid.crs.kind === 'geographic';
  const x = isGeographic
    ? selectLongitudes(grid.x, grid.crs, west, east)
    : selectInterval(grid.x, west, east);
  const y = selectInterval(grid.y, south, north);
  return x && y && { x, y };
}

/** The size of a cell in the coordinates of the query: in the middle of the window, or of the layer when that lies outside. */
function middleStep(
  grid: Grid,
  { west, south, east, north }: LonLatBounds,
  crs: QueryCrs,
): { x: number; y: number } {
  const { col, row } = cellFinder(grid, crs)((west + east) / 2, (south + north) / 2);
  const middle = (axis: Axis) => Math.floor((axisLength(axis) - 1) / 2);
  return (
    (col !== undefined && row !== undefined ? stepAt(grid, { col, row }, crs) : undefined) ??
    stepAt(grid, { col: middle(grid.x), row: middle(grid.y) }, crs) ?? { x: Number.NaN, y: Number.NaN }
  );
}

/** How far it is to the next column and row, whichever is further along x and along y. */
function stepAt(
  grid: Grid,
  { col, row }: { readonly col: number; readonly row: number },
  crs: QueryCrs,
): { x: number; y: number } | undefined {
  const [x1, x2] = pairAt(grid.x, col);
  const [y1, y2] = pairAt(grid.y, row);
  const corner = crs.fromLayer(x1, y1);
  const steps = [crs.fromLayer(x2, y1), crs.fromLayer(x1, y2)].map(([x, y]) => ({
    x: shortWay(x - corner[0], crs),
    y: Math.abs(y - corner[1]),
  }));
  const step = { x: Math.max(...steps.map(({ x }) => x)), y: Math.max(...steps.map(({ y }) => y)) };
  return step.x > 0 && step.y > 0 ? step : undefined;
}

function shortWay(difference: number, { isGeographic }: QueryCrs): number {
  return Math.abs(isGeographic ? difference - TURN * Math.round(difference / TURN) : difference);
}

/** Centres of a cell and of its neighbour; the same twice on an axis of one. */
function pairAt(axis: Axis, index: number): [number, number] {
  const other = index + 1 < axisLength(axis) ? index + 1 : Math.max(0, index - 1);
  return [coordinateAt(axis, index), coordinateAt(axis, other)];
}

/** Samples about a step apart. */
function countOf(width: number, step: number, axis: 'x' | 'y'): number {
  const count = Number.isNaN(step) ? 1 : Math.round(width / step) + 1;
  if (count <= maxResolution) return count;
  throw new InvalidArgumentError(
    `the window has too many cells across for this crs; give resolution-${axis}`,
    {
      parameter: `resolution-${axis}`,
      found: count,
      allowed: `1 to ${maxResolution}`,
    },
  );
}
