import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { crc32 } from '../../bytes/index.js';

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const bitDepth = 8;
const deflateAsync = promisify(deflate);

/** Colour types of PNG and the bytes of their pixels. */
export const pngColours = {
  rgb: { type: 2, channels: 3 },
  indexed: { type: 3, channels: 1 },
  rgba: { type: 6, channels: 4 },
} as const;

/** How each row is filtered before it is deflated: as it is, or as differences to the row above. */
export type PngFilter = 'none' | 'up';

/** What goes into a file of eight bits a channel. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly colours: keyof typeof pngColours;
  /** Row by row from the top left, as many bytes a pixel as the colours have channels. */
  readonly pixels: Uint8Array;
  readonly filter: PngFilter;
  /** Chunks between header and pixels, in their order. */
  readonly chunks?: readonly PngChunk[];
}

export interface PngChunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * The bytes of a PNG, deflated at level 1 by a thread of zlib's. On a smooth 256 x 256 field of indexes level 6 took
 * 3.2 ms instead of 0.7 and made 30 kB instead of 39.
 *
 * Source: W3C PNG, third edition.
 */
export async function encodePng(parts: PngParts): Promise<Uint8Array> {
  const pixels = await deflateAsync(filteredRows(parts), { level: 1 });
  const chunks = [
    { type: 'IHDR', data: headerBytes(parts) },
    ...(parts.chunks ?? []),
    { type: 'IDAT', data: pixels },
    { type: 'IEND', data: new Uint8Array(0) },
  ];
  return Buffer.concat([signature, ...chunks.flatMap(chunkBytes)]);
}

/** A remark in a file: a keyword and a text, Latin-1 both. */
export function textChunk(keyword: string, text: string): PngChunk {
  return { type: 'tEXt', data: Buffer.from(`${keyword}\0${text}`, 'latin1') };
}

function filteredRows({ pixels, width, height, colours, filter }: PngParts): Uint8Array {
  const rowBytes = width * pngColours[colours].channels;
  const rows = new Uint8Array((rowBytes + 1) * height);
  for (let row = 0; row < height; row++) {
    const start = row * (rowBytes + 1);
    const from = row * rowBytes;
    rows.set(pixels.subarray(from, from + rowBytes), start + 1);
    if (filter === 'none') continue;
    rows[start] = 2;
    if (row === 0) continue;
    for (let at = 0; at < rowBytes; at++) rows[start + 1 + at]! -= pixels[from - rowBytes + at]!;
  }
  return rows;
}

function headerBytes({ width, height, colours }: PngParts): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes[8] = bitDepth;
  bytes[9] = pngColours[colours].type;
  return bytes;
}

function chunkBytes({ type, data }: PngChunk): Uint8Array[] {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length, 0);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(data, crc32(head.subarray(4))), 0);
  return [head, data, tail];
}
