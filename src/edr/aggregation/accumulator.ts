import type { Summary } from '../../raster/index.js';
import type { AggregationMethod } from './methods.js';

/** Values that are added up plainly at once: so few that their rounding does not show. */
const CHUNK = 64;

/** Values that follow each other, NaN where one is missing, and where they go. */
export interface ValueRow {
  readonly values: Float64Array;
  readonly from: number;
  readonly count: number;
  /** The result that the first goes to. */
  readonly at: number;
  /** 0 when all go to the same result, 1 when each goes to its own. */
  readonly step: 0 | 1;
  /** Of each of the values; above 0. */
  readonly weight: number;
}

/** Results of one method while values arrive, in any order. */
export interface Accumulator {
  add(row: ValueRow): void;
  /** All the values of a tile, each of weight 1. Undefined where the method needs the values themselves. */
  addSummary?(summary: Summary, at: number): void;
  /** The results; NaN where no value was valid. */
  results(): Float64Array;
}

/** An accumulator of `count` results. */
export function accumulatorOf(method: AggregationMethod, count: number): Accumulator {
  switch (method) {
    case 'mean':
      return new Means(count);
    case 'min':
      return new Extremes(count, 1);
    case 'max':
      return new Extremes(count, -1);
    case 'sum':
      return new Sums(count);
    case 'count':
      return new Counts(count);
    case 'std':
      return new Deviations(count);
    default:
      return method satisfies never;
  }
}

/** Whether a method gets by with the statistics of tiles. */
export function takesSummaries(method: AggregationMethod): boolean {
  return accumulatorOf(method, 0).addSummary !== undefined;
}

class Counts implements Accumulator {
  readonly #counts: Float64Array;

  constructor(count: number) {
    this.#counts = new Float64Array(count);
  }

  add({ values, from, count, at, step }: ValueRow): void {
    for (let i = from, to = at; i < from + count; i++, to += step) {
      if (!Number.isNaN(values[i])) this.#counts[to]!++;
    }
  }

  addSummary({ valid }: Summary, at: number): void {
    this.#counts[at]! += valid;
  }

  results(): Float64Array {
    return this.#counts;
  }
}

/** The smallest values, or with `sign` -1 the largest. */
class Extremes implements Accumulator {
  readonly #best: Float64Array;
  readonly #sign: 1 | -1;

  constructor(count: number, sign: 1 | -1) {
    this.#best = new Float64Array(count).fill(Number.NaN);
    this.#sign = sign;
  }

  add({ values, from, count, at, step }: ValueRow): void {
    const best = this.#best;
    const sign = this.#sign;
    for (let i = from, to = at; i < from + count; i++, to += step) {
      const value = values[i]!;
      // Not `value < best`: the first valid one is compared with NaN.
      if (!Number.isNaN(value) && !(best[to]! * sign <= value * sign)) best[to] = value;
    }
  }

  addSummary({ min, max }: Summary, at: number): void {
    const value = this.#sign === 1 ? min : max;
    if (!(this.#best[at]! * this.#sign <= value * this.#sign)) this.#best[at] = value;
  }

  results(): Float64Array {
    return this.#best;
  }
}

/** Sums that keep what rounding takes from them, by Neumaier's compensation. */
class CompensatedSums {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    this.#lost = new Float64Array(count);
  }

  add(at: number, value: number): void {
    const before = this.#sums[at]!;
    const after = before + value;
    this.#lost[at]! += Math.abs(before) >= Math.abs(value) ? before - after + value : value - after + before;
    this.#sums[at] = after;
  }

  /** Adds weighted values, and to `weights` what they weigh. */
  addRow({ values, from, count, at, step, weight }: ValueRow, weights: Float64Array): void {
    if (step === 1) {
      for (let i = 0; i < count; i++) {
        const value = values[from + i]!;
        if (Number.isNaN(value)) continue;
        this.add(at + i, value * weight);
        weights[at + i]! += weight;
      }
      return;
    }
    for (let start = from; start < from + count; start += CHUNK) {
      const end = Math.min(start + CHUNK, from + count);
      let sum = 0;
      let valid = 0;
      for (let i = start; i < end; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        valid++;
      }
      if (valid === 0) continue;
      this.add(at, sum * weight);
      weights[at]! += valid * weight;
    }
  }

  at(at: number): number {
    const sum = this.#sums[at]!;
    // Of an infinite sum what was lost is no number.
    return Number.isFinite(sum) ? sum + this.#lost[at]! : sum;
  }
}

class Sums implements Accumulator {
  readonly #sums: CompensatedSums;
  readonly #counts: Float64Array;

  constructor(count: number) {
    this.#sums = new CompensatedSums(count);
    this.#counts = new Float64Array(count);
  }

  add(row: ValueRow): void {
    this.#sums.addRow({ ...row, weight: 1 }, this.#counts);
  }

  addSummary({ sum, valid }: Summary, at: number): void {
    this.#sums.add(at, sum);
    this.#counts[at]! += valid;
  }

  results(): Float64Array {
    return this.#counts.map((count, at) => (count === 0 ? Number.NaN : this.#sums.at(at)));
  }
}

class Means implements Accumulator {
  readonly #sums: CompensatedSums;
  readonly #weights: Float64Array;

  constructor(count: number) {
    this.#sums = new CompensatedSums(count);
    this.#weights = new Float64Array(count);
  }

  add(row: ValueRow): void {
    this.#sums.addRow(row, this.#weights);
  }

  addSummary({ sum, valid }: Summary, at: number): void {
    this.#sums.add(at, sum);
    this.#weights[at]! += valid;
  }

  /** 0 / 0 where no value was valid. */
  results(): Float64Array {
    return this.#weights.map((weight, at) => this.#sums.at(at) / weight);
  }
}

/**
 * Standard deviations by means and squared deviations from them, those of a chunk at a time.
 * Source: Chan, Golub & LeVeque, 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
 */
class Deviations implements Accumulator {
  readonly #weights: Float64Array;
  readonly #means: Float64Array;
  readonly #squares: Float64Array;

  constructor(count: number) {
    this.#weights = new Float64Array(count);
    this.#means = new Float64Array(count);
    this.#squares = new Float64Array(count);
  }

  add({ values, from, count, at, step, weight }: ValueRow): void {
    if (step === 1) {
      for (let i = 0; i < count; i++) {
        const value = values[from + i]!;
        if (!Number.isNaN(value)) this.#merge(at + i, { weight, mean: value, squares: 0 });
      }
      return;
    }
    for (let start = from; start < from + count; start += CHUNK) {
      const chunk = momentsOf(values, start, Math.min(start + CHUNK, from + count));
      if (chunk === undefined) continue;
      const { valid, mean, squares } = chunk;
      this.#merge(at, { weight: valid * weight, mean, squares: squares * weight });
    }
  }

  #merge(at: number, chunk: { weight: number; mean: number; squares: number }): void {
    const before = this.#weights[at]!;
    const weight = before + chunk.weight;
    const away = chunk.mean - this.#means[at]!;
    this.#weights[at] = weight;
    this.#means[at]! += (away * chunk.weight) / weight;
    this.#squares[at]! += chunk.squares + away * away * before * (chunk.weight / weight);
  }

  /** 0 / 0 where no value was valid. */
  results(): Float64Array {
    return this.#squares.map((squares, at) => Math.sqrt(squares / this.#weights[at]!));
  }
}

function momentsOf(
  values: Float64Array,
  start: number,
  end: number,
): { valid: number; mean: number; squares: number } | undefined {
  let valid = 0;
  let sum = 0;
  for (let i = start; i < end; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i]!;
    valid++;
  }
  if (valid === 0) return undefined;
  const mean = sum / valid;
  let squares = 0;
  for (let i = start; i < end; i++) {
    const away = values[i]! - mean;
    if (!Number.isNaN(values[i])) squares += away * away;
  }
  return { valid, mean, squares };
}
