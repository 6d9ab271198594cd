import { UnsupportedError } from '../../errors/index.js';
import { type CellType, cellBytes } from '../../raster/index.js';
import { COMPRESSIONS, type Compression, FOREIGN_COMPRESSIONS, LERC_COMPRESSIONS } from './compression.js';
import type { TiffDirectory } from './tiff-directory.js';
import type { TagName } from './tiff-tags.js';

/** How an image's cells lie in its blocks: tiles, or strips as wide as the image. */
export interface ImageLayout {
  readonly width: number;
  readonly height: number;
  readonly bands: number;
  readonly type: CellType;
  readonly isTiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Bands that lie together in one block: all of them, or 1. */
  readonly bandsPerBlock: number;
  readonly isLittleEndian: boolean;
  readonly compression: Compression;
  readonly predictor: 1 | 2 | 3;
  readonly photometric: number;
}

const MAX_BANDS = 4096;
const MAX_BLOCKS = 2 ** 21;
const YCBCR = 6;

const CELL_TYPES: Readonly<Record<string, CellType>> = {
  '1:8': 'uint8',
  '1:16': 'uint16',
  '1:32': 'uint32',
  '2:8': 'int8',
  '2:16': 'int16',
  '2:32': 'int32',
  '3:32': 'float32',
  '3:64': 'float64',
};
const SAMPLE_FORMATS: Readonly<Record<number, string>> = {
  1: 'unsigned integers',
  2: 'integers',
  3: 'floats',
  5: 'complex integers',
  6: 'complex floats',
};

/** Reads and checks how an image is laid out; nothing in the answer can make a reader allocate without bound. */
export async function readImageLayout(directory: TiffDirectory): Promise<ImageLayout> {
  const width = await length(directory, 'ImageWidth');
  const height = await length(directory, 'ImageLength');
  const bands = await length(directory, 'SamplesPerPixel', 1);
  if (bands > MAX_BANDS) throw refusal(directory, 'too many bands', { found: bands, allowed: MAX_BANDS });
  const type = await readCellType(directory, bands);
  await refuseOddOrders(directory);
  const planes = await directory.number('PlanarConfiguration', 1);
  if (planes !== 1 && planes !== 2)
    throw directory.file.damage('planar configuration is unknown', { found: planes });
  const isTiled = directory.has('TileOffsets') || directory.has('TileWidth');
  const blockWidth = isTiled ? await length(directory, 'TileWidth') : width;
  const blockHeight = isTiled
    ? await length(directory, 'TileLength')
    : Math.min(height, await length(directory, 'RowsPerStrip', height));
  const [blocksAcross, blocksDown] = [Math.ceil(width / blockWidth), Math.ceil(height / blockHeight)];
  const blocks = blocksAcross * blocksDown * (planes === 2 ? bands : 1);
  if (blocks > MAX_BLOCKS)
    throw refusal(directory, 'too many blocks', { found: blocks, allowed: MAX_BLOCKS });
  const layout: ImageLayout = {
    width,
    height,
    bands,
    type,
    isTiled,
    blockWidth,
    blockHeight,
    blocksAcross,
    blocksDown,
    bandsPerBlock: planes === 2 ? 1 : bands,
    isLittleEndian: directory.isLittleEndian,
    compression: await readCompression(directory),
    predictor: await readPredictor(directory, type),
    photometric: await directory.number('Photometric', 1),
  };
  checkCombination(layout, directory);
  return layout;
}

/** Bytes of a decoded block with all its rows and bands. */
export function blockBytes({ blockWidth, blockHeight, bandsPerBlock, type }: ImageLayout): number {
  return blockWidth * blockHeight * bandsPerBlock * cellBytes(type);
}

/** Rows that block row `down` has: strips end with the image, tiles do not. */
export function rowsOfBlock({ isTiled, blockHeight, height }: ImageLayout, down: number): number {
  return isTiled ? blockHeight : Math.min(blockHeight, height - down * blockHeight);
}

async function length(directory: TiffDirectory, tag: TagName, fallback?: number): Promise<number> {
  const value = await directory.number(tag, fallback);
  if (Number.isSafeInteger(value) && value >= 1 && value <= 2 ** 32) return value;
  throw directory.file.damage(`TIFF tag ${tag} is not a positive integer`, { found: value });
}

async function readCellType(directory: TiffDirectory, bands: number): Promise<CellType> {
  const bits = await perBand(directory, 'BitsPerSample', bands, 1);
  // 4 says that the format is undefined; readers take it for unsigned integers.
  const format = (await perBand(directory, 'SampleFormat', bands, 1)) || 1;
  const type = CELL_TYPES[`${format === 4 ? 1 : format}:${bits}`];
  if (type !== undefined) return type;
  throw refusal(directory, 'type of the cells is not supported', {
    found: `${SAMPLE_FORMATS[format] ?? `sample format ${format}`} of ${bits} bits`,
    supported: 'integers of 8, 16 or 32 bits, floats of 32 or 64 bits',
  });
}

/** A number that has to be the same in all bands; writers may state it once for all. */
async function perBand(
  directory: TiffDirectory,
  tag: TagName,
  bands: number,
  fallback: number,
): Promise<number> {
  const values = await directory.numbers(tag, MAX_BANDS);
  if (values === undefined) return fallback;
  const [first = fallback] = values;
  if (values.length !== 1 && values.length !== bands)
    throw directory.file.damage(`TIFF tag ${tag} does not fit the number of bands`, {
      found: values.length,
      bands,
    });
  if (values.every((value) => value === first)) return first;
  throw refusal(directory, 'bands differ in the type of their cells', {
    tag,
    found: [...values.slice(0, 16)],
  });
}

async function refuseOddOrders(directory: TiffDirectory): Promise<void> {
  for (const tag of ['Orientation', 'FillOrder'] as const) {
    const found = await directory.number(tag, 1);
    if (found !== 1) throw refusal(directory, `TIFF tag ${tag} is not supported`, { found, supported: 1 });
  }
}

async function readCompression(directory: TiffDirectory): Promise<Compression> {
  const code = await directory.number('Compression', 1);
  const compression = COMPRESSIONS[code];
  if (compression === undefined)
    throw refusal(directory, 'compression is not supported', { found: FOREIGN_COMPRESSIONS[code] ?? code });
  if (compression !== 'lerc') return compression;
  const parameters = await directory.numbers('LercParameters', 16);
  const lerc = LERC_COMPRESSIONS[parameters?.[1] ?? 0];
  if (lerc !== undefined) return lerc;
  throw refusal(directory, 'compression is not supported', { found: `LERC with ${parameters?.[1]}` });
}

async function readPredictor(directory: TiffDirectory, type: CellType): Promise<1 | 2 | 3> {
  const code = await directory.number('Predictor', 1);
  if (code === 3 && !type.startsWith('float'))
    throw directory.file.damage('predictor of floats on integers', { type });
  if (code === 1 || code === 2 || code === 3) return code;
  throw refusal(directory, 'predictor is not supported', { found: code });
}

function checkCombination(layout: ImageLayout, directory: TiffDirectory): void {
  const { compression, photometric, type, bandsPerBlock, predictor } = layout;
  const isImage = compression === 'jpeg' || compression === 'webp';
  if (isImage && type !== 'uint8')
    throw refusal(directory, `${compression} of other cells than bytes is not supported`, { type });
  if (compression === 'webp' && bandsPerBlock !== 3 && bandsPerBlock !== 4)
    throw refusal(directory, 'webp of other than three or four bands is not supported', { bandsPerBlock });
  if (predictor !== 1 && (isImage || compression.startsWith('lerc')))
    throw refusal(directory, `predictor of ${compression} is not supported`, { found: predictor });
  if (photometric === YCBCR && (compression !== 'jpeg' || bandsPerBlock !== 3))
    throw refusal(directory, 'YCbCr colours are supported in JPEG of three bands only', { compression });
}

function refusal(
  directory: TiffDirectory,
  problem: string,
  fields: Readonly<Record<string, unknown>>,
): UnsupportedError {
  return new UnsupportedError(problem, { file: directory.file.path, ...fields });
}
