import type { Grid } from '../../grid/index.js';
import type { SourceParameter } from '../source.js';
import { type Packing, packingAttributes, parsePacking } from './cf-packing.js';
import { textOf } from './cf-role.js';
import type { GriddedVariable } from './select-variables.js';

/** A parameter, and the stored values that reading it replaces by its no-data. */
export interface CfParameter {
  readonly parameter: SourceParameter;
  readonly aliases: Packing['aliases'];
}

// Told by other members of the parameter, or about variables that the parameter does not take along.
const consumed: ReadonlySet<string> = new Set([
  ...packingAttributes,
  'units',
  'long_name',
  'standard_name',
  'coordinates',
  'grid_mapping',
  '_ARRAY_DIMENSIONS',
]);

/** What a data variable is as a parameter of `grid`. */
export function describeParameter({ variable }: GriddedVariable, grid: Grid): CfParameter {
  const { name, attributes, dims = [] } = variable;
  const { element, shape, chunkShape, fill } = variable.layout();
  if (element.kind !== 'cell') throw new TypeError(`${name} has no cells`);
  const { type } = element;
  const { scale, offset, noData, aliases } = parsePacking({ name, type, attributes, fill });
  const unit = textOf(attributes.units);
  const standardName = textOf(attributes.standard_name);
  const custom = grid.custom.map((axis) => axis.name).filter((axis) => dims.includes(axis));
  const roles = (['t', 'z'] as const).filter((role) => dims.includes(grid[role]?.name ?? ''));
  const parameter: SourceParameter = {
    id: name,
    title: textOf(attributes.long_name) || name,
    ...(unit ? { unit } : {}),
    ...(standardName ? { standardName } : {}),
    type,
    // NaN is no data in every float type without being said.
    ...(noData === undefined || Number.isNaN(noData) ? {} : { noData }),
    scale,
    offset,
    axes: [...custom, ...roles],
    attributes: Object.fromEntries(
      Object.entries(attributes).filter(([attribute]) => !consumed.has(attribute)),
    ),
    dims,
    shape,
    chunkShape,
  };
  return { parameter, aliases };
}
