import { CorruptionError } from '../../errors/index.js';

/** Decodes Apple's PackBits to exactly `length` bytes. Source: TIFF 6.0, section 9. */
export function decodePackBits(input: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let written = 0;
  for (let at = 0; written < length; ) {
    const header = input[at++];
    if (header === undefined) throw damaged(length, written);
    if (header === 128) continue;
    const count = header < 128 ? header + 1 : 257 - header;
    const isRun = header > 128;
    if (written + count > length || at + (isRun ? 1 : count) > input.length) throw damaged(length, written);
    if (isRun) out.fill(input[at]!, written, written + count);
    else out.set(input.subarray(at, at + count), written);
    at += isRun ? 1 : count;
    written += count;
  }
  return out;
}

function damaged(expectedBytes: number, foundBytes: number): CorruptionError {
  return new CorruptionError('PackBits: bytes do not fit the block', { expectedBytes, foundBytes });
}
