/** Turns rows that run from east to west, whatever the blocks in which they come. */
export class RowTurner {
  readonly #row: Float64Array;
  #filled = 0;

  constructor(columns: number) {
    this.#row = new Float64Array(columns);
  }

  /** The rows that end within `values`, turned. */
  take(values: Float64Array | Float32Array): Float64Array {
    const length = this.#row.length;
    const turned = new Float64Array(Math.floor((this.#filled + values.length) / length) * length);
    let at = 0;
    for (const value of values) {
      this.#row[length - 1 - this.#filled++] = value;
      if (this.#filled < length) continue;
      turned.set(this.#row, at);
      at += length;
      this.#filled = 0;
    }
    return turned;
  }
}
