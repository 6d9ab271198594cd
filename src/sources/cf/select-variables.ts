import {
  type ErrorFields,
  InvalidArgumentError,
  TilecurveError,
  UnsupportedError,
} from '../../errors/index.js';
import type { OpenSourceOptions } from '../source.js';
import type { ZarrNode } from '../zarr/zarr-node.js';
import type { CfStore, Dimension, VariableDimensions } from './cf-dimensions.js';

/** A variable to be offered as a parameter: a grid of cells over x and y. */
export interface Variable {
  readonly node: ZarrNode;
  readonly dimensions: VariableDimensions & { readonly x: Dimension; readonly y: Dimension };
}

/**
 * The variables asked for, or all data variables with x and y, provided that they share their axes.
 * Throws: InvalidArgumentError for a name that is none of them, UnsupportedError when they have different
 * axes or one cannot be read, saying which `--parameters` would do.
 */
export function selectVariables(store: CfStore, { parameters }: OpenSourceOptions): Variable[] {
  const known = griddedVariables(store);
  const wanted = parameters === undefined ? dataVariables(known, store) : namedVariables(known, parameters);
  if (wanted.length === 0) throw nothingGridded(store);
  for (const { node } of wanted) checkReadable(node, wanted);
  checkSharedAxes(wanted);
  return wanted;
}

function griddedVariables(store: CfStore): Variable[] {
  const variables: Variable[] = [];
  for (const node of store.group.nodes.values()) {
    if (node.dims === undefined || node.dims.length < 2) continue;
    const { x, y, ...others } = store.dimensionsOf(node);
    if (x !== undefined && y !== undefined) variables.push({ node, dimensions: { ...others, x, y } });
  }
  return variables;
}

function dataVariables(known: readonly Variable[], store: CfStore): Variable[] {
  const auxiliary = store.auxiliary();
  return known.filter(({ node }) => !auxiliary.has(node.name));
}

function namedVariables(known: readonly Variable[], names: readonly string[]): Variable[] {
  return [...new Set(names)].map((name) => {
    const variable = known.find(({ node }) => node.name === name);
    if (variable !== undefined) return variable;
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
  const names = [...store.group.nodes.keys()].slice(0, 20).join(', ');
  return new UnsupportedError('no variable has both an x and a y dimension', { arrays: names || 'none' });
}

function checkReadable(node: ZarrNode, wanted: readonly Variable[]): void {
  const others = listNames(wanted.filter((other) => other.node !== node && isReadable(other.node)));
  const hint: ErrorFields = others === '' ? {} : { hint: `leave it out with --parameters ${others}` };
  try {
    const { element } = node.metadata();
    if (element.kind === 'cell') return;
    const dtype = element.kind === 'big' ? element.type : 'text';
    throw new UnsupportedError('data type of a data variable is not supported', { array: node.name, dtype });
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    throw new UnsupportedError(error.message, { ...error.fields, ...hint }, { cause: error });
  }
}

function isReadable(node: ZarrNode): boolean {
  try {
    return node.metadata().element.kind === 'cell';
  } catch (error) {
    if (error instanceof TilecurveError) return false;
    throw error;
  }
}

/** All of a layer's parameters lie on one grid: the same x and y, and one t and one z for those that have them. */
function checkSharedAxes(variables: readonly Variable[]): void {
  const groups: { readonly members: Variable[]; readonly dims: Map<string, string> }[] = [];
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

function spaceTimeDims({ dimensions: { x, y, z, t } }: Variable): [role: string, dim: string][] {
  return [['x', x] as const, ['y', y] as const, ['z', z] as const, ['t', t] as const].flatMap(
    ([role, dimension]) => (dimension === undefined ? [] : [[role, dimension.name] as [string, string]]),
  );
}

function listNames(variables: readonly Variable[]): string {
  return variables
    .slice(0, 20)
    .map(({ node }) => node.name)
    .join(',');
}
