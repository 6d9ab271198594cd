import type { CurveBox, SegmentBounds } from './curve.js';
import type { CurveTree } from './curve-tree.js';
import { NodeList } from './node-list.js';
import { fitSegments } from './segment-bounds.js';

type Relation = 'outside' | 'meets' | 'inside';

/** A node of the tree; `corner` is its cell with the lowest coordinates. */
interface CurveNode {
  readonly level: number;
  readonly start: number;
  readonly state: number;
  readonly corner: number[];
}

/** Walks a curve's tree down into one box, a level at a time. */
export class BoxDescent {
  readonly #tree: CurveTree;
  readonly #box: CurveBox;
  readonly #segments: SegmentBounds | undefined;
  /** Low corner of the child looked at last; one array for all, since most children are dropped at once. */
  readonly #corner: number[];

  constructor(tree: CurveTree, box: CurveBox, segments: SegmentBounds | undefined) {
    this.#tree = tree;
    this.#box = box;
    this.#segments = segments;
    this.#corner = new Array<number>(tree.dimensions).fill(0);
  }

  /** The root as the only node. */
  root(): NodeList {
    const nodes = new NodeList(this.#tree.dimensions);
    nodes.open({ start: 0, state: 0, corner: this.#corner });
    return nodes;
  }

  /** The open nodes of `level` replaced, each in its place, by what its children add to the answer. */
  refine(nodes: NodeList, level: number): NodeList {
    const { dimensions, fan, corners, states, cells } = this.#tree;
    const finer = new NodeList(dimensions);
    for (let entry = 0; entry < nodes.length; entry++) {
      const start = nodes.starts[entry]!;
      const state = nodes.states[entry]!;
      if (nodes.isSettled(entry)) {
        finer.settle(start, nodes.ends[entry]!);
        continue;
      }
      for (let digit = 0; digit < fan; digit++) {
        const child = state * fan + digit;
        const relation = this.#relate(nodes.corners, entry * dimensions, corners[child]!, level + 1);
        if (relation === 'outside') continue;
        const childStart = start + digit * cells[level + 1]!;
        this.#place(finer, relation, { level: level + 1, start: childStart, state: states[child]! });
      }
    }
    return finer;
  }

  /** The open nodes of `level` cut down to the range from their first cell in the box to their last. */
  settle(nodes: NodeList, level: number): NodeList {
    const { dimensions } = this.#tree;
    const settled = new NodeList(dimensions);
    for (let entry = 0; entry < nodes.length; entry++) {
      const start = nodes.starts[entry]!;
      if (nodes.isSettled(entry)) {
        settled.settle(start, nodes.ends[entry]!);
        continue;
      }
      const corner = nodes.corners.slice(entry * dimensions, (entry + 1) * dimensions);
      this.#settleNode(settled, { level, start, state: nodes.states[entry]!, corner });
    }
    return settled;
  }

  /** Adds the child in `#corner`: as a node to refine, or as a range where there is nothing more to learn. */
  #place(nodes: NodeList, relation: Relation, child: Omit<CurveNode, 'corner'>): void {
    const { level, start, state } = child;
    const end = start + this.#tree.cells[level]!;
    const fit = this.#segments === undefined ? 'across' : fitSegments(this.#segments, start, end);
    if (fit === 'gap') return;
    if (relation === 'inside') nodes.settle(start, end);
    else if (fit === 'within') this.#settleNode(nodes, { ...child, corner: this.#corner.slice() });
    else nodes.open({ start, state, corner: this.#corner });
  }

  #settleNode(nodes: NodeList, node: CurveNode): void {
    const first = this.#edgeCell(node, 'first');
    const end = this.#edgeCell(node, 'last') + 1;
    if (this.#segments === undefined || fitSegments(this.#segments, first, end) !== 'gap') {
      nodes.settle(first, end);
    }
  }

  /** First or last index of a node, which has a cell in the box, that is in the box. */
  #edgeCell(node: CurveNode, edge: 'first' | 'last'): number {
    const { fan, corners, states, cells, depth } = this.#tree;
    const corner = node.corner.slice();
    const step = edge === 'first' ? 1 : -1;
    let { start, state } = node;
    for (let level = node.level + 1; level <= depth; level++) {
      let digit = edge === 'first' ? 0 : fan - 1;
      let relation = this.#relate(corner, 0, corners[state * fan + digit]!, level);
      while (relation === 'outside') {
        digit += step;
        relation = this.#relate(corner, 0, corners[state * fan + digit]!, level);
      }
      start += digit * cells[level]!;
      if (relation === 'inside') return edge === 'first' ? start : start + cells[level]! - 1;
      state = states[state * fan + digit]!;
      for (let d = 0; d < corner.length; d++) corner[d] = this.#corner[d]!;
    }
    return start;
  }

  /** How a child lies to the box. `which` is its corner among the parent's, whose own low corner is at `parents[at]`. */
  #relate(parents: readonly number[], at: number, which: number, level: number): Relation {
    const { dimensions, sides } = this.#tree;
    const { min, max } = this.#box;
    let isInside = true;
    for (let d = 0; d < dimensions; d++) {
      const side = sides[level * dimensions + d]!;
      const low = parents[at + d]! + (((which >> d) & 1) === 1 ? side : 0);
      const high = low + side - 1;
      if (high < min[d]! || low > max[d]!) return 'outside';
      if (low < min[d]! || high > max[d]!) isInside = false;
      this.#corner[d] = low;
    }
    return isInside ? 'inside' : 'meets';
  }
}
