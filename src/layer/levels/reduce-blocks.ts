import type { LevelMethod } from '../../catalog/index.js';

/** Planes of values, rows of columns, each plane [row, col] and one after the other; NaN is no data. */
export interface Planes {
  readonly values: Float64Array | Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/** One value from the up to four of a block, in reading order. NaN where there is none. */
type Reduce = (block: readonly number[], weights: readonly number[]) => number;

const reducers: Readonly<Record<LevelMethod, Reduce>> = {
  mean: weightedMean,
  nearest: ([first]) => first!,
  mode: mostFrequent,
  min: (block) => extreme(block, (a, b) => a < b),
  max: (block) => extreme(block, (a, b) => a > b),
  median: middle,
};

/**
 * Halves planes along rows and columns. `rowWeights` has one weight per row, its cells' area; only `mean` uses
 * it. `nearest` takes the first cell of each block, valid or not; the others look at valid cells only.
 */
export function reduceBlocks(planes: Planes, method: LevelMethod, rowWeights: Float64Array): ReducedPlanes {
  const { rows, cols } = planes;
  const size = { rows: Math.ceil(rows / 2), cols: Math.ceil(cols / 2) };
  const count = planes.values.length / (rows * cols);
  const reduced = new Float64Array(count * size.rows * size.cols);
  const blocks = new BlockReducer(planes, reducers[method], rowWeights);
  let at = 0;
  for (let top = 0; top < count * rows; top += rows) {
    for (let row = 0; row < rows; row += 2) {
      const start = (top + row) * cols;
      const isWhole = method === 'mean' && row + 1 < rows;
      const done = isWhole ? blocks.meanOfWhole(start, row, { into: reduced, at }) : 0;
      for (let col = done; col < cols; col += 2) reduced[at + col / 2] = blocks.reduce(start, row, col);
      at += size.cols;
    }
  }
  return { values: reduced, ...size };
}

/** What `reduceBlocks` makes. */
export interface ReducedPlanes extends Planes {
  readonly values: Float64Array;
}

class BlockReducer {
  readonly #planes: Planes;
  readonly #reduce: Reduce;
  readonly #rowWeights: Float64Array;
  readonly #block: number[] = [];
  readonly #weights: number[] = [];

  constructor(planes: Planes, reduce: Reduce, rowWeights: Float64Array) {
    this.#planes = planes;
    this.#reduce = reduce;
    this.#rowWeights = rowWeights;
  }

  /** The value of the block in rows `row` and the next, from `col` on; `start` is the row's first value. */
  reduce(start: number, row: number, col: number): number {
    const { values, rows, cols } = this.#planes;
    const block = this.#block;
    const weights = this.#weights;
    let cells = 0;
    for (let r = row, at = start; r < Math.min(row + 2, rows); r++, at += cols) {
      for (let c = col; c < Math.min(col + 2, cols); c++) {
        block[cells] = values[at + c]!;
        weights[cells++] = this.#rowWeights[r]!;
      }
    }
    // Blocks at an odd edge only: setting a length, even to what it is, costs as much as all the rest.
    if (block.length !== cells) {
      block.length = cells;
      weights.length = cells;
    }
    return this.#reduce(block, weights);
  }

  /**
   * What `weightedMean` gives, to the last bit, for the blocks of two whole rows, without a list for each block; the
   * columns that are done.
   */
  meanOfWhole(start: number, row: number, { into, at }: { into: Float64Array; at: number }): number {
    const { values, cols } = this.#planes;
    const [top, bottom] = [this.#rowWeights[row]!, this.#rowWeights[row + 1]!];
    const weight = top + top + bottom + bottom;
    const end = cols - (cols % 2);
    for (let col = 0, i = start; col < end; col += 2, i += 2) {
      // From zero on, as `weightedMean` adds: of four times -0 the sum is 0.
      const sum =
        0 +
        values[i]! * top +
        values[i + 1]! * top +
        values[i + cols]! * bottom +
        values[i + cols + 1]! * bottom;
      const isPlain = !Number.isNaN(sum) && weight > 0;
      into[at + col / 2] = isPlain ? sum / weight : this.reduce(start, row, col);
    }
    return end;
  }
}

function weightedMean(block: readonly number[], weights: readonly number[]): number {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < block.length; i++) {
    if (Number.isNaN(block[i]!)) continue;
    sum += block[i]! * weights[i]!;
    weight += weights[i]!;
  }
  return weight > 0 ? sum / weight : Number.NaN;
}

/** Of equally frequent values the smallest, so that the result does not depend on their order. */
function mostFrequent(block: readonly number[]): number {
  let best = Number.NaN;
  let bestCount = 0;
  for (const value of block) {
    if (Number.isNaN(value)) continue;
    const count = block.filter((other) => other === value).length;
    if (count > bestCount || (count === bestCount && value < best)) {
      best = value;
      bestCount = count;
    }
  }
  return best;
}

function extreme(block: readonly number[], isBetter: (a: number, b: number) => boolean): number {
  let best = Number.NaN;
  for (const value of block) if (Number.isNaN(best) || isBetter(value, best)) best = value;
  return best;
}

/** The mean of the two middle values when their count is even. */
function middle(block: readonly number[]): number {
  const valid = block.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (valid.length === 0) return Number.NaN;
  const half = valid.length / 2;
  return (valid[Math.ceil(half) - 1]! + valid[Math.floor(half)]!) / 2;
}
