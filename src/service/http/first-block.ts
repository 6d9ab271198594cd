import type { CoverageAnswer, ValueBlocks } from '../../formats/index.js';

/**
 * The same answer with the first block of its first range read already: what is damaged there fails now, while
 * the client can still be told.
 */
export async function readFirstBlock(answer: CoverageAnswer): Promise<CoverageAnswer> {
  const [first, ...others] = answer.coverages;
  const [range, ...ranges] = first?.ranges ?? [];
  if (first === undefined || range === undefined) return answer;
  const blocks = range.values()[Symbol.asyncIterator]();
  const block = await blocks.next();
  const primed = { ...range, values: () => resume(block, blocks) };
  return { ...answer, coverages: [{ ...first, ranges: [primed, ...ranges] }, ...others] };
}

type Blocks = AsyncIterator<Float64Array | Float32Array>;

async function* resume(first: Awaited<ReturnType<Blocks['next']>>, rest: Blocks): ValueBlocks {
  try {
    for (let block = first; !block.done; block = await rest.next()) yield block.value;
  } finally {
    await rest.return?.();
  }
}
