import { UnsupportedError } from '../../errors/index.js';
import { once, type ZarrGroup, type ZarrNode } from '../zarr/zarr-node.js';
import { type AxisRole, axisRole, type RoleEvidence, textOf } from './cf-role.js';

/** A dimension of a store with the coordinate variable that places its cells, where there is one. */
export interface Dimension {
  readonly name: string;
  readonly coordinate: ZarrNode | undefined;
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

  readonly group: ZarrGroup;

  constructor(group: ZarrGroup) {
    this.group = group;
    this.auxiliary = once(() => auxiliaryNames(group));
  }

  /** Throws: UnsupportedError when two dimensions of the variable have the same role with equal evidence. */
  dimensionsOf(node: ZarrNode): VariableDimensions {
    const found = new Map<AxisRole, Dimension>();
    const custom = new Set<Dimension>();
    for (const name of node.dims ?? []) {
      const dimension = this.dimension(name);
      const { role } = dimension.evidence;
      const earlier = found.get(role);
      if (role === 'custom') custom.add(dimension);
      else if (earlier === undefined) found.set(role, dimension);
      else {
        const winner = strongerOf(earlier, dimension, node);
        found.set(role, winner);
        custom.add(winner === earlier ? dimension : earlier);
      }
    }
    const inOrder = (node.dims ?? [])
      .map((name) => this.dimension(name))
      .filter((dimension) => custom.has(dimension));
    return { x: found.get('x'), y: found.get('y'), z: found.get('z'), t: found.get('t'), custom: inOrder };
  }

  /** Two-dimensional latitude and longitude over these dimensions; undefined unless both are there. */
  planeCoordinates(dims: readonly string[]): { latitude: ZarrNode; longitude: ZarrNode } | undefined {
    const over = [...this.group.nodes.values()].filter(
      (node) => node.dims?.length === 2 && dims.length === 2 && node.dims.every((dim) => dims.includes(dim)),
    );
    const latitude = over.find((node) => isPlaneCoordinate(node, 'y'));
    const longitude = over.find((node) => isPlaneCoordinate(node, 'x'));
    return latitude && longitude && { latitude, longitude };
  }

  /** Any two-dimensional latitude: the mark of a curvilinear grid. */
  anyPlaneLatitude(): ZarrNode | undefined {
    return [...this.group.nodes.values()].find(
      (node) => node.dims?.length === 2 && isPlaneCoordinate(node, 'y'),
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
  private coordinateOf(dim: string): ZarrNode | undefined {
    const isOverDim = (node: ZarrNode) => node.dims?.length === 1 && node.dims[0] === dim;
    const own = this.group.nodes.get(dim);
    if (own !== undefined && isOverDim(own)) return own;
    const others = [...this.group.nodes.values()].filter((node) => {
      const isListed = isOverDim(node) && this.auxiliary().has(node.name);
      return isListed && axisRole(node.name, node.attributes).strength >= 2;
    });
    return others.length === 1 ? others[0] : undefined;
  }
}

/** Names in a blank-separated attribute such as `coordinates`; `crs: x y` gives all three. */
export function namesIn(value: unknown): string[] {
  return (textOf(value) ?? '').split(/[\s:]+/).filter((name) => name !== '');
}

function auxiliaryNames({ nodes, attributes }: ZarrGroup): ReadonlySet<string> {
  const names = new Set(namesIn(attributes.coordinates));
  for (const node of nodes.values()) {
    for (const attribute of ['coordinates', 'bounds', 'climatology', 'grid_mapping', 'formula_terms'])
      for (const name of namesIn(node.attributes[attribute])) names.add(name);
    if (node.attributes.grid_mapping_name !== undefined || isDimensionCoordinate(node)) names.add(node.name);
    if (isPlaneCoordinate(node, 'x') || isPlaneCoordinate(node, 'y')) names.add(node.name);
  }
  return names;
}

function isDimensionCoordinate({ name, dims }: ZarrNode): boolean {
  return dims?.length === 1 && dims[0] === name;
}

function isPlaneCoordinate(node: ZarrNode, role: 'x' | 'y'): boolean {
  if (node.dims?.length !== 2) return false;
  const standardName = role === 'x' ? 'longitude' : 'latitude';
  if (textOf(node.attributes.standard_name) === standardName) return true;
  const units = textOf(node.attributes.units) ?? '';
  return (role === 'x' ? /^degrees?_?(east|E)$/i : /^degrees?_?(north|N)$/i).test(units);
}

function strongerOf(a: Dimension, b: Dimension, node: ZarrNode): Dimension {
  const rank = ({ coordinate, evidence }: Dimension) =>
    evidence.strength - (coordinate?.attributes.standard_name === 'forecast_reference_time' ? 0.5 : 0);
  if (rank(a) !== rank(b)) return rank(a) > rank(b) ? a : b;
  throw new UnsupportedError('two dimensions have the same role', {
    parameter: node.name,
    role: a.evidence.role,
    dimensions: [a.name, b.name],
  });
}
