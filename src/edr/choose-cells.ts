import { InvalidArgumentError, NotFoundError } from '../errors/index.js';
import { type Grid, selectedNumbers, wholeAxis } from '../grid/index.js';
import type { LayerQuery } from '../layer/index.js';
import type { Parameter } from '../raster/index.js';
import { boxWindow, parseBbox } from './box.js';
import { applyMask } from './cell-mask.js';
import { choicesOf, customOf } from './coverage-parts.js';
import { chooseAxes, type EdrRequest } from './edr-request.js';
import type { GridWindow } from './grid-window.js';
import { parseQueryCrs } from './query-crs.js';

/** Cells of one parameter that a request chooses. */
export interface ChosenCells {
  readonly query: Omit<LayerQuery, 'parameter'>;
  readonly window: GridWindow;
}

/**
 * The cells of a box, times, levels and custom values, all by their texts; undefined when nothing matches.
 * Without `bbox` all columns and rows.
 *
 * Throws: InvalidArgumentError for whatever of the request is wrong.
 */
export function chooseCells(grid: Grid, parameter: Parameter, request: EdrRequest): ChosenCells | undefined {
  requireKnownAxes(grid, request);
  const crs = parseQueryCrs(request.crs, grid);
  const box = request.bbox === undefined ? undefined : parseBbox(request.bbox);
  const z = request.z ?? box?.z?.z;
  const window = box ? boxWindow(grid, box.bounds, crs) : { x: wholeAxis(grid.x), y: wholeAxis(grid.y) };
  const group = { axes: parameter.axes, parameters: [parameter] };
  const choices = choicesOf(group, chooseAxes(grid, { ...request, ...(z !== undefined && { z }) }));
  if (window === undefined || choices === undefined) return undefined;
  const { t, z: levels } = choices;
  const custom = customOf(choices);
  const query = { x: window.x, y: window.y, ...(t && { t }), ...(levels && { z: levels }), custom };
  return { query, window };
}

/**
 * Indexes of a tile on the custom axes, in their order; tiles hold one value of each. The first value where
 * the request names none.
 *
 * Throws: NotFoundError when a value is not on its axis; InvalidArgumentError for an unknown axis.
 */
export function chooseCustomTile(
  grid: Grid,
  parameter: Parameter,
  custom: Readonly<Record<string, string>>,
): number[] {
  const cells = chooseCells(grid, parameter, { custom, crs: grid.crs.id });
  if (cells === undefined) throw new NotFoundError('no such value on the axis', custom);
  return grid.custom.map(({ name }) => cells.query.custom?.[name]?.[0]?.start ?? 0);
}

/**
 * The values of chosen cells, those outside the box set to NaN: a box in other coordinates than the layer's
 * is no box in the layer. Undefined when no cell is inside.
 */
export async function maskValues(
  values: Float64Array,
  grid: Grid,
  { window }: ChosenCells,
): Promise<Float64Array | undefined> {
  if (window.mask === undefined) return values;
  const xs = selectedNumbers(grid.x, window.x);
  const ys = selectedNumbers(grid.y, window.y);
  const mask = await window.mask({ xs, ys });
  if (mask === undefined) return undefined;
  applyMask(values, 0, mask);
  return values;
}

function requireKnownAxes(grid: Grid, { custom = {} }: EdrRequest): void {
  const known = grid.custom.map(({ name }) => name);
  for (const name of Object.keys(custom)) {
    if (known.includes(name)) continue;
    throw new InvalidArgumentError('no such axis', { axis: name, known: known.join(', ') || 'none' });
  }
}
