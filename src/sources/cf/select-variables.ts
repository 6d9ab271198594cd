import {
  type ErrorFields,
  InvalidArgumentError,
  TilecurveError,
  UnsupportedError,
} from '../../errors/index.js';
import type { OpenSourceOptions } from '../source.js';
import type { CfStore, Dimension, VariableDimensions } from './cf-dimensions.js';
import type { Variable } from './dataset.js';

/** A variable to be offered as a parameter: a grid of cells over x and y. */
export interface GriddedVariable {
  readonly variable: Variable;
  readonly dimensions: VariableDimensions & { readonly x: Dimension; readonly y: Dimension };
}

/**
 * The variables asked for, or all data variables with x and y, provided that they share their axes.
 * Throws: InvalidArgumentError for a name that is none of them, UnsupportedError when they have different
 * axes or one cannot be read, saying which `--parameters` would do.
 */
export function selectVariables(store: CfStore, { parameters }: OpenSourceOptions): GriddedVariable[] {
  const known = griddedVariables(store);
  const wanted = parameters === undefined ? dataVariables(known, store) : namedVariables(known, parameters);
  if (wanted.length === 0) throw nothingGridded(store);
  for (const { variable } of wanted) checkReadable(variable, wanted);
  checkSharedAxes(wanted);
  return wanted;
}

function griddedVariables(store: CfStore): GriddedVariable[] {
  const found: GriddedVariable[] = [];
  for (const variable of store.dataset.variables.values()) {
    if (variable.dims === undefined || variable.dims.length < 2) continue;
    const { x, y, ...others } = store.dimensionsOf(variable);
    if (x !== undefined && y !== undefined) found.push({ variable, dimensions: { ...others, x, y } });
  }
  return found;
}

function dataVariables(known: readonly GriddedVariable[], store: CfStore): GriddedVariable[] {
  const auxiliary = store.auxiliary();
  return known.filter(({ variable }) => !auxiliary.has(variable.name));
}

function namedVariables(known: readonly GriddedVariable[], names: readonly string[]): GriddedVariable[] {
  return [...new Set(names)].map((name) => {
    const gridded = known.find(({ variable }) => variable.name === name);
    if (gridded !== undefined) return gridded;
    throw new InvalidArgumentError('no such parameter with x and y in the source', {
      found: name,
      known: listNames(known),
    });
  });
}

function nothingGridded(store: CfStore): UnsupportedError {
  const latitude = store.anyPlaneLatitude();
  if (latitude !== undefined)
    return new UnsupportedError(
      'curvilinear grid: latitude is two-dimensional and x and y have no coordinates',
      {
        latitude: latitude.name,
      },
    );
  const names = [...store.dataset.variables.keys()].slice(0, 20).join(', ');
  return new UnsupportedError('no variable has both an x and a y dimension', { arrays: names || 'none' });
}

function checkReadable(variable: Variable, wanted: readonly GriddedVariable[]): void {
  const others = listNames(
    wanted.filter((other) => other.variable !== variable && isReadable(other.variable)),
  );
  const hint: ErrorFields = others === '' ? {} : { hint: `leave it out with --parameters ${others}` };
  try {
    const { element } = variable.layout();
    if (element.kind === 'cell') return;
    const dtype = element.kind === 'big' ? element.type : 'text';
    throw new UnsupportedError('data type of a data variable is not supported', {
      array: variable.name,
      dtype,
    });
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    throw new UnsupportedError(error.message, { ...error.fields, ...hint }, { cause: error });
  }
}

function isReadable(variable: Variable): boolean {
  try {
    return variable.layout().element.kind === 'cell';
  } catch (error) {
    if (error instanceof TilecurveError) return false;
    throw error;
  }
}

/** All of a layer's parameters lie on one grid: the same x and y, and one t and one z for those that have them. */
function checkSharedAxes(variables: readonly GriddedVariable[]): void {
  const groups: { readonly members: GriddedVariable[]; readonly dims: Map<string, string> }[] = [];
  for (const variable of variables) {
    const dims = spaceTimeDims(variable);
    const group = groups.find((other) => dims.every(([role, dim]) => (other.dims.get(role) ?? dim) === dim));
    if (group === undefined) groups.push({ members: [variable], dims: new Map(dims) });
    else {
      group.members.push(variable);
      for (const [role, dim] of dims) group.dims.set(role, dim);
    }
  }
  if (groups.length < 2) return;
  throw new UnsupportedError('parameters of the source have different axes; choose some that share them', {
    choices: groups.map(({ members }) => `--parameters ${listNames(members)}`).join(' or '),
  });
}

function spaceTimeDims({ dimensions: { x, y, z, t } }: GriddedVariable): [role: string, dim: string][] {
  return [['x', x] as const, ['y', y] as const, ['z', z] as const, ['t', t] as const].flatMap(
    ([role, dimension]) => (dimension === undefined ? [] : [[role, dimension.name] as [string, string]]),
  );
}

function listNames(variables: readonly GriddedVariable[]): string {
  return variables
    .slice(0, 20)
    .map(({ variable }) => variable.name)
    .join(',');
}
