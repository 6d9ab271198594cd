import { coverageFormatOf, coverageTileFormats, type TileFormat } from '../../maps/index.js';
import { dataFormats, hasSharp } from '../../render/index.js';
import type { Offer } from '../http/negotiate.js';

/** Media types of tiles, and of those with others the first. */
export const tileMediaTypes: Readonly<Record<TileFormat, string>> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  f32: 'application/octet-stream',
  f16: 'application/octet-stream',
  q16: 'image/png',
  q24: 'image/png',
  GeoTIFF: coverageFormatOf('GeoTIFF').mediaTypes[0]!,
  NetCDF: coverageFormatOf('NetCDF').mediaTypes[0]!,
  CoverageJSON: coverageFormatOf('CoverageJSON').mediaTypes[0]!,
};

/** How addresses of tiles end. */
export const tileExtensions: Readonly<Record<string, TileFormat>> = {
  png: 'png',
  webp: 'webp',
  jpg: 'jpg',
  jpeg: 'jpg',
  f32: 'f32',
  f16: 'f16',
  'q16.png': 'q16',
  'q24.png': 'q24',
  q16: 'q16',
  q24: 'q24',
};

/** A form of tiles where it is asked for by `f` or Accept. */
export interface TileOffer extends Offer {
  readonly token: TileFormat;
}

const png: TileOffer = { token: 'png', mediaTypes: ['image/png'] };
const packedPictures: readonly TileOffer[] = [
  { token: 'webp', mediaTypes: ['image/webp'] },
  { token: 'jpg', mediaTypes: ['image/jpeg'], aliases: ['jpeg'] },
];

/** Pictures that this installation can make; PNG first, which keeps what is transparent. */
export async function pictureOffers(): Promise<readonly TileOffer[]> {
  return (await hasSharp()) ? [png, ...packedPictures] : [png];
}

/** Values of pixels; by Accept the first of a media type. */
export const valueOffers: readonly TileOffer[] = dataFormats.map((token) => ({
  token,
  mediaTypes: [tileMediaTypes[token]],
}));

/** The same, and coverages. */
export const coverageOffers: readonly TileOffer[] = [
  ...valueOffers,
  ...coverageTileFormats.map((token) => {
    const { mediaTypes, aliases } = coverageFormatOf(token);
    return { token, mediaTypes, aliases };
  }),
];

/** The usual end of the address of a tile. */
export function extensionOf(format: TileFormat): string {
  return format === 'q16' || format === 'q24' ? `${format}.png` : format;
}
