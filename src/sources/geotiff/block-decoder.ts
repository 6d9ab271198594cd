import { CorruptionError, TilecurveError } from '../../errors/index.js';
import { type Cells, cellBytes } from '../../raster/index.js';
import { inflateBounded } from '../zarr/byte-decoders.js';
import { type ImageLayout, rowsOfBlock } from './image-layout.js';
import { decodeJpeg } from './jpeg.js';
import { decodeLerc } from './lerc.js';
import { decodeLzw } from './lzw.js';
import { decodePackBits } from './packbits.js';
import { cellsOfBlock } from './predictor.js';
import { decodeWebp } from './webp.js';
import { decodeZstd } from './zstd.js';

/** A block's bytes and which of the image it is. */
export interface StoredBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its row of blocks. */
  readonly down: number;
}

const YCBCR = 6;

/** Decodes the blocks of one image to cells, row by row, all bands of a pixel together. */
export class BlockDecoder {
  private readonly layout: ImageLayout;
  private readonly jpegTables: Uint8Array | undefined;

  constructor(layout: ImageLayout, jpegTables: Uint8Array | undefined) {
    this.layout = layout;
    this.jpegTables = jpegTables;
  }

  /** Throws: CorruptionError when the bytes do not decode to exactly the block. */
  async decode(block: StoredBlock): Promise<Cells> {
    const { layout } = this;
    const rowLength = layout.blockWidth * layout.bandsPerBlock;
    const rows = rowsOfBlock(layout, block.down);
    const decoded = await this.decompress(block.bytes, rows).catch((cause: unknown) => {
      // RangeErrors and strings thrown by decoders mean the same: these bytes are none of theirs.
      if (cause instanceof TilecurveError) throw cause;
      throw new CorruptionError(
        'block cannot be decoded',
        { reason: String(cause).slice(0, 120) },
        { cause },
      );
    });
    const expectedBytes = rows * rowLength * cellBytes(layout.type);
    // Some writers fill up the last strip.
    if (decoded.length < expectedBytes || decoded.length > this.fullBytes)
      throw new CorruptionError('decoded length is not the block’s', {
        codec: layout.compression,
        expectedBytes,
        foundBytes: decoded.length,
      });
    const isNative = isImageCompression(layout);
    return cellsOfBlock(decoded.subarray(0, expectedBytes), {
      type: layout.type,
      predictor: layout.predictor,
      isLittleEndian: layout.isLittleEndian || isNative,
      rowLength,
      stride: layout.bandsPerBlock,
    });
  }

  private get fullBytes(): number {
    const { blockWidth, blockHeight, bandsPerBlock, type } = this.layout;
    return blockWidth * blockHeight * bandsPerBlock * cellBytes(type);
  }

  private async decompress(bytes: Uint8Array<ArrayBuffer>, rows: number): Promise<Uint8Array> {
    const { layout, fullBytes } = this;
    const { compression, blockWidth, bandsPerBlock: bands, type } = layout;
    const exactBytes = rows * blockWidth * bands * cellBytes(type);
    const block = { columns: blockWidth, rows, bands, type };
    switch (compression) {
      case 'none':
        return bytes;
      case 'lzw':
        return decodeLzw(bytes, exactBytes);
      case 'packbits':
        return decodePackBits(bytes, exactBytes);
      case 'deflate':
        return inflateBounded('zlib', bytes, fullBytes);
      case 'zstd':
        return decodeZstd(bytes, fullBytes);
      case 'lerc':
        return decodeLerc(bytes, block);
      case 'lerc-deflate':
        return decodeLerc(ownBytes(await inflateBounded('zlib', bytes, lercLimit(fullBytes))), block);
      case 'lerc-zstd':
        return decodeLerc(ownBytes(await decodeZstd(bytes, lercLimit(fullBytes))), block);
      case 'jpeg':
        return decodeJpeg(bytes, {
          ...block,
          isYCbCr: layout.photometric === YCBCR,
          tables: this.jpegTables,
        });
      case 'webp':
        return decodeWebp(bytes, block);
      default:
        return compression satisfies never;
    }
  }
}

/** LERC and JPEG give cells in the order of this machine, whatever the file's. */
function isImageCompression({ compression }: ImageLayout): boolean {
  return compression.startsWith('lerc') || compression === 'jpeg';
}

/** A blob is hardly longer than the cells it holds. */
function lercLimit(fullBytes: number): number {
  return 2 * fullBytes + 65536;
}

/** Bytes that may be a view, e.g. of a decoder's memory, in a buffer of their own. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
