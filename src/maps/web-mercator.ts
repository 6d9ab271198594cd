import { NotFoundError } from '../errors/index.js';

/** Pixels of a tile on a side. */
export const tileSize = 256;
const maxZoom = 24;

/** One tile of WebMercatorQuad: column 0 starts at 180 degrees west, row 0 at about 85.05 degrees north. */
export interface TileAddress {
  readonly zoom: number;
  readonly col: number;
  readonly row: number;
}

/** Throws: NotFoundError for an address outside the tile matrix set. */
export function checkTileAddress({ zoom, col, row }: TileAddress): TileAddress {
  const isIndex = (value: number, end: number) => Number.isInteger(value) && value >= 0 && value < end;
  if (!(isIndex(zoom, maxZoom + 1) && isIndex(col, 2 ** zoom) && isIndex(row, 2 ** zoom))) {
    throw new NotFoundError('no such tile in WebMercatorQuad', { zoom, col, row, maxZoom });
  }
  return { zoom, col, row };
}

/** Longitude of the centre of each column of pixels, from west to east. */
export function pixelLongitudes({ zoom, col }: TileAddress): Float64Array {
  return Float64Array.from(
    { length: tileSize },
    (_, px) => ((col + (px + 0.5) / tileSize) / 2 ** zoom) * 360 - 180,
  );
}

/** Latitude of the centre of each row of pixels, from north to south. */
export function pixelLatitudes({ zoom, row }: TileAddress): Float64Array {
  return Float64Array.from({ length: tileSize }, (_, py) => {
    const down = (row + (py + 0.5) / tileSize) / 2 ** zoom;
    return (Math.atan(Math.sinh(Math.PI * (1 - 2 * down))) * 180) / Math.PI;
  });
}
