const settledState = -1;
const firstCapacity = 512;
/** Columns that grew beyond this, for a cover without a budget, are given up when the list is used again. */
const keptCapacity = 1 << 15;
const mostDimensions = 4;

/** A node to refine, without its corner, for which one array serves all. */
export interface OpenNode {
  readonly start: number;
  readonly state: number;
  /** Segments `from` up to, not including, `to` have indexes of the node. */
  readonly from: number;
  readonly to: number;
}

/**
 * Nodes of one level still to refine and index ranges already settled, together in curve order. Columns,
 * not objects, and kept from one cover to the next: a cover makes thousands of nodes.
 */
export class NodeList {
  length = 0;
  /** Entries still to refine. */
  openCount = 0;
  /** First index of each entry. */
  starts = new Float64Array(firstCapacity);
  /** Of a settled range where it ends. */
  ends = new Float64Array(firstCapacity);
  states = new Int16Array(firstCapacity);
  /** [entry * dimensions + d]: low corner of an open node. */
  corners = new Float64Array(firstCapacity * mostDimensions);
  /** Segments of an open node. */
  froms = new Int32Array(firstCapacity);
  tos = new Int32Array(firstCapacity);

  /** Makes it empty. */
  clear(): void {
    this.length = 0;
    this.openCount = 0;
    if (this.starts.length > keptCapacity) this.#resize(firstCapacity);
  }

  isSettled(entry: number): boolean {
    return this.states[entry] === settledState;
  }

  /** The open node at `entry`. */
  openNode(entry: number): OpenNode {
    return {
      start: this.starts[entry]!,
      state: this.states[entry]!,
      from: this.froms[entry]!,
      to: this.tos[entry]!,
    };
  }

  /** Copies the low corner of the open node at `entry`. */
  readCorner(entry: number, into: Float64Array): void {
    for (let d = 0; d < into.length; d++) into[d] = this.corners[entry * into.length + d]!;
  }

  /** Adds a node to refine. */
  open(node: OpenNode, corner: Float64Array): void {
    const entry = this.#add();
    this.starts[entry] = node.start;
    this.states[entry] = node.state;
    this.froms[entry] = node.from;
    this.tos[entry] = node.to;
    for (let d = 0; d < corner.length; d++) this.corners[entry * corner.length + d] = corner[d]!;
    this.openCount++;
  }

  /** Adds the range from `start` up to, not including, `end`; one that touches the range before extends it. */
  settle(start: number, end: number): void {
    const before = this.length - 1;
    if (before >= 0 && this.states[before] === settledState && this.ends[before] === start) {
      this.ends[before] = end;
      return;
    }
    const entry = this.#add();
    this.starts[entry] = start;
    this.ends[entry] = end;
    this.states[entry] = settledState;
  }

  #add(): number {
    if (this.length === this.starts.length) this.#resize(2 * this.length);
    return this.length++;
  }

  #resize(capacity: number): void {
    this.starts = resized(this.starts, new Float64Array(capacity));
    this.ends = resized(this.ends, new Float64Array(capacity));
    this.states = resized(this.states, new Int16Array(capacity));
    this.corners = resized(this.corners, new Float64Array(capacity * mostDimensions));
    this.froms = resized(this.froms, new Int32Array(capacity));
    this.tos = resized(this.tos, new Int32Array(capacity));
  }
}

function resized<T extends Float64Array | Int32Array | Int16Array>(from: T, into: T): T {
  into.set(from.subarray(0, Math.min(from.length, into.length)));
  return into;
}
