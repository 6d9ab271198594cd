import { UnsupportedError } from '../errors/index.js';
import type { CodecName } from './stored-tile.js';

/** Every way cells may be packed, by the name it has on disk and on the command line. */
export const codecNames: readonly CodecName[] = ['raw', 'deflate', 'shuffle-deflate', 'zstd', 'shuffle-zstd'];

/**
 * What a writer uses unless told otherwise. Measured on weather tiles (docs/format.md, "Codecs"): less than
 * a tenth larger than zstd, always built in, and packed by the zlib threads instead of the main one.
 */
export const defaultCodec: CodecName = 'shuffle-deflate';

/** Throws UnsupportedError naming a codec that is not one of `codecNames`. */
export function parseCodecName(text: string): CodecName {
  const name = codecNames.find((known) => known === text);
  if (name === undefined) throw new UnsupportedError('unknown codec', { codec: text, expected: codecNames });
  return name;
}
