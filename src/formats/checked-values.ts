import { cellsOf, wrongCount } from './check-answer.js';
import type { CoverageRange, ValueBlocks } from './coverage.js';

/**
 * The values of a range block by block.
 *
 * Throws: InvalidArgumentError when they do not fill its shape, or there are none; the signal's reason when it aborts.
 */
export async function* checkedValues(range: CoverageRange, signal?: AbortSignal): ValueBlocks {
  const expected = cellsOf(range);
  let found = 0;
  for await (const values of range.values()) {
    signal?.throwIfAborted();
    found += values.length;
    if (found > expected) throw wrongCount(range, found);
    yield values;
  }
  if (found !== expected || found === 0) throw wrongCount(range, found);
}
