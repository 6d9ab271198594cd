import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { crc32c } from '../../bytes/index.js';
import { CorruptionError } from '../../errors/index.js';

/** zlib refuses smaller chunks. */
const MIN_CHUNK_BYTES = 64;

const inflaters = { gzip: promisify(gunzip), zlib: promisify(inflate) };

/** Inflates at most `limitBytes`; more is CorruptionError without the memory for it being taken. */
export async function inflateBounded(
  codec: 'gzip' | 'zlib',
  bytes: Uint8Array,
  limitBytes: number,
): Promise<Uint8Array> {
  // One chunk a little longer than the answer: zlib then never asks for a second one, which costs a round trip each.
  const chunkSize = limitBytes + MIN_CHUNK_BYTES;
  try {
    return await inflaters[codec](bytes, { chunkSize, maxOutputLength: Math.max(limitBytes, 1) });
  } catch (cause) {
    const isTooLong = cause instanceof RangeError;
    const problem = isTooLong
      ? 'compressed bytes hold more than the chunk'
      : 'compressed bytes cannot be decoded';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CorruptionError(problem, isTooLong ? { codec, limitBytes } : { codec, reason }, { cause });
  }
}

/** The bytes before a little-endian CRC-32C of them, once it is right. */
export function crc32cTail(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 4) throw new CorruptionError('too short for a checksum', { codec: 'crc32c' });
  const content = bytes.subarray(0, bytes.length - 4);
  const expected = new DataView(bytes.buffer, bytes.byteOffset + content.length).getUint32(0, true);
  const found = crc32c(content);
  if (found === expected) return content;
  throw new CorruptionError('checksum mismatch', { codec: 'crc32c', expected, found });
}

/** Undoes numcodecs' shuffle: byte k of all elements stands together. */
export function unshuffle(bytes: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(bytes.length / elementBytes);
  const out = new Uint8Array(bytes.length);
  for (let k = 0; k < elementBytes; k++) {
    for (let i = 0; i < count; i++) out[i * elementBytes + k] = bytes[k * count + i]!;
  }
  out.set(bytes.subarray(count * elementBytes), count * elementBytes);
  return out;
}

/** Reads the vlen-utf8 encoding: a count, then each text with its length before it, all little-endian. */
export function decodeText(bytes: Uint8Array, count: number): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = bytes.length < 4 ? -1 : view.getUint32(0, true);
  if (found !== count)
    throw new CorruptionError('number of texts is not the chunk’s', { expected: count, found });
  const texts: string[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    at += 4;
    if (at + length > bytes.length)
      throw new CorruptionError('texts end early', { expected: count, found: i });
    texts.push(new TextDecoder().decode(bytes.subarray(at, at + length)));
    at += length;
  }
  return texts;
}
