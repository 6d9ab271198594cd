import type { BlobHandle } from '../../../src/blob/index.js';
import { CorruptionError } from '../../../src/errors/index.js';

/** An open blob over bytes at hand. */
export function memoryHandle(bytes: Uint8Array): BlobHandle {
  return {
    path: 'fuzzed.seg',
    sizeBytes: bytes.length,
    async read({ offset, length }) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        throw new CorruptionError('blob is shorter than the range asked', { path: 'fuzzed.seg', offset });
      }
      return bytes.slice(offset, offset + length);
    },
    async close() {},
  };
}
