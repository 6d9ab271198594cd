import type { CurveBox } from './curve.js';
import type { CurveTree } from './curve-tree.js';

/**
 * How the halves of a node lie to a box, four bits each, one for a dimension: the low half misses the box, the
 * high half does, the low half sticks out of it, the high half does. A child is one half or the other in every
 * dimension (the whole, as if low, where its parent is not halved), so this tells about all children at once.
 */
export type HalvesView = number;

/** The child at corner `which` has no cell in the box. */
export function isOutside(view: HalvesView, which: number): boolean {
  return (((which & (view >> 4)) | (~which & view)) & 15) !== 0;
}

/** All cells of the child at corner `which` are in the box. */
export function isInside(view: HalvesView, which: number): boolean {
  return (((which & (view >> 12)) | (~which & (view >> 8))) & 15) === 0;
}

/** A box seen from the nodes of a tree. */
export class BoxEdges {
  readonly #tree: CurveTree;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  /** Low corner of the node that `edgeCell` has come to. */
  readonly #corner: Float64Array;

  constructor(tree: CurveTree, box: CurveBox) {
    this.#tree = tree;
    this.#min = Float64Array.from(box.min);
    this.#max = Float64Array.from(box.max);
    this.#corner = new Float64Array(tree.dimensions);
  }

  /** How the children, at `level`, of the node whose low corner is at `corners[at]` lie to the box. */
  view(corners: Float64Array, at: number, level: number): HalvesView {
    const { dimensions, sides } = this.#tree;
    const mins = this.#min;
    const maxs = this.#max;
    let view = 0;
    for (let d = 0; d < dimensions; d++) {
      const side = sides[level * dimensions + d]!;
      const low = corners[at + d]!;
      const middle = low + side;
      const end = middle + side;
      const min = mins[d]!;
      const max = maxs[d]!;
      if (middle <= min || low > max) view |= 1 << d;
      if (end <= min || middle > max) view |= 16 << d;
      if (low < min || middle > max + 1) view |= 256 << d;
      if (middle < min || end > max + 1) view |= 4096 << d;
    }
    return view;
  }

  /** The first (`step` 1) or last (`step` -1) index in the box of a node that has a cell in the box. */
  edgeCell(
    node: { readonly level: number; readonly start: number; readonly state: number },
    nodeCorner: Float64Array,
    step: 1 | -1,
  ): number {
    const { dimensions, fan, corners, states, cells } = this.#tree;
    let { level, start, state } = node;
    for (let d = 0; d < dimensions; d++) this.#corner[d] = nodeCorner[d]!;
    // Where all of a node is within the box in some dimension, so are its children: only the others are looked at.
    let cut = this.#cutDimensions((1 << dimensions) - 1, level);
    while (cut !== 0) {
      level++;
      const misses = this.#missedHalves(cut, level);
      let child = state * fan + (step === 1 ? 0 : fan - 1);
      while (isOutside(misses, corners[child]!)) child += step;
      this.#enter(corners[child]! & cut, level);
      start += (child - state * fan) * cells[level]!;
      state = states[child]!;
      cut = this.#cutDimensions(cut, level);
    }
    return step === 1 ? start : start + cells[level]! - 1;
  }

  /** Of the dimensions in `among`, those in which the node at `#corner` sticks out of the box. */
  #cutDimensions(among: number, level: number): number {
    const { dimensions, sides } = this.#tree;
    let cut = 0;
    for (let d = 0; d < dimensions; d++) {
      if (((among >> d) & 1) === 0) continue;
      const low = this.#corner[d]!;
      if (low < this.#min[d]! || low + sides[level * dimensions + d]! > this.#max[d]! + 1) cut |= 1 << d;
    }
    return cut;
  }

  /** The halves of the node at `#corner` that miss the box in the dimensions `cut`; its children are at `level`. */
  #missedHalves(cut: number, level: number): HalvesView {
    const { dimensions, sides } = this.#tree;
    let view = 0;
    for (let d = 0; d < dimensions; d++) {
      if (((cut >> d) & 1) === 0) continue;
      const middle = this.#corner[d]! + sides[level * dimensions + d]!;
      if (middle <= this.#min[d]!) view |= 1 << d;
      else if (middle > this.#max[d]!) view |= 16 << d;
    }
    return view;
  }

  /** Moves `#corner` to the child that is the high half in the dimensions `high`. */
  #enter(high: number, level: number): void {
    const { dimensions, sides } = this.#tree;
    for (let d = 0; d < dimensions; d++) {
      if (((high >> d) & 1) === 1) this.#corner[d]! += sides[level * dimensions + d]!;
    }
  }
}
