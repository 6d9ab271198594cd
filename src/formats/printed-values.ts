import { checkedValues } from './checked-values.js';
import type { CoverageParameter, CoverageRange } from './coverage.js';
import { numberPrinter } from './number-text.js';
import type { OutChunks } from './out-chunks.js';

/** A range, and the parameter whose values it has. */
export interface DescribedRange {
  readonly range: CoverageRange;
  readonly parameter: CoverageParameter;
}

/**
 * Prints all values of a range with commas between them; yields chunks as they fill up. Throws: as `checkedValues`.
 */
export async function* printValues(
  { range, parameter }: DescribedRange,
  out: OutChunks,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const print = numberPrinter(parameter.precision);
  let isFirst = true;
  for await (const values of checkedValues(range, signal)) {
    for (let start = 0; start < values.length; isFirst = false) {
      signal?.throwIfAborted();
      start = out.numbers(values, { start, isFirst, print });
      yield* out.takeFull();
    }
  }
}
