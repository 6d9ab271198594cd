import { type TileAddress, type TileMatrixSet, tileSize, webMercatorQuad } from './tile-matrix-set.js';

/** Where the pixels of a tile are: its own and `margin` more on every side. */
export interface PixelFrame {
  /** Pixels on a side with both margins. */
  readonly side: number;
  readonly margin: number;
  /** Of the centre of each column, from west to east; beyond 180 degrees in margins at the world's edge. */
  readonly longitudes: Float64Array;
  /** Of the centre of each row, from north to south; beyond 90 degrees where there is nothing. */
  readonly latitudes: Float64Array;
  /** Tells frames apart. */
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

/** The pixels of a tile. */
export function pixelFrame(
  tile: TileAddress,
  { matrixSet = webMercatorQuad, scale = 1, margin = 0 }: FrameOptions = {},
): PixelFrame {
  const own = tileSize * scale;
  const side = own + 2 * margin;
  const { zoom, col, row } = tile;
  const fractions = (index: number, count: number) =>
    Float64Array.from({ length: side }, (_, px) => (index + (px - margin + 0.5) / own) / count);
  return {
    side,
    margin,
    longitudes: fractions(col, matrixSet.cols(zoom)).map(matrixSet.longitudeAt),
    latitudes: fractions(row, matrixSet.rows(zoom)).map(matrixSet.latitudeAt),
    name: `${matrixSet.id}/${zoom}/${col}/${row}@${scale}+${margin}`,
  };
}

/** Longitude of the centre of each column of a tile's pixels, from west to east. */
export function pixelLongitudes(tile: TileAddress, options?: FrameOptions): Float64Array {
  return pixelFrame(tile, options).longitudes;
}

/** Latitude of the centre of each row of a tile's pixels, from north to south. */
export function pixelLatitudes(tile: TileAddress, options?: FrameOptions): Float64Array {
  return pixelFrame(tile, options).latitudes;
}
