import type { AggregationMethod } from './methods.js';

/** Results that may be held for methods that are asked for later: 8 MiB. */
const MAX_SHARED = 1 << 20;

/** Results of several methods block by block: [method][result]. */
export type ResultBlocks = AsyncGenerator<readonly Float64Array[]>;

/** What is computed, and how much comes of it. */
export interface Computation {
  readonly methods: readonly AggregationMethod[];
  /** Results of each method. */
  readonly results: number;
  compute(methods: readonly AggregationMethod[]): ResultBlocks;
}

/** How often the values are read for all methods together. */
export function passesOf({ methods, results }: Pick<Computation, 'methods' | 'results'>): number {
  return methods.length * results <= MAX_SHARED ? 1 : methods.length;
}

/**
 * Results of several methods over the same values, for callers that take one method after the other or all side by
 * side: few are computed in one go and held until each method has been taken, many are computed for each.
 */
export class SharedResults {
  readonly #computation: Computation;
  #shared:
    | { readonly blocks: ResultBlocks; readonly done: Promise<IteratorResult<readonly Float64Array[]>>[] }
    | undefined;
  #taken = 0;

  constructor(computation: Computation) {
    this.#computation = computation;
  }

  /** The results of one method in blocks. */
  async *of(method: AggregationMethod): AsyncGenerator<Float64Array> {
    const { methods, compute } = this.#computation;
    if (methods.length === 1 || passesOf(this.#computation) > 1) {
      for await (const [values] of compute([method])) yield values!;
      return;
    }
    this.#shared ??= { blocks: compute(methods), done: [] };
    const { blocks, done } = this.#shared;
    const place = methods.indexOf(method);
    for (let at = 0; ; at++) {
      if (at === done.length) done.push(blocks.next());
      const block = await done[at]!;
      if (block.done) break;
      yield block.value[place]!;
    }
    if (++this.#taken < methods.length) return;
    this.#shared = undefined;
    this.#taken = 0;
  }
}
