import { InvalidArgumentError } from '../../errors/index.js';
import type { Grid } from '../../grid/index.js';
import { allocateCells, type CellArray } from '../../raster/index.js';
import type { OpenSourceOptions, Source, SourceParameter, SourceWindow } from '../source.js';
import { type BandDescription, readBands } from './band-parameters.js';
import { BlockCache } from './block-cache.js';
import { chooseBands } from './choose-bands.js';
import { type GeoReference, readGeoReference } from './geo-reference.js';
import { TiffImage } from './tiff-image.js';

/** An open file and all it says about itself. */
export interface GeoTiff {
  readonly image: TiffImage;
  readonly place: GeoReference;
  readonly bands: BandDescription;
}

const MAX_CACHE_BYTES = 16 * 1024 * 1024;

/** Opens a GeoTIFF or BigTIFF file: its bands are parameters, in their order. Reads its tags and no data. */
export async function openGeoTiff(location: string, options: OpenSourceOptions): Promise<Source> {
  const file = await readGeoTiff(location, options);
  try {
    return new GeoTiffSource(location, file, options);
  } catch (error) {
    await file.image.close();
    throw error;
  }
}

/** Opens a file and reads all of its tags; who calls it closes the image. */
export async function readGeoTiff(path: string, options: OpenSourceOptions): Promise<GeoTiff> {
  const { maxChunkBytes, signal } = options;
  const image = await TiffImage.open(path, { maxBlockBytes: maxChunkBytes, signal });
  try {
    const place = await readGeoReference(image.directory, image.layout);
    return { image, place, bands: await readBands(image.directory, image.layout) };
  } catch (error) {
    await image.close();
    throw error;
  }
}

/**
 * A cache for decoded blocks. Windows of neighbouring bands, and windows that share blocks, are then decoded once
 * where an image, or a row of its blocks, fits.
 */
export function blockCache({ maxChunkBytes }: OpenSourceOptions): BlockCache {
  return new BlockCache(Math.min(MAX_CACHE_BYTES, maxChunkBytes));
}

/** Attributes of a file beyond what its tags state as text. */
export function fileAttributes({ image, place, bands }: GeoTiff): Record<string, unknown> {
  return {
    ...bands.attributes,
    AREA_OR_POINT: place.areaOrPoint,
    // Masks say which cells of a picture to show; values under them are values.
    ...(image.hasMask ? { internal_mask: 'ignored' } : {}),
  };
}

class GeoTiffSource implements Source {
  readonly location: string;
  readonly grid: Grid;
  readonly parameters: readonly SourceParameter[];
  readonly attributes: Readonly<Record<string, unknown>>;
  private readonly file: GeoTiff;
  private readonly cache: BlockCache;
  private readonly bandOf: ReadonlyMap<string, number>;

  constructor(location: string, file: GeoTiff, options: OpenSourceOptions) {
    const { place, bands, image } = file;
    const { width, height, blockWidth, blockHeight } = image.layout;
    this.location = location;
    this.file = file;
    this.cache = blockCache(options);
    this.grid = { crs: place.crs, x: place.x, y: place.y, custom: [] };
    this.bandOf = new Map(bands.parameters.map(({ id }, band) => [id, band]));
    this.parameters = chooseBands(bands.parameters, options).map((parameter) => ({
      ...parameter,
      dims: [place.y.name, place.x.name],
      shape: [height, width],
      chunkShape: [Math.min(blockHeight, height), Math.min(blockWidth, width)],
    }));
    this.attributes = fileAttributes(file);
  }

  async read(parameter: SourceParameter, window: SourceWindow, signal?: AbortSignal): Promise<CellArray> {
    const { image, bands } = this.file;
    const band = this.bandOf.get(parameter.id);
    if (band === undefined)
      throw new InvalidArgumentError('parameter is not of this source', { found: parameter.id });
    const { width, height, type } = image.layout;
    checkWindow(window, [height, width]);
    const [top, left] = window.start as [number, number];
    const [bottom, right] = window.end as [number, number];
    const cells = allocateCells(type, (bottom - top) * (right - left));
    await image.copyBand(
      {
        band,
        from: { left, top, right, bottom },
        sparseFill: bands.sparseFill,
        to: cells,
        toStart: 0,
        toStride: right - left,
      },
      this.cache,
      signal,
    );
    return { type, shape: [bottom - top, right - left], cells };
  }

  close(): Promise<void> {
    this.cache.clear();
    return this.file.image.close();
  }
}

/** Throws: InvalidArgumentError when the window is empty or leaves the shape. */
export function checkWindow({ start, end }: SourceWindow, shape: readonly number[]): void {
  const isInside = shape.every((length, i) => {
    const [from, to] = [start[i] ?? -1, end[i] ?? -1];
    return Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from < to && to <= length;
  });
  if (!isInside || start.length !== shape.length || end.length !== shape.length)
    throw new InvalidArgumentError('window is not inside the parameter', { start, end, shape });
}
