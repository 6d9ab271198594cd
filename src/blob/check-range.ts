import type { ByteRange } from '../bytes/index.js';
import { CorruptionError, InvalidArgumentError } from '../errors/index.js';

/** Throws unless `range` lies inside the blob at `path`, before anything of its length is allocated. */
export function checkRange(
  range: ByteRange,
  blob: { readonly path: string; readonly sizeBytes: number },
): void {
  const { offset, length } = range;
  if (!isCount(offset) || !isCount(length) || !isCount(offset + length)) {
    throw new InvalidArgumentError('not a byte range', { path: blob.path, offset, length });
  }
  if (offset + length > blob.sizeBytes) {
    throw new CorruptionError('blob is shorter than the range asked', {
      path: blob.path,
      offset,
      expected: length,
      found: Math.max(0, blob.sizeBytes - offset),
    });
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
