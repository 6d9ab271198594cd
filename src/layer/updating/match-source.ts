import type { Manifest } from '../../catalog/index.js';
import { InvalidArgumentError } from '../../errors/index.js';
import type { Axis, Grid } from '../../grid/index.js';
import type { Parameter } from '../../raster/index.js';
import type { Source } from '../../sources/index.js';
import { type AxisMatch, matchAxis } from './match-axis.js';

/** A source seen from a layer: the grid that holds both, and where the source's cells are in it. */
export interface SourceMatch {
  readonly grid: Grid;
  /** In the order of a tile's axes: the layer's custom axes, t, z, y, x; absent where the source lacks one. */
  readonly axes: readonly { readonly name: string; readonly positions: readonly number[] | undefined }[];
}

/**
 * Finds the cells of a source in a layer.
 *
 * Throws: InvalidArgumentError naming what differs: the CRS, an axis, or a parameter's type, packing, unit or axes.
 */
export function matchSource({ grid, parameters }: Manifest, source: Source): SourceMatch {
  requireSame('crs', grid.crs.id, source.grid.crs.id);
  if (grid.crs.id.startsWith('local:')) requireSame('projection', grid.crs.proj, source.grid.crs.proj);
  for (const parameter of source.parameters) matchParameter(parameters, parameter);
  const isGeographic = grid.crs.kind === 'geographic';
  const x = matchAxis(grid.x, source.grid.x, isGeographic ? 'cyclic' : 'gridded');
  const y = matchAxis(grid.y, source.grid.y, 'gridded');
  const t = matchOptional('t', grid.t, source.grid.t, () => {
    requireSame('calendar', grid.t!.calendar, source.grid.t!.calendar);
    return matchAxis(grid.t!, source.grid.t!, 'instants');
  });
  const z = matchOptional('z', grid.z, source.grid.z, () => {
    requireSame('unit of the levels', grid.z!.unit, source.grid.z!.unit);
    return matchAxis(grid.z!, source.grid.z!, 'values');
  });
  const custom = grid.custom.map((axis) => {
    const other = source.grid.custom.find(({ name }) => name === axis.name);
    return { axis, match: matchOptional(axis.name, axis, other, () => matchAxis(axis, other!, 'values')) };
  });
  const unknown = source.grid.custom.find(({ name }) => !grid.custom.some((axis) => axis.name === name));
  if (unknown) throw new InvalidArgumentError('the layer has no such axis', { axis: unknown.name });
  return {
    grid: {
      ...grid,
      x: grow(grid.x, x),
      y: grow(grid.y, y),
      ...(grid.t && t && { t: grow(grid.t, t) }),
      ...(grid.z && z && { z: grow(grid.z, z) }),
      custom: custom.map(({ axis, match }) => (match ? grow(axis, match) : axis)),
    },
    axes: [
      ...custom.map(({ axis, match }) => ({ name: axis.name, positions: match?.positions })),
      { name: source.grid.t?.name ?? '', positions: t?.positions },
      { name: source.grid.z?.name ?? '', positions: z?.positions },
      { name: source.grid.y.name, positions: y.positions },
      { name: source.grid.x.name, positions: x.positions },
    ],
  };
}

function matchParameter(known: readonly Parameter[], parameter: Parameter): void {
  const layer = known.find(({ id }) => id === parameter.id);
  if (layer === undefined) {
    throw new InvalidArgumentError('the layer has no such parameter', {
      parameter: parameter.id,
      known: known.map(({ id }) => id),
    });
  }
  for (const name of ['type', 'unit', 'scale', 'offset', 'noData'] as const) {
    requireSame(name, layer[name], parameter[name], parameter.id);
  }
  requireSame('axes', [...layer.axes].sort().join(), [...parameter.axes].sort().join(), parameter.id);
}

/** An axis that one side lacks: nobody could tell which of its values the other side's cells have. */
function matchOptional(
  axis: string,
  layer: Axis | undefined,
  source: Axis | undefined,
  match: () => AxisMatch,
): AxisMatch | undefined {
  if (layer && source) return match();
  if (layer === undefined && source === undefined) return undefined;
  // A source of parameters that lack the axis need not have it.
  if (source === undefined) return undefined;
  throw new InvalidArgumentError('the layer has no such axis', { axis });
}

function grow<T extends Axis>(axis: T, { coordinates }: AxisMatch): T {
  return { ...axis, coordinates };
}

function requireSame(what: string, expected: unknown, found: unknown, parameter?: string): void {
  if (expected === found) return;
  throw new InvalidArgumentError(`${what} differs from the layer's`, { parameter, expected, found });
}
