import type { Accumulator, ValueRow } from '../aggregation/accumulator.js';

/** Bins that percentiles are found in. Values of 16 bits, scaled or not, have one each, so that theirs are exact. */
const FINE_BINS = 1 << 16;

/** How often values occur: `counts[i]` from `edges[i]` on and below `edges[i + 1]`, the last edge included. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Percentiles, and how far from the true ones they may be. */
export interface Percentiles {
  readonly asked: readonly number[];
  readonly values: readonly number[];
  readonly error: number;
}

/**
 * Counts values between bounds that are known. Holds 1.5 MiB, however many values there are.
 * The bounds are finite, as is their distance.
 */
export class ValueCounts implements Accumulator {
  readonly #low: number;
  readonly #edges: Float64Array;
  readonly #counts: Float64Array;
  readonly #coarse: number;
  readonly #fine: number;
  readonly #fineCounts = new Float64Array(FINE_BINS);
  readonly #lowest = new Float64Array(FINE_BINS).fill(Number.POSITIVE_INFINITY);
  readonly #highest = new Float64Array(FINE_BINS).fill(Number.NEGATIVE_INFINITY);

  constructor({ low, high }: { readonly low: number; readonly high: number }, bins: number) {
    const width = high - low;
    // All values alike are one bin without width.
    const count = width > 0 ? bins : 1;
    this.#low = low;
    this.#edges = Float64Array.from({ length: count + 1 }, (_, i) => low + width * (i / count));
    this.#edges[count] = high;
    this.#counts = new Float64Array(count);
    this.#coarse = scaleOf(count, width);
    this.#fine = scaleOf(FINE_BINS, width);
  }

  add({ values, from, count }: ValueRow): void {
    for (let i = from; i < from + count; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      this.#counts[this.#binOf(value)]!++;
      const fine = Math.min(FINE_BINS - 1, Math.floor((value - this.#low) * this.#fine));
      this.#fineCounts[fine]!++;
      if (value < this.#lowest[fine]!) this.#lowest[fine] = value;
      if (value > this.#highest[fine]!) this.#highest[fine] = value;
    }
  }

  /** The counts of the histogram. */
  results(): Float64Array {
    return this.#counts;
  }

  histogram(): Histogram {
    return { edges: [...this.#edges], counts: [...this.#counts] };
  }

  /**
   * Percentiles by count, between two values linearly (numpy's default). Exact where the values they lie at are the only
   * ones of their fine bins, or their ends; else a value is taken to lie evenly between its bin's ends.
   */
  percentiles(asked: readonly number[]): Percentiles {
    const total = this.#fineCounts.reduce((sum, count) => sum + count, 0);
    let error = 0;
    const values = asked.map((percent) => {
      const place = ((total - 1) * percent) / 100;
      const below = this.#valueAt(Math.floor(place));
      const above = this.#valueAt(Math.ceil(place));
      error = Math.max(error, below.error, above.error);
      return below.value + (above.value - below.value) * (place - Math.floor(place));
    });
    return { asked, values, error };
  }

  /** The edges decide, not the rounding of a division. */
  #binOf(value: number): number {
    const edges = this.#edges;
    const last = edges.length - 2;
    let bin = Math.min(last, Math.floor((value - this.#low) * this.#coarse));
    while (bin > 0 && value < edges[bin]!) bin--;
    while (bin < last && value >= edges[bin + 1]!) bin++;
    return bin;
  }

  /** The value that `rank` others come before in order. */
  #valueAt(rank: number): { readonly value: number; readonly error: number } {
    let before = 0;
    let bin = 0;
    while (bin < FINE_BINS - 1 && before + this.#fineCounts[bin]! <= rank) before += this.#fineCounts[bin++]!;
    const [low, high, count] = [this.#lowest[bin]!, this.#highest[bin]!, this.#fineCounts[bin]!];
    if (rank === before || low === high) return { value: low, error: 0 };
    if (rank === before + count - 1) return { value: high, error: 0 };
    const value = low + ((high - low) * (rank - before)) / (count - 1);
    return { value, error: Math.max(value - low, high - value) };
  }
}

/** Bins for each unit; none where the values are all alike, or so close that a number cannot tell. */
function scaleOf(bins: number, width: number): number {
  const scale = bins / width;
  return Number.isFinite(scale) ? scale : 0;
}
