import type { LevelMethod } from '../../catalog/index.js';

/** Planes of values, rows of columns, each plane [row, col] and one after the other; NaN is no data. */
export interface Planes {
  readonly values: Float64Array;
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
export function reduceBlocks(planes: Planes, method: LevelMethod, rowWeights: Float64Array): Planes {
  const { values, rows, cols } = planes;
  const size = { rows: Math.ceil(rows / 2), cols: Math.ceil(cols / 2) };
  const count = values.length / (rows * cols);
  const reduced = new Float64Array(count * size.rows * size.cols);
  if (method === 'mean' && rows % 2 === 0 && cols % 2 === 0) {
    meanOfWholeBlocks(planes, rowWeights, reduced);
    return { values: reduced, ...size };
  }
  const reduce = reducers[method];
  const block: number[] = [];
  const weights: number[] = [];
  let at = 0;
  for (let plane = 0; plane < count; plane++) {
    for (let row = 0; row < rows; row += 2) {
      for (let col = 0; col < cols; col += 2) {
        let cells = 0;
        for (let r = row; r < Math.min(row + 2, rows); r++) {
          for (let c = col; c < Math.min(col + 2, cols); c++) {
            block[cells] = values[(plane * rows + r) * cols + c]!;
            weights[cells++] = rowWeights[r]!;
          }
        }
        // Blocks at an odd edge only: setting a length, even to what it is, costs as much as all the rest.
        if (block.length !== cells) {
          block.length = cells;
          weights.length = cells;
        }
        reduced[at++] = reduce(block, weights);
      }
    }
  }
  return { values: reduced, ...size };
}

/** What `weightedMean` gives, to the last bit, for planes without an odd edge, and without a list for each block. */
function meanOfWholeBlocks(
  { values, rows, cols }: Planes,
  rowWeights: Float64Array,
  reduced: Float64Array,
): void {
  const block = [0, 0, 0, 0];
  const weights = [0, 0, 0, 0];
  let at = 0;
  for (let start = 0; start < values.length; start += 2 * cols) {
    const row = (start / cols) % rows;
    const [top, bottom] = [rowWeights[row]!, rowWeights[row + 1]!];
    const weight = top + top + bottom + bottom;
    for (let i = start; i < start + cols; i += 2) {
      const [a, b] = [values[i]!, values[i + 1]!];
      const [c, d] = [values[i + cols]!, values[i + cols + 1]!];
      // From zero on, as `weightedMean` adds: of four times -0 the sum is 0.
      const sum = 0 + a * top + b * top + c * bottom + d * bottom;
      if (!Number.isNaN(sum) && weight > 0) {
        reduced[at++] = sum / weight;
        continue;
      }
      block[0] = a;
      block[1] = b;
      block[2] = c;
      block[3] = d;
      weights[0] = weights[1] = top;
      weights[2] = weights[3] = bottom;
      reduced[at++] = weightedMean(block, weights);
    }
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
