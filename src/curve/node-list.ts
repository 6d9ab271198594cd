const settledState = -1;

/**
 * Nodes of one level still to refine and index ranges already settled, together in curve order. Columns,
 * not objects: a cover makes thousands of nodes.
 */
export class NodeList {
  /** First index of each entry. */
  readonly starts: number[] = [];
  /** Of a settled range where it ends. */
  readonly ends: number[] = [];
  readonly states: number[] = [];
  /** [entry * dimensions + d]: low corner of an open node. */
  readonly corners: number[] = [];
  /** Entries still to refine. */
  openCount = 0;
  readonly #dimensions: number;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  get length(): number {
    return this.starts.length;
  }

  isSettled(entry: number): boolean {
    return this.states[entry] === settledState;
  }

  /** Adds a node to refine. */
  open(node: { readonly start: number; readonly state: number; readonly corner: readonly number[] }): void {
    this.starts.push(node.start);
    this.ends.push(node.start);
    this.states.push(node.state);
    for (let d = 0; d < this.#dimensions; d++) this.corners.push(node.corner[d]!);
    this.openCount++;
  }

  /** Adds the range from `start` up to, not including, `end`; one that touches the range before extends it. */
  settle(start: number, end: number): void {
    const before = this.length - 1;
    if (before >= 0 && this.isSettled(before) && this.ends[before] === start) {
      this.ends[before] = end;
      return;
    }
    this.starts.push(start);
    this.ends.push(end);
    this.states.push(settledState);
    for (let d = 0; d < this.#dimensions; d++) this.corners.push(0);
  }
}
