import type { BlobStore } from '../../blob/index.js';
import { type Manifest, openManifest } from '../../catalog/index.js';
import { InvalidArgumentError, NotFoundError, UnsupportedError } from '../../errors/index.js';
import { type Axis, type AxisSelection, axisLength, selectedNumbers, spanIndexes } from '../../grid/index.js';
import { allocateCells, isFloatType, noDataFill, type Parameter } from '../../raster/index.js';
import type { Source, SourceParameter } from '../../sources/index.js';
import type { LayerQuery } from '../reading/layer-query.js';
import { Update, type UpdateOptions, type UpdateResult } from './update-layer.js';

/** Which cells to erase: of these parameters (all when absent) those of the selections, by index. */
export interface ErasedCells extends Omit<LayerQuery, 'parameter' | 'level'> {
  readonly parameters?: readonly string[];
}

/**
 * Takes the data out of cells, in one step: tiles without a valid cell are dropped, others keep the rest.
 *
 * Throws: as `updateLayer`; NotFoundError for a parameter the layer lacks; InvalidArgumentError for a selection that
 *         leaves its axis; UnsupportedError for a parameter whose cells cannot say "no data".
 */
export async function eraseCells(
  store: BlobStore,
  cells: ErasedCells,
  { layer, ...options }: Omit<UpdateOptions, 'merge'> & { readonly layer: string },
): Promise<UpdateResult> {
  const manifest = await openManifest(store, { layer }, options.signal ? { signal: options.signal } : {});
  const source = emptySource(manifest, cells);
  return new Update(store, source, { layer, merge: 'erase', operation: 'erase', options }).run();
}

/** A source of the selected cells, all without data. */
function emptySource({ grid, parameters, tileShape }: Manifest, cells: ErasedCells): Source {
  const custom = grid.custom.map((axis) => subset(axis, cells.custom?.[axis.name]));
  const part = {
    ...grid,
    x: subset(grid.x, cells.x),
    y: subset(grid.y, cells.y),
    ...(grid.t && { t: subset(grid.t, cells.t) }),
    ...(grid.z && { z: subset(grid.z, cells.z) }),
    custom,
  };
  const describe = (parameter: Parameter): SourceParameter => {
    requireNoData(parameter);
    const has = (name: string) => parameter.axes.includes(name);
    const axes = [
      ...custom.filter(({ name }) => has(name)).map((axis) => ({ axis, tile: 1 })),
      ...(part.t && has('t') ? [{ axis: part.t, tile: tileShape.t }] : []),
      ...(part.z && has('z') ? [{ axis: part.z, tile: tileShape.z }] : []),
      { axis: part.y, tile: tileShape.row },
      { axis: part.x, tile: tileShape.col },
    ];
    return {
      ...parameter,
      dims: axes.map(({ axis }) => axis.name),
      shape: axes.map(({ axis }) => axisLength(axis)),
      chunkShape: axes.map(({ axis, tile }) => Math.min(tile, axisLength(axis))),
    };
  };
  const wanted = cells.parameters;
  const unknown = wanted?.find((name) => !parameters.some(({ id }) => id === name));
  if (unknown !== undefined) throw new NotFoundError('no such parameter', { parameter: unknown });
  return {
    location: 'erased cells',
    grid: part,
    parameters: parameters.filter(({ id }) => wanted?.includes(id) ?? true).map(describe),
    attributes: {},
    async read(parameter, { start, end }) {
      const shape = start.map((from, d) => end[d]! - from);
      const count = shape.reduce((a, b) => a * b, 1);
      return {
        type: parameter.type,
        shape,
        cells: allocateCells(parameter.type, count, noDataFill(parameter)),
      };
    },
    async close() {},
  };
}

function subset<T extends Axis>(axis: T, selection: AxisSelection | undefined): T {
  if (selection === undefined) return axis;
  requireInside(axis, selection);
  const { coordinates } = axis;
  if (coordinates.kind === 'labels') {
    const values = [...spanIndexes(selection)].map((index) => coordinates.values[index]!);
    return { ...axis, coordinates: { kind: 'labels', values } };
  }
  return { ...axis, coordinates: { kind: 'explicit', values: selectedNumbers(axis, selection) } };
}

/** A cell behind the end would be a value to grow the axis by. */
function requireInside(axis: Axis, selection: AxisSelection): void {
  const length = axisLength(axis);
  const isInside = ({ start, end }: AxisSelection[number]) =>
    Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= length;
  if (selection.length > 0 && selection.every(isInside)) return;
  throw new InvalidArgumentError('selection leaves its axis', {
    axis: axis.name,
    axisCells: length,
    found: JSON.stringify(selection),
  });
}

function requireNoData(parameter: Parameter): void {
  if (parameter.noData !== undefined || isFloatType(parameter.type)) return;
  throw new UnsupportedError('cells of this parameter cannot be without data', {
    parameter: parameter.id,
    type: parameter.type,
  });
}
