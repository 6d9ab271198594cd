import { isMainThread } from 'node:worker_threads';
import {
  constants,
  deflateRaw,
  deflateRawSync,
  inflateRaw,
  inflateRawSync,
  type ZlibOptions,
} from 'node:zlib';
import { CorruptionError } from '../errors/index.js';

// Level 1 packs weather tiles twice as fast as level 6 for 4 to 8 % more bytes (docs/format.md).
const level = 1;

/** zlib refuses smaller chunks. */
const minChunkBytes = 64;

/**
 * Packs to raw deflate, no zlib header: for the main thread in libuv's pool, for any other in that thread itself. What is not
 * the last of a stream ends at a byte.
 */
export function deflate(bytes: Uint8Array, { isLast = true } = {}): Promise<Uint8Array> {
  const chunkSize = Math.max(minChunkBytes, bytes.length);
  // A window no longer than the cells: zlib clears all of it, half the time of an 8 KiB tile at full size.
  const windowBits = Math.min(15, Math.max(9, Math.ceil(Math.log2(bytes.length))));
  const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
  const options = { level, windowBits, chunkSize, finishFlush };
  if (!isMainThread) return Promise.resolve(deflateRawSync(bytes, options));
  return new Promise((resolve, reject) => {
    deflateRaw(bytes, options, (error, packed) => {
      if (error) reject(error);
      else resolve(packed);
    });
  });
}

interface InflateInfo {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** Exactly `sizeBytes` bytes, all of `packed` used up; CorruptionError otherwise, without unpacking more. */
export async function inflate(packed: Uint8Array, sizeBytes: number): Promise<Uint8Array> {
  return requireWhole(await inflateLater(packed, sizeBytes), packed, sizeBytes);
}

/** The same while the process waits. */
export function inflateNow(packed: Uint8Array, sizeBytes: number): Uint8Array {
  return requireWhole(inflateWaiting(packed, sizeBytes), packed, sizeBytes);
}

function inflateLater(packed: Uint8Array, sizeBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    inflateRaw(packed, inflateOptions(sizeBytes), (error, answer) => {
      if (error) reject(damaged(error, sizeBytes));
      else resolve(answer);
    });
  });
}

function inflateWaiting(packed: Uint8Array, sizeBytes: number): Uint8Array {
  try {
    return inflateRawSync(packed, inflateOptions(sizeBytes));
  } catch (error) {
    throw damaged(error, sizeBytes);
  }
}

function inflateOptions(sizeBytes: number): ZlibOptions {
  // One chunk a little longer than the answer: zlib then never asks for a second one.
  return { chunkSize: sizeBytes + minChunkBytes, maxOutputLength: sizeBytes, info: true };
}

function requireWhole(answer: Uint8Array, packed: Uint8Array, sizeBytes: number): Uint8Array {
  // With `info` the answer is not the buffer its type claims.
  const { buffer, engine } = answer as unknown as InflateInfo;
  const found = { unpacked: buffer.length, used: engine.bytesWritten };
  const expected = { unpacked: sizeBytes, used: packed.length };
  if (found.unpacked !== expected.unpacked || found.used !== expected.used) {
    throw new CorruptionError('deflated cells have the wrong length', { expected, found });
  }
  return buffer;
}

function damaged(cause: unknown, sizeBytes: number): CorruptionError {
  return new CorruptionError('deflated cells are damaged', { expected: sizeBytes }, { cause });
}
