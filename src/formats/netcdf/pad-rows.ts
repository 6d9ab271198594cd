import type { ValueBlocks } from '../coverage.js';

/** Rows of `filled` values each, made longer by missing ones. */
export async function* padRows(
  blocks: ValueBlocks,
  { length, filled }: { readonly length: number; readonly filled: number },
): ValueBlocks {
  let inRow = 0;
  for await (const values of blocks) {
    const ended = Math.floor((inRow + values.length) / filled);
    const padded = new Float64Array(values.length + ended * (length - filled)).fill(Number.NaN);
    let to = 0;
    for (const value of values) {
      padded[to++] = value;
      inRow++;
      if (inRow < filled) continue;
      inRow = 0;
      to += length - filled;
    }
    yield padded;
  }
}
