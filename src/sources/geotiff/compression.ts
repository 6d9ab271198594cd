/** How the blocks of an image are compressed. */
export type Compression =
  | 'none'
  | 'lzw'
  | 'jpeg'
  | 'deflate'
  | 'packbits'
  | 'lerc'
  | 'lerc-deflate'
  | 'lerc-zstd'
  | 'zstd'
  | 'webp';

/** Values of the Compression tag that are read; LERC's second step has a tag of its own. */
export const COMPRESSIONS: Readonly<Record<number, Compression>> = {
  1: 'none',
  5: 'lzw',
  7: 'jpeg',
  8: 'deflate',
  32773: 'packbits',
  32946: 'deflate',
  34887: 'lerc',
  50000: 'zstd',
  50001: 'webp',
};

/** Second steps of LERC, by the second number of the LercParameters tag. */
export const LERC_COMPRESSIONS: Readonly<Record<number, Compression>> = {
  0: 'lerc',
  1: 'lerc-deflate',
  2: 'lerc-zstd',
};

/** Names of other compressions, to refuse them by. */
export const FOREIGN_COMPRESSIONS: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'old-style JPEG',
  34661: 'JBIG',
  34712: 'JPEG 2000',
  34892: 'lossy DNG JPEG',
  34925: 'LZMA',
  50002: 'JPEG XL',
  52546: 'JPEG XL (DNG)',
};
