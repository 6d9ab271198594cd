import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { decodeVp8l } from './vp8l.js';

/** What a WebP picture has to hold: bytes of three bands, or four with alpha. */
export interface WebpBlock {
  readonly columns: number;
  readonly rows: number;
  readonly bands: number;
}

/**
 * Decodes a lossless WebP picture to red, green, blue and, where there are four bands, alpha.
 * Throws: UnsupportedError for a lossy one: geotiff's decoder needs a browser, and none is written here.
 */
export function decodeWebp(bytes: Uint8Array, { columns, rows, bands }: WebpBlock): Uint8Array {
  const pixels = decodeVp8l(losslessStream(bytes), { width: columns, height: rows });
  const out = new Uint8Array(pixels.length * bands);
  pixels.forEach((pixel, k) => {
    out[k * bands] = pixel >> 16;
    out[k * bands + 1] = pixel >> 8;
    out[k * bands + 2] = pixel;
    if (bands === 4) out[k * bands + 3] = pixel >> 24;
  });
  return out;
}

/** Throws as `decodeWebp` does, from the first bytes of a picture. */
export function checkLossless(head: Uint8Array): void {
  for (const chunk of chunksOf(head)) {
    if (chunk.name === 'VP8L') return;
    if (chunk.name === 'VP8 ')
      throw new UnsupportedError('compression is not supported', { found: 'lossy WebP' });
  }
}

function losslessStream(bytes: Uint8Array): Uint8Array {
  checkLossless(bytes);
  for (const { name, at, length } of chunksOf(bytes))
    if (name === 'VP8L' && at + length <= bytes.length) return bytes.subarray(at, at + length);
  throw new CorruptionError('WebP: file has no whole picture', { foundBytes: bytes.length });
}

/** Source: RFC 9649, section 2. */
function* chunksOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (at: number) => Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
  if (bytes.length < 20 || text(0) !== 'RIFF' || text(8) !== 'WEBP')
    throw new CorruptionError('WebP: file has no header', { foundBytes: bytes.length });
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    yield { name: text(at), at: at + 8, length };
    at += 8 + length + (length % 2);
  }
}
