import { deflate } from './deflate.js';
import { isNoise } from './noise.js';

/** Most bytes of one stored block. */
const MAX_STORED = 0xffff;
const STORED_HEAD = 5;

/**
 * Packs shuffled cells, `width` planes of bytes one after the other, to one raw deflate stream. Planes of noise, as the low
 * bytes of floats mostly are, become stored blocks: deflate takes longer for them than for the others, in vain.
 */
export async function deflatePlanes(shuffled: Uint8Array, width: number): Promise<Uint8Array> {
  const runs = runsOfPlanes(shuffled, width);
  if (runs.length === 1 && !runs[0]!.isNoise) return deflate(shuffled);
  const parts = await Promise.all(
    runs.map(({ bytes, isNoise }, i) => {
      const isLast = i === runs.length - 1;
      return isNoise ? storedBlocks(bytes, isLast) : deflate(bytes, { isLast });
    }),
  );
  return Buffer.concat(parts);
}

interface PlaneRun {
  readonly bytes: Uint8Array;
  readonly isNoise: boolean;
}

/** Neighbouring planes of one kind together: repetitions may reach from one into the next. */
function runsOfPlanes(shuffled: Uint8Array, width: number): PlaneRun[] {
  const length = shuffled.length / width;
  const kinds = Array.from({ length: width }, (_, k) =>
    isNoise(shuffled.subarray(k * length, (k + 1) * length)),
  );
  const runs: PlaneRun[] = [];
  for (let first = 0; first < width; ) {
    const kind = kinds[first]!;
    let end = first + 1;
    while (end < width && kinds[end] === kind) end++;
    runs.push({ bytes: shuffled.subarray(first * length, end * length), isNoise: kind });
    first = end;
  }
  return runs;
}

/** Blocks of RFC 1951, 3.2.4, that begin at a byte: what is before them ends with one. */
function storedBlocks(bytes: Uint8Array, isLast: boolean): Uint8Array {
  const blocks = Math.ceil(bytes.length / MAX_STORED);
  const stored = new Uint8Array(bytes.length + blocks * STORED_HEAD);
  const view = new DataView(stored.buffer);
  let at = 0;
  for (let from = 0; from < bytes.length; from += MAX_STORED) {
    const block = bytes.subarray(from, from + MAX_STORED);
    stored[at] = isLast && from + block.length === bytes.length ? 1 : 0;
    view.setUint16(at + 1, block.length, true);
    view.setUint16(at + 3, block.length ^ MAX_STORED, true);
    stored.set(block, at + STORED_HEAD);
    at += STORED_HEAD + block.length;
  }
  return stored;
}
