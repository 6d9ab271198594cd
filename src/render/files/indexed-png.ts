import { InvalidArgumentError } from '../../errors/index.js';
import type { Palette } from '../colours/palette.js';
import { encodePng } from './png-file.js';

/** A picture of palette indexes, row by row from the top left. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly indexes: Uint8Array;
  readonly palette: Palette;
}

const mapTileSize = 256;
let emptyTile: Promise<Uint8Array> | undefined;

/**
 * PNG of colour type 3, eight bits a pixel, unfiltered, which is right for indexes.
 *
 * Throws: InvalidArgumentError when the indexes are not width * height or the palette not 1 to 256 colours.
 */
export async function encodeIndexedPng({
  width,
  height,
  indexes,
  palette,
}: IndexedImage): Promise<Uint8Array> {
  const colours = palette.length / 4;
  if (
    indexes.length !== width * height ||
    indexes.length === 0 ||
    colours > 256 ||
    !Number.isInteger(colours)
  ) {
    throw new InvalidArgumentError('an indexed image needs one index per pixel and at most 256 colours', {
      width,
      height,
      indexes: indexes.length,
      colours,
    });
  }
  const chunks = [
    { type: 'PLTE', data: colourBytes(palette) },
    { type: 'tRNS', data: opacityBytes(palette) },
  ].filter(({ data }) => data.length > 0);
  return encodePng({ width, height, colours: 'indexed', pixels: indexes, filter: 'none', chunks });
}

/** The one transparent 256 x 256 tile, for map tiles without data. Shared: do not change it. */
export function emptyTilePng(): Promise<Uint8Array> {
  emptyTile ??= encodeIndexedPng({
    width: mapTileSize,
    height: mapTileSize,
    indexes: new Uint8Array(mapTileSize * mapTileSize),
    palette: new Uint8Array(4),
  });
  return emptyTile;
}

function colourBytes(palette: Palette): Uint8Array {
  return palette.filter((_, at) => at % 4 !== 3);
}

/** Opacity of the first colours; those that are not listed are opaque. */
function opacityBytes(palette: Palette): Uint8Array {
  const opacities = palette.filter((_, at) => at % 4 === 3);
  return opacities.subarray(0, opacities.findLastIndex((opacity) => opacity !== 255) + 1);
}
