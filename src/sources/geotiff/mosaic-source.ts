import { isDeepStrictEqual } from 'node:util';
import { InvalidArgumentError } from '../../errors/index.js';
import { axisLength, type Grid } from '../../grid/index.js';
import { allocateCells, type CellArray, type Cells, isFloatType, noDataFill } from '../../raster/index.js';
import type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from '../source.js';
import type { BlockCache } from './block-cache.js';
import { chooseBands } from './choose-bands.js';
import { blockCache, checkWindow } from './geotiff-source.js';
import { ImagePool } from './image-pool.js';
import { describeFiles, type MosaicFile } from './mosaic-file.js';
import { type MosaicGrid, mosaicGrid, type PlacedFile } from './mosaic-grid.js';
import type { CellRectangle } from './tiff-image.js';

const MAX_OPEN_FILES = 8;

/**
 * Opens GeoTIFF files as one source: laid beside each other in space, and in time where names or tags tell it.
 * Files are taken in the order of their paths; where they overlap the later wins, but its no-data never does.
 *
 * Throws: UnsupportedError when they differ in reference system, resolution or bands, or their cells do not align.
 */
export async function openMosaic(paths: readonly string[], options: OpenSourceOptions): Promise<Source> {
  const files = await describeFiles(paths, options);
  return new MosaicSource(files, mosaicGrid(files, options), options);
}

class MosaicSource implements Source {
  readonly location: string;
  readonly grid: Grid;
  readonly parameters: readonly SourceParameter[];
  readonly attributes: Readonly<Record<string, unknown>>;
  private readonly files: MosaicGrid['files'];
  private readonly first: MosaicFile;
  private readonly images: ImagePool;
  private readonly cache: BlockCache;

  constructor(files: readonly MosaicFile[], { grid, files: placed }: MosaicGrid, options: OpenSourceOptions) {
    const first = files[0]!;
    this.first = first;
    this.location = files.length === 1 ? first.path : `${first.path} and ${files.length - 1} more`;
    this.grid = grid;
    this.files = placed;
    this.images = new ImagePool({ limit: MAX_OPEN_FILES, maxBlockBytes: options.maxChunkBytes });
    this.cache = blockCache(options);
    const { t, y, x } = grid;
    const axes = t === undefined ? [y, x] : [t, y, x];
    const { blockHeight, blockWidth } = first.layout;
    const shape = axes.map(axisLength);
    const chunk = [...(t === undefined ? [] : [1]), blockHeight, blockWidth];
    this.parameters = chooseBands(first.bands.parameters, options).map((parameter) => ({
      ...parameter,
      axes: t === undefined ? [] : ['t'],
      dims: axes.map(({ name }) => name),
      shape,
      chunkShape: chunk.map((length, k) => Math.min(length, shape[k]!)),
    }));
    this.attributes = sharedAttributes(files);
  }

  async read(parameter: SourceParameter, window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const { bands, layout } = this.first;
    const band = bands.parameters.findIndex(({ id }) => id === parameter.id);
    const known = this.parameters.find(({ id }) => id === parameter.id);
    if (known === undefined)
      throw new InvalidArgumentError('parameter is not of this source', { found: parameter.id });
    checkWindow(window, known.shape);
    const shape = window.start.map((start, k) => window.end[k]! - start);
    const [top, left] = window.start.slice(-2) as [number, number];
    const [bottom, right] = window.end.slice(-2) as [number, number];
    const planeCells = (bottom - top) * (right - left);
    const hasTime = this.grid.t !== undefined;
    const [from, to] = hasTime ? [window.start[0]!, window.end[0]!] : [0, 1];
    const cells = allocateCells(layout.type, (to - from) * planeCells, noDataFill(known));
    for (let t = from; t < to; t++) {
      const plane = cells.subarray((t - from) * planeCells, (t - from + 1) * planeCells);
      for (const placed of this.files[t]!)
        await this.layFile(placed, { band, plane, area: { left, top, right, bottom } }, signal);
    }
    return { type: layout.type, shape, cells };
  }

  async close(): Promise<void> {
    this.cache.clear();
    await this.images.close();
  }

  /** Copies what a file has of an area over what is there, but for its no-data. */
  private async layFile(
    { file, area: own }: PlacedFile,
    target: { readonly band: number; readonly plane: Cells; readonly area: CellRectangle },
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { area, band, plane } = target;
    const left = Math.max(own.left, area.left);
    const right = Math.min(own.right, area.right);
    const top = Math.max(own.top, area.top);
    const bottom = Math.min(own.bottom, area.bottom);
    if (left >= right || top >= bottom) return;
    signal?.throwIfAborted();
    const { sparseFill, parameters } = file.bands;
    const { noData, type } = parameters[band]!;
    const isValue = !Number.isNaN(sparseFill) && sparseFill !== noData;
    const toStride = area.right - area.left;
    const copy = {
      band,
      from: { left: left - own.left, right: right - own.left, top: top - own.top, bottom: bottom - own.top },
      sparseFill: isValue ? sparseFill : undefined,
      to: plane,
      toStart: (top - area.top) * toStride + (left - area.left),
      toStride,
      ...(noData !== undefined || isFloatType(type) ? { skip: noData } : {}),
    };
    await this.images.use(file, (image) => image.copyBand(copy, this.cache, signal));
  }
}

/** Attributes that all files have with the same value. */
function sharedAttributes(files: readonly MosaicFile[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(files[0]!.attributes).filter(([name, value]) =>
      files.every(({ attributes }) => isDeepStrictEqual(attributes[name], value)),
    ),
  );
}
