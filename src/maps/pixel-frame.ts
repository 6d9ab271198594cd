import { type TileAddress, type TileMatrixSet, tileSize, webMercatorQuad } from './tile-matrix-set.js';

/** Where the pixels of a tile are: its own and `margin` more on every side. */
export interface PixelFrame {
  /** Pixels on a side with both margins. */
  readonly side: number;
  readonly margin: number;
  /** Of the centre of each column, from west to east; margins at the world's edge go on at its other side. */
  readonly longitudes: Float64Array;
  /** Of the centre of each row, from north to south; beyond 90 degrees where there is nothing. */
  readonly latitudes: Float64Array;
  /** All pixels of the zoom, which the frame is a part of. */
  readonly world: PixelWorld;
  /** Column and row in the world of the frame's first pixel; below 0 in margins at the world's edge. */
  readonly left: number;
  readonly top: number;
}

/** The pixels of one zoom of a tile matrix set: the same for all of its tiles. */
export interface PixelWorld {
  readonly matrixSet: TileMatrixSet;
  readonly zoom: number;
  /** Pixels on a side of a tile, without margins. */
  readonly tilePixels: number;
  /** Pixels round the globe, and from the northern to the southern edge. */
  readonly width: number;
  readonly height: number;
  /** Tells worlds apart. */
  readonly name: string;
}

/** How a tile is divided into pixels. */
export interface FrameOptions {
  readonly matrixSet?: TileMatrixSet;
  /** Pixels for each of the tile's own, on a side. */
  readonly scale?: number;
  /** For drawings that look at the neighbours of a pixel. */
  readonly margin?: number;
}

/** The pixels of a zoom. */
export function pixelWorld(
  zoom: number,
  { matrixSet = webMercatorQuad, scale = 1 }: Pick<FrameOptions, 'matrixSet' | 'scale'> = {},
): PixelWorld {
  const tilePixels = tileSize * scale;
  return {
    matrixSet,
    zoom,
    tilePixels,
    width: matrixSet.cols(zoom) * tilePixels,
    height: matrixSet.rows(zoom) * tilePixels,
    name: `${matrixSet.id}/${zoom}@${scale}`,
  };
}

/** The pixels of a tile. */
export function pixelFrame({ zoom, col, row }: TileAddress, options: FrameOptions = {}): PixelFrame {
  const { margin = 0 } = options;
  const world = pixelWorld(zoom, options);
  const { tilePixels } = world;
  const side = tilePixels + 2 * margin;
  const left = col * tilePixels - margin;
  const top = row * tilePixels - margin;
  const centres = (first: number, at: (centre: number) => number) =>
    Float64Array.from({ length: side }, (_, pixel) => at(first + pixel + 0.5));
  return {
    side,
    margin,
    longitudes: centres(left, (x) => pixelLongitude(world, x)),
    latitudes: centres(top, (y) => pixelLatitude(world, y)),
    world,
    left,
    top,
  };
}

/**
 * Longitude of a place that is `x` pixels from the west of the world. Whole and half pixels are exact up to one rounding, so
 * that all tiles agree about a pixel; beyond the world's edges the other side goes on.
 */
export function pixelLongitude(world: PixelWorld, x: number): number {
  return world.matrixSet.longitudeAt(shareOfWidth(world, x));
}

function shareOfWidth({ width }: PixelWorld, x: number): number {
  const inWorld = x >= 0 && x <= width ? x : ((x % width) + width) % width;
  return inWorld / width;
}

/** Latitude of a place that is `y` pixels from the north of the world. */
export function pixelLatitude({ matrixSet, height }: PixelWorld, y: number): number {
  return matrixSet.latitudeAt(y / height);
}

/** The centre of each column of a frame in the units of its tile matrix set's reference system. */
export function columnPlaces({ world, left, side }: PixelFrame): Float64Array {
  const { west, east } = world.matrixSet.extent;
  return Float64Array.from(
    { length: side },
    (_, pixel) => west + (east - west) * shareOfWidth(world, left + pixel + 0.5),
  );
}

/** The same of each row. */
export function rowPlaces({ world, top, side }: PixelFrame): Float64Array {
  const { south, north } = world.matrixSet.extent;
  return Float64Array.from(
    { length: side },
    (_, pixel) => north + (south - north) * ((top + pixel + 0.5) / world.height),
  );
}

/** Longitude of the centre of each column of a tile's pixels, from west to east. */
export function pixelLongitudes(tile: TileAddress, options?: FrameOptions): Float64Array {
  return pixelFrame(tile, options).longitudes;
}

/** Latitude of the centre of each row of a tile's pixels, from north to south. */
export function pixelLatitudes(tile: TileAddress, options?: FrameOptions): Float64Array {
  return pixelFrame(tile, options).latitudes;
}
