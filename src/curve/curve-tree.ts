/**
 * A curve as a tree of boxes. The root is the whole grid; every node is cut into `fan` equal children, and
 * children in digit order follow the curve. What a node's children look like depends on its state alone.
 */
export interface CurveTree {
  readonly dimensions: number;
  /** Levels below the root; nodes at `depth` are single cells. */
  readonly depth: number;
  readonly fan: number;
  /** [state * fan + digit]: bit d is set when the child is the upper half of its parent in dimension d. */
  readonly corners: Uint8Array;
  /** [state * fan + digit]: the child's state. The root's is 0. */
  readonly states: Uint8Array;
  /** [state * 2 ** dimensions + corner]: the digit of the child at that corner. */
  readonly digits: Uint8Array;
  /** [level * dimensions + d]: cells along each side of a node. */
  readonly sides: Float64Array;
  /** [level]: cells of a node, which is also the length of its index interval. */
  readonly cells: Float64Array;
}

/** The rules that make a tree; see `CurveTree` for corners and states. */
export interface CurveTreeRules {
  readonly bits: readonly number[];
  readonly depth: number;
  readonly stateCount: number;
  readonly fan: number;
  /** Which dimensions nodes at `level` are halved in, one bit each. */
  halved(level: number): number;
  child(state: number, digit: number): { readonly corner: number; readonly state: number };
}

/** Writes the rules of a curve down as tables. */
export function createCurveTree(rules: CurveTreeRules): CurveTree {
  const { bits, depth, fan, stateCount } = rules;
  const dimensions = bits.length;
  const corners = new Uint8Array(stateCount * fan);
  const states = new Uint8Array(stateCount * fan);
  const digits = new Uint8Array(stateCount * 2 ** dimensions);
  for (let state = 0; state < stateCount; state++) {
    for (let digit = 0; digit < fan; digit++) {
      const child = rules.child(state, digit);
      corners[state * fan + digit] = child.corner;
      states[state * fan + digit] = child.state;
      digits[state * 2 ** dimensions + child.corner] = digit;
    }
  }
  return { dimensions, depth, fan, corners, states, digits, ...nodeSizes(rules) };
}

/** Index of a point that lies in the grid. */
export function encodePoint(tree: CurveTree, point: readonly number[]): number {
  const { dimensions, depth, fan, sides } = tree;
  const width = 2 ** dimensions;
  const rest = point.slice();
  let index = 0;
  let state = 0;
  for (let level = 1; level <= depth; level++) {
    let corner = 0;
    for (let d = 0; d < dimensions; d++) {
      const side = sides[level * dimensions + d]!;
      const half = rest[d]! >= side ? 1 : 0;
      corner |= half << d;
      rest[d]! -= half * side;
    }
    const digit = tree.digits[state * width + corner]!;
    index = index * fan + digit;
    state = tree.states[state * fan + digit]!;
  }
  return index;
}

/** Point of an index that lies on the curve. */
export function decodeIndex(tree: CurveTree, index: number): number[] {
  const { dimensions, depth, fan, sides, cells } = tree;
  const point = new Array<number>(dimensions).fill(0);
  let rest = index;
  let state = 0;
  for (let level = 1; level <= depth; level++) {
    const digit = Math.floor(rest / cells[level]!);
    rest -= digit * cells[level]!;
    const corner = tree.corners[state * fan + digit]!;
    for (let d = 0; d < dimensions; d++) {
      point[d]! += ((corner >> d) & 1) * sides[level * dimensions + d]!;
    }
    state = tree.states[state * fan + digit]!;
  }
  return point;
}

function nodeSizes({ bits, depth, halved }: CurveTreeRules): Pick<CurveTree, 'sides' | 'cells'> {
  const sides = new Float64Array((depth + 1) * bits.length);
  const cells = new Float64Array(depth + 1);
  const left = bits.slice();
  for (let level = 0; level <= depth; level++) {
    sides.set(
      left.map((b) => 2 ** b),
      level * bits.length,
    );
    cells[level] = 2 ** left.reduce((sum, b) => sum + b, 0);
    const mask = level < depth ? halved(level) : 0;
    for (let d = 0; d < bits.length; d++) left[d]! -= (mask >> d) & 1;
  }
  return { sides, cells };
}
