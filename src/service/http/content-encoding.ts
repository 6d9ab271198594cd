import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** How the bytes of an answer are packed on their way. */
export type ContentEncoding = 'zstd' | 'br' | 'gzip';

/** Higher ones take many times as long. */
const BROTLI_QUALITY = 5;

// The least effort of each: digits pack to a quarter with it already, and on a fast network waiting costs more than bytes.
const packers: Readonly<Record<ContentEncoding, (() => Transform) | undefined>> = {
  // Node 22.15 and newer; the types are those of the oldest Node we run on.
  zstd: (zlib as { createZstdCompress?: () => Transform }).createZstdCompress,
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  gzip: () => zlib.createGzip({ level: 1 }),
};
type WholePacker = (body: Buffer, done: (error: Error | null, packed: Buffer) => void) => void;

const wholePackers: Readonly<Record<ContentEncoding, WholePacker | undefined>> = {
  zstd: (zlib as { zstdCompress?: WholePacker }).zstdCompress,
  br: (body, done) =>
    zlib.brotliCompress(body, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }, done),
  gzip: (body, done) => zlib.gzip(body, done),
};
const available = (Object.keys(packers) as ContentEncoding[]).filter((name) => packers[name] !== undefined);
const MAX_CODINGS = 20;

/** The encoding that Accept-Encoding likes best, of equals the one that packs best; undefined for none. */
export function chooseEncoding(header: string | undefined): ContentEncoding | undefined {
  if (header === undefined) return undefined;
  const qualities = new Map(header.split(',').slice(0, MAX_CODINGS).map(parseCoding));
  let best: ContentEncoding | undefined;
  for (const name of available) {
    const quality = qualities.get(name) ?? qualities.get('*') ?? 0;
    const least = best === undefined ? 0 : (qualities.get(best) ?? qualities.get('*') ?? 0);
    if (quality > least) best = name;
  }
  return best;
}

/** All of `body`, packed. What is sent many times is worth the usual effort. */
export function packWhole(body: Buffer, encoding: ContentEncoding): Promise<Buffer> {
  return promisify(wholePackers[encoding]!)(body);
}

/** A stream that packs what is written to it. */
export function packerOf(encoding: ContentEncoding): Transform {
  return packers[encoding]!();
}

function parseCoding(text: string): [name: string, quality: number] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = Number(parameters.find((part) => /^q\s*=/.test(part))?.split('=')[1] ?? 1);
  return [name, quality >= 0 && quality <= 1 ? quality : 0];
}
