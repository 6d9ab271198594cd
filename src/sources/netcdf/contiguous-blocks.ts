const maxBlockBytes = 1024 * 1024;

/**
 * The blocks in which an array without chunks is best read: of one step along all but the last two
 * dimensions, and no more than a megabyte where that can be had. Cut dimensions are cut at powers of two,
 * as tiles are.
 */
export function contiguousBlocks(
  shape: readonly number[],
  { cellBytes, maxChunkBytes }: { readonly cellBytes: number; readonly maxChunkBytes: number },
): number[] {
  const block = shape.map(() => 1);
  let bytes = cellBytes;
  const limit = Math.min(maxBlockBytes, maxChunkBytes);
  for (let d = shape.length - 1; d >= Math.max(0, shape.length - 2); d--) {
    const length = shape[d]!;
    const fits = Math.max(1, Math.floor(limit / bytes));
    block[d] = length <= fits ? length : 2 ** Math.floor(Math.log2(fits));
    bytes *= block[d]!;
    if (block[d] !== length) break;
  }
  return block;
}
