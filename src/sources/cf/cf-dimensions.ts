import { UnsupportedError } from '../../errors/index.js';
import { once } from '../once.js';
import { type AxisRole, axisRole, type RoleEvidence, textOf } from './cf-role.js';
import type { Dataset, Variable } from './dataset.js';

/** A dimension of a store with the coordinate variable that places its cells, where there is one. */
export interface Dimension {
  readonly name: string;
  readonly coordinate: Variable | undefined;
  readonly evidence: RoleEvidence;
}

/** Dimensions of one variable, sorted by what they are for. */
export interface VariableDimensions {
  readonly x: Dimension | undefined;
  readonly y: Dimension | undefined;
  readonly z: Dimension | undefined;
  readonly t: Dimension | undefined;
  readonly custom: readonly Dimension[];
}

/** What the attributes of a store say about which variable belongs to which. */
export class CfStore {
  /** Variables that serve others: bounds, auxiliary coordinates, grid mappings, dimension coordinates. */
  readonly auxiliary: () => ReadonlySet<string>;
  private readonly dimensions = new Map<string, Dimension>();

  readonly dataset: Dataset;

  constructor(dataset: Dataset) {
    this.dataset = dataset;
    this.auxiliary = once(() => auxiliaryNames(dataset));
  }

  /** Throws: UnsupportedError when two dimensions of the variable have the same role with equal evidence. */
  dimensionsOf(variable: Variable): VariableDimensions {
    const found = new Map<AxisRole, Dimension>();
    const custom = new Set<Dimension>();
    for (const name of variable.dims ?? []) {
      const dimension = this.dimension(name);
      const { role } = dimension.evidence;
      const earlier = found.get(role);
      if (role === 'custom') custom.add(dimension);
      else if (earlier === undefined) found.set(role, dimension);
      else {
        const winner = strongerOf(earlier, dimension, variable);
        found.set(role, winner);
        custom.add(winner === earlier ? dimension : earlier);
      }
    }
    const inOrder = (variable.dims ?? [])
      .map((name) => this.dimension(name))
      .filter((dimension) => custom.has(dimension));
    return { x: found.get('x'), y: found.get('y'), z: found.get('z'), t: found.get('t'), custom: inOrder };
  }

  /** Two-dimensional latitude and longitude over these dimensions; undefined unless both are there. */
  planeCoordinates(dims: readonly string[]): { latitude: Variable; longitude: Variable } | undefined {
    const over = [...this.dataset.variables.values()].filter(
      (variable) =>
        variable.dims?.length === 2 && dims.length === 2 && variable.dims.every((dim) => dims.includes(dim)),
    );
    const latitude = over.find((variable) => isPlaneCoordinate(variable, 'y'));
    const longitude = over.find((variable) => isPlaneCoordinate(variable, 'x'));
    return latitude && longitude && { latitude, longitude };
  }

  /** Any two-dimensional latitude: the mark of a curvilinear grid. */
  anyPlaneLatitude(): Variable | undefined {
    return [...this.dataset.variables.values()].find(
      (variable) => variable.dims?.length === 2 && isPlaneCoordinate(variable, 'y'),
    );
  }

  private dimension(name: string): Dimension {
    const known = this.dimensions.get(name);
    if (known !== undefined) return known;
    const coordinate = this.coordinateOf(name);
    const evidence = axisRole(name, coordinate?.attributes);
    // Levels that only their name shows to be levels have no values: positions, like any other dimension.
    const isBareLevel = evidence.role === 'z' && coordinate === undefined;
    const dimension: Dimension = {
      name,
      coordinate,
      evidence: isBareLevel ? { role: 'custom', strength: 0 } : evidence,
    };
    this.dimensions.set(name, dimension);
    return dimension;
  }

  /** The variable of the dimension's own name, else the only auxiliary one over it that states a role. */
  private coordinateOf(dim: string): Variable | undefined {
    const isOverDim = (variable: Variable) => variable.dims?.length === 1 && variable.dims[0] === dim;
    const own = this.dataset.variables.get(dim);
    if (own !== undefined && isOverDim(own)) return own;
    const others = [...this.dataset.variables.values()].filter((variable) => {
      const isListed = isOverDim(variable) && this.auxiliary().has(variable.name);
      return isListed && axisRole(variable.name, variable.attributes).strength >= 2;
    });
    return others.length === 1 ? others[0] : undefined;
  }
}

/** Names in a blank-separated attribute such as `coordinates`; `crs: x y` gives all three. */
export function namesIn(value: unknown): string[] {
  return (textOf(value) ?? '').split(/[\s:]+/).filter((name) => name !== '');
}

function auxiliaryNames({ variables, attributes }: Dataset): ReadonlySet<string> {
  const names = new Set(namesIn(attributes.coordinates));
  for (const variable of variables.values()) {
    for (const attribute of ['coordinates', 'bounds', 'climatology', 'grid_mapping', 'formula_terms'])
      for (const name of namesIn(variable.attributes[attribute])) names.add(name);
    if (variable.attributes.grid_mapping_name !== undefined || isDimensionCoordinate(variable))
      names.add(variable.name);
    if (isPlaneCoordinate(variable, 'x') || isPlaneCoordinate(variable, 'y')) names.add(variable.name);
  }
  return names;
}

function isDimensionCoordinate({ name, dims }: Variable): boolean {
  return dims?.length === 1 && dims[0] === name;
}

function isPlaneCoordinate(variable: Variable, role: 'x' | 'y'): boolean {
  if (variable.dims?.length !== 2) return false;
  const standardName = role === 'x' ? 'longitude' : 'latitude';
  if (textOf(variable.attributes.standard_name) === standardName) return true;
  const units = textOf(variable.attributes.units) ?? '';
  return (role === 'x' ? /^degrees?_?(east|E)$/i : /^degrees?_?(north|N)$/i).test(units);
}

function strongerOf(a: Dimension, b: Dimension, variable: Variable): Dimension {
  const rank = ({ coordinate, evidence }: Dimension) =>
    evidence.strength - (coordinate?.attributes.standard_name === 'forecast_reference_time' ? 0.5 : 0);
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b;
  throw new UnsupportedError('two dimensions have the same role', {
    parameter: variable.name,
    role: a.evidence.role,
    dimensions: [a.name, b.name],
  });
}
