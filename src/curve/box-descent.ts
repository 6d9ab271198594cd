import { BoxEdges, isInside, isOutside } from './box-edges.js';
import type { CurveBox, SegmentBounds } from './curve.js';
import type { CurveTree } from './curve-tree.js';
import { NodeList, type OpenNode } from './node-list.js';
import { lowerBound } from './segment-bounds.js';

/** A node over at most this many segments may be one range: its ends can show that the box meets each of them. */
const segmentsOfOneRange = 2;

// A cover runs from beginning to end before another begins, so that all can share these columns.
const columns = { nodes: new NodeList(), finer: new NodeList() };

/** Walks a curve's tree down into one box, a level at a time. */
export class BoxDescent {
  readonly #tree: CurveTree;
  readonly #edges: BoxEdges;
  readonly #segments: SegmentBounds | undefined;
  /** Low corner of the node at hand. */
  readonly #corner: Float64Array;
  #nodes = columns.nodes;
  #finer = columns.finer;
  #level = 0;

  constructor(tree: CurveTree, box: CurveBox, segments: SegmentBounds | undefined) {
    this.#tree = tree;
    this.#edges = new BoxEdges(tree, box);
    this.#segments = segments;
    this.#corner = new Float64Array(tree.dimensions);
    this.#finer.clear();
    const smallest = this.#descendTo(box);
    this.#place({ ...smallest, from: 0, to: segments?.last.length ?? 0 }, this.#isFilledBy(box));
    this.#swap();
  }

  /** What has been found, in curve order; all of it is settled after `settle`. */
  get nodes(): NodeList {
    return this.#nodes;
  }

  /** Every open node is replaced, in its place, by what its children add to the answer. */
  refine(): void {
    const nodes = this.#nodes;
    this.#finer.clear();
    this.#level++;
    for (let entry = 0; entry < nodes.length; entry++) {
      if (nodes.isSettled(entry)) this.#finer.settle(nodes.starts[entry]!, nodes.ends[entry]!);
      else this.#placeChildren(entry);
    }
    this.#swap();
  }

  /** Every open node is cut down to the range from its first cell in the box to its last. */
  settle(): void {
    const nodes = this.#nodes;
    this.#finer.clear();
    for (let entry = 0; entry < nodes.length; entry++) {
      if (nodes.isSettled(entry)) {
        this.#finer.settle(nodes.starts[entry]!, nodes.ends[entry]!);
        continue;
      }
      nodes.readCorner(entry, this.#corner);
      this.#settleNode(nodes.openNode(entry));
    }
    this.#swap();
  }

  #swap(): void {
    [this.#nodes, this.#finer] = [this.#finer, this.#nodes];
  }

  /** Goes down to the smallest node that holds the box: the levels above it tell nothing. */
  #descendTo(box: CurveBox): { start: number; state: number } {
    const { dimensions, depth, fan, sides, digits, states, cells } = this.#tree;
    const corner = this.#corner;
    let start = 0;
    let state = 0;
    for (; this.#level < depth; this.#level++) {
      const level = this.#level + 1;
      let which = 0;
      for (let d = 0; d < dimensions; d++) {
        const middle = corner[d]! + sides[level * dimensions + d]!;
        if (box.min[d]! >= middle) which |= 1 << d;
        else if (box.max[d]! >= middle) return { start, state };
      }
      const digit = digits[state * 2 ** dimensions + which]!;
      start += digit * cells[level]!;
      state = states[state * fan + digit]!;
      for (let d = 0; d < dimensions; d++) {
        corner[d]! += ((which >> d) & 1) * sides[level * dimensions + d]!;
      }
    }
    return { start, state };
  }

  /** The node at hand, which holds the box, holds nothing else. */
  #isFilledBy({ min, max }: CurveBox): boolean {
    const { dimensions, sides } = this.#tree;
    return min.every((low, d) => max[d]! - low + 1 === sides[this.#level * dimensions + d]);
  }

  #placeChildren(entry: number): void {
    const { dimensions, fan, corners, states, cells, sides } = this.#tree;
    const parents = this.#nodes;
    const at = entry * dimensions;
    const level = this.#level;
    const firstChild = parents.states[entry]! * fan;
    const to = parents.tos[entry]!;
    let from = parents.froms[entry]!;
    const view = this.#edges.view(parents.corners, at, level);
    for (let digit = 0; digit < fan; digit++) {
      const child = firstChild + digit;
      const which = corners[child]!;
      if (isOutside(view, which)) continue;
      for (let d = 0; d < dimensions; d++) {
        this.#corner[d] = parents.corners[at + d]! + ((which >> d) & 1) * sides[level * dimensions + d]!;
      }
      const start = parents.starts[entry]! + digit * cells[level]!;
      // Children follow the curve: what lies before one's segments lies before those of the next.
      from = this.#place({ start, state: states[child]!, from, to }, isInside(view, which));
    }
  }

  /**
   * Adds the node at hand, some of whose cells are in the box: as a range where there is nothing more to learn,
   * else to be refined. Its segments are looked for among those given; returns the first of them.
   */
  #place(node: OpenNode, isInBox: boolean): number {
    const { start, state } = node;
    const end = start + this.#tree.cells[this.#level]!;
    if (this.#segments === undefined) {
      if (isInBox) this.#finer.settle(start, end);
      else this.#finer.open(node, this.#corner);
      return 0;
    }
    const { first, last } = this.#segments;
    const from = lowerBound(last, start, node.from, node.to);
    const to = lowerBound(first, end, from, node.to);
    if (from === to) return from;
    if (isInBox) this.#finer.settle(start, end);
    else if (to - from > segmentsOfOneRange || !this.#settleWhole({ start, state, from, to })) {
      this.#finer.open({ start, state, from, to }, this.#corner);
    }
    return from;
  }

  /** Settles a node that need not be refined: the box meets each of its segments, or none. False for others. */
  #settleWhole(node: OpenNode): boolean {
    const { first, last } = this.#segments!;
    const start = this.#firstCell(node);
    const final = this.#lastCell(node);
    const from = lowerBound(last, start, node.from, node.to);
    const to = lowerBound(first, final + 1, from, node.to);
    if (from === to) return true;
    // Only the segments that hold the two ends are known to have a cell of the box.
    const known = (first[from]! <= start ? 1 : 0) + (last[to - 1]! >= final ? 1 : 0);
    if (known < to - from) return false;
    this.#finer.settle(start, final + 1);
    return true;
  }

  #settleNode(node: OpenNode): void {
    const start = this.#firstCell(node);
    const end = this.#lastCell(node) + 1;
    if (this.#segments !== undefined) {
      const from = lowerBound(this.#segments.last, start, node.from, node.to);
      if (from === node.to || this.#segments.first[from]! >= end) return;
    }
    this.#finer.settle(start, end);
  }

  #firstCell({ start, state }: OpenNode): number {
    return this.#edges.edgeCell({ level: this.#level, start, state }, this.#corner, 1);
  }

  #lastCell({ start, state }: OpenNode): number {
    return this.#edges.edgeCell({ level: this.#level, start, state }, this.#corner, -1);
  }
}
