import { CorruptionError } from '../../errors/index.js';

const CLEAR = 256;
const END = 257;
const FIRST_FREE = 258;
const MAX_CODES = 4096;

/**
 * Decodes TIFF's LZW: codes from the high bit on, widened one code early. Never gives more than `length` bytes.
 * Source: TIFF 6.0, section 13. geotiff's own decoder gathers bytes as boxed numbers and knows no bound.
 */
export function decodeLzw(input: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  // A code's text is `lengths[code]` bytes that have been written at `starts[code]` before.
  const starts = new Int32Array(MAX_CODES);
  const lengths = new Int32Array(MAX_CODES);
  let [written, next, width] = [0, FIRST_FREE, 9];
  let [bits, bitCount, at] = [0, 0, 0];
  let previousStart = -1;
  let previousLength = 0;
  while (written < length) {
    while (bitCount < width) {
      if (at === input.length)
        throw damaged('bytes end early', { expectedBytes: length, foundBytes: written });
      // At most 11 + 8 bits are waiting: no overflow.
      bits = ((bits << 8) | input[at++]!) & 0xfffff;
      bitCount += 8;
    }
    bitCount -= width;
    const code = (bits >> bitCount) & ((1 << width) - 1);
    if (code === END) throw damaged('bytes end early', { expectedBytes: length, foundBytes: written });
    if (code === CLEAR) {
      [next, width, previousStart] = [FIRST_FREE, 9, -1];
      continue;
    }
    const start = written;
    if (code < CLEAR) out[written++] = code;
    else {
      const isKnown = code < next;
      // The one code that may be used while it is being made: the previous text and its own first byte.
      if (!isKnown && (code !== next || previousStart < 0 || next === MAX_CODES))
        throw damaged('code is not known yet', { code, known: next });
      const from = isKnown ? starts[code]! : previousStart;
      const size = Math.min(isKnown ? lengths[code]! : previousLength + 1, length - written);
      // Byte by byte: the text may run into itself.
      for (let k = 0; k < size; k++) out[written++] = out[from + k]!;
    }
    if (previousStart >= 0 && next < MAX_CODES) {
      starts[next] = previousStart;
      lengths[next] = previousLength + 1;
      next += 1;
      if (next + 1 >= 1 << width && width < 12) width += 1;
    }
    previousStart = start;
    previousLength = written - start;
  }
  return out;
}

function damaged(problem: string, fields: Readonly<Record<string, number>>): CorruptionError {
  return new CorruptionError(`LZW: ${problem}`, fields);
}
