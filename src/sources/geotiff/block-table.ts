import { blockBytes, type ImageLayout } from './image-layout.js';
import type { TiffDirectory } from './tiff-directory.js';
import type { FileSpan, TiffFile } from './tiff-file.js';

/** Where an image's blocks are; all of them lie inside the file. */
export class BlockTable {
  private readonly offsets: Float64Array;
  private readonly lengths: Float64Array;

  constructor(offsets: Float64Array, lengths: Float64Array) {
    this.offsets = offsets;
    this.lengths = lengths;
  }

  /** The first block that was written. */
  firstSpan(): FileSpan | undefined {
    return this.span(this.lengths.findIndex((length) => length > 0));
  }

  /** A block's bytes in the file; undefined for one that was never written. */
  span(index: number): FileSpan | undefined {
    const length = this.lengths[index] ?? 0;
    return length === 0 ? undefined : { offset: this.offsets[index]!, length };
  }
}

const HEADER_BYTES = 8;

/**
 * Reads where the blocks are, and checks that each is in the file and no longer than it can be.
 */
export async function readBlockTable(directory: TiffDirectory, layout: ImageLayout): Promise<BlockTable> {
  const { blocksAcross, blocksDown, bands, bandsPerBlock, isTiled } = layout;
  const count = (blocksAcross * blocksDown * bands) / bandsPerBlock;
  const [offsetTag, lengthTag] = isTiled
    ? (['TileOffsets', 'TileByteCounts'] as const)
    : (['StripOffsets', 'StripByteCounts'] as const);
  const { file } = directory;
  for (const tag of [offsetTag, lengthTag])
    if (directory.count(tag) !== count)
      throw file.damage(`TIFF tag ${tag} does not fit the image`, {
        expected: count,
        found: directory.count(tag),
      });
  const offsets = (await directory.numbers(offsetTag, count))!;
  const lengths = (await directory.numbers(lengthTag, count))!;
  const table = new BlockTable(offsets, lengths);
  const maxLength = storedLimit(layout);
  for (let index = 0; index < count; index++) {
    const span = table.span(index);
    if (span === undefined) continue;
    checkSpan(file, span, { index, maxLength });
  }
  return table;
}

function checkSpan(
  file: TiffFile,
  { offset, length }: FileSpan,
  { index, maxLength }: { readonly index: number; readonly maxLength: number },
): void {
  if (offset < HEADER_BYTES || length < 0)
    throw file.damage('block is nowhere', { block: index, offset, length });
  file.checkInside({ offset, length }, `block ${index}`);
  if (length > maxLength)
    throw file.damage('block is longer than its cells can be', {
      block: index,
      found: length,
      allowed: maxLength,
    });
}

/** No compressor makes a block much longer than it is; twice as long and its headers is more than LZW at its worst. */
function storedLimit(layout: ImageLayout): number {
  return 2 * blockBytes(layout) + 65536;
}
