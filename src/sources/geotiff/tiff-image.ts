import { TilecurveError, UnsupportedError } from '../../errors/index.js';
import { type Cells, cellBytes } from '../../raster/index.js';
import type { BlockCache } from './block-cache.js';
import { BlockDecoder } from './block-decoder.js';
import { type BlockTable, readBlockTable } from './block-table.js';
import { blockBytes, type ImageLayout, readImageLayout, rowsOfBlock } from './image-layout.js';
import type { TiffDirectory } from './tiff-directory.js';
import { TiffFile } from './tiff-file.js';
import { readTiffPages } from './tiff-pages.js';
import { checkLossless } from './webp.js';

/** A rectangle of cells, ends not included. */
export interface CellRectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Cells of one band on their way into a larger array. */
export interface BandCopy {
  /** Counted from 0. */
  readonly band: number;
  readonly from: CellRectangle;
  /** What blocks that were never written hold; undefined leaves the target as it is. */
  readonly sparseFill: number | undefined;
  /** Cells of this value, and NaN, leave the target as it is. */
  readonly skip?: number;
  readonly to: Cells;
  /** Where the rectangle's first cell goes, and how far apart rows are there. */
  readonly toStart: number;
  readonly toStride: number;
}

const MAX_TABLE_BYTES = 65536;
// Blocks of one image have keys below this.
const KEYS_PER_IMAGE = 2 ** 23;

let imagesOpened = 0;

/** The full-size image of an open TIFF file. */
export class TiffImage {
  readonly file: TiffFile;
  readonly directory: TiffDirectory;
  readonly layout: ImageLayout;
  readonly hasMask: boolean;
  private readonly table: BlockTable;
  private readonly decoder: BlockDecoder;
  private readonly firstKey: number;

  private constructor(
    directory: TiffDirectory,
    layout: ImageLayout,
    parts: {
      readonly hasMask: boolean;
      readonly table: BlockTable;
      readonly jpegTables: Uint8Array | undefined;
    },
  ) {
    this.file = directory.file;
    this.directory = directory;
    this.layout = layout;
    this.hasMask = parts.hasMask;
    this.table = parts.table;
    this.decoder = new BlockDecoder(layout, parts.jpegTables);
    this.firstKey = imagesOpened++ * KEYS_PER_IMAGE;
  }

  /**
   * Opens a file, reads its tags and where its blocks are, and no block.
   * Throws: UnsupportedError when a block would decode to more than `maxBlockBytes`.
   */
  static async open(
    path: string,
    { maxBlockBytes, signal }: { readonly maxBlockBytes: number; readonly signal?: AbortSignal | undefined },
  ): Promise<TiffImage> {
    const file = await TiffFile.open(path);
    try {
      const { image, hasMask } = await readTiffPages(file, signal);
      const layout = await readImageLayout(image);
      const found = blockBytes(layout);
      if (found > maxBlockBytes)
        throw new UnsupportedError('block decodes to more than is allowed', {
          file: path,
          found,
          allowed: maxBlockBytes,
          block: [layout.blockHeight, layout.blockWidth, layout.bandsPerBlock],
        });
      const table = await readBlockTable(image, layout);
      if (layout.compression === 'webp') await refuseLossyWebp(file, table);
      const jpegTables = await image.bytes('JpegTables', MAX_TABLE_BYTES);
      return new TiffImage(image, layout, { hasMask, table, jpegTables });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Copies a rectangle of one band; each block that meets it is read and decoded once, one at a time. */
  async copyBand(copy: BandCopy, cache: BlockCache, signal?: AbortSignal): Promise<void> {
    const { blockWidth, blockHeight } = this.layout;
    const { left, top, right, bottom } = copy.from;
    for (let down = Math.floor(top / blockHeight); down * blockHeight < bottom; down++)
      for (let across = Math.floor(left / blockWidth); across * blockWidth < right; across++) {
        signal?.throwIfAborted();
        await this.copyBlock(copy, { down, across }, cache);
      }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private async copyBlock(
    copy: BandCopy,
    place: { readonly down: number; readonly across: number },
    cache: BlockCache,
  ): Promise<void> {
    const cells = await this.block({ ...place, band: copy.band }, cache);
    if (cells === undefined && copy.sparseFill === undefined) return;
    const { blockWidth, blockHeight, bandsPerBlock } = this.layout;
    const { from, to, toStart, toStride } = copy;
    const [blockLeft, blockTop] = [place.across * blockWidth, place.down * blockHeight];
    const left = Math.max(from.left, blockLeft);
    const width = Math.min(from.right, blockLeft + blockWidth) - left;
    const bottom = Math.min(from.bottom, blockTop + blockHeight);
    const inBlock = bandsPerBlock === 1 ? 0 : copy.band;
    for (let row = Math.max(from.top, blockTop); row < bottom; row++) {
      const at = toStart + (row - from.top) * toStride + (left - from.left);
      if (cells === undefined) {
        to.fill(copy.sparseFill!, at, at + width);
        continue;
      }
      const start = ((row - blockTop) * blockWidth + (left - blockLeft)) * bandsPerBlock + inBlock;
      const run = { start, step: bandsPerBlock, width, at };
      if ('skip' in copy) copyPresent(cells, to, { ...run, skip: copy.skip });
      else copyRun(cells, to, run);
    }
  }

  /** A block's cells; undefined for one that was never written. */
  private block(
    { down, across, band }: { readonly down: number; readonly across: number; readonly band: number },
    cache: BlockCache,
  ): Promise<Cells | undefined> {
    const { blocksAcross, blocksDown, blockWidth, bandsPerBlock, type } = this.layout;
    const plane = bandsPerBlock === 1 ? band * blocksAcross * blocksDown : 0;
    const index = plane + down * blocksAcross + across;
    const span = this.table.span(index);
    if (span === undefined) return Promise.resolve(undefined);
    const sizeBytes = blockWidth * rowsOfBlock(this.layout, down) * bandsPerBlock * cellBytes(type);
    return cache.get(this.firstKey + index, sizeBytes, async () => {
      const bytes = await this.file.read(span, `block ${index}`);
      return this.decoder.decode({ bytes, down }).catch((cause: unknown) => {
        throw this.named(cause, index);
      });
    });
  }

  /** The same error, told which file and block it is about. */
  private named(cause: unknown, block: number): unknown {
    if (!(cause instanceof TilecurveError)) return cause;
    const fields = { file: this.file.path, block, ...cause.fields };
    if (cause instanceof UnsupportedError) return new UnsupportedError(cause.message, fields, { cause });
    return this.file.damage(cause.message, fields);
  }
}

/** Says so before hours of writing rather than at the first block. */
async function refuseLossyWebp(file: TiffFile, table: BlockTable): Promise<void> {
  const span = table.firstSpan();
  if (span === undefined) return;
  const length = Math.min(span.length, 64);
  const head = await file.read({ offset: span.offset, length }, 'WebP header');
  try {
    checkLossless(head);
  } catch (error) {
    if (!(error instanceof UnsupportedError)) return;
    throw new UnsupportedError(error.message, { file: file.path, ...error.fields });
  }
}

interface Run {
  readonly start: number;
  readonly step: number;
  readonly width: number;
  readonly at: number;
}

function copyRun(from: Cells, to: Cells, { start, step, width, at }: Run): void {
  if (step === 1) to.set(from.subarray(start, start + width), at);
  else for (let k = 0; k < width; k++) to[at + k] = from[start + k * step]!;
}

function copyPresent(
  from: Cells,
  to: Cells,
  { start, step, width, at, skip }: Run & { readonly skip: number | undefined },
): void {
  for (let k = 0; k < width; k++) {
    const cell = from[start + k * step]!;
    if (cell !== skip && !Number.isNaN(cell)) to[at + k] = cell;
  }
}
