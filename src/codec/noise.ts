/** Fewer bytes say too little about how often each of them comes. */
const MIN_BYTES = 2048;
/** About as many bytes are counted: enough for a tenth of a bit. */
const COUNTED_BYTES = 4096;
/** Bits a byte is worth at the least in noise, of 8: packed without repetitions it shrinks by about a fiftieth. */
const MIN_BITS = 7.85;
/**
 * Share of words that come again, at which looking for repetitions pays: deflate saves about that share of the bytes, and
 * takes three to four times as long for them as for storing them.
 */
const MAX_REPEATED = 1 / 7;
/** As many bytes tell about repetitions: several rows and instants of a tile. */
const SEARCHED_BYTES = 2 ** 14;
const TABLE_BITS = 14;
/** Spreads words over the table: 2 ** 32 over the golden ratio. */
const SPREAD = 0x9e3779b1;

const counts = new Uint32Array(256);
const seen = new Int32Array(2 ** TABLE_BITS);

/** True for bytes that deflate would hardly make smaller: all values about as frequent, and few words repeated. */
export function isNoise(bytes: Uint8Array): boolean {
  return bytes.length >= MIN_BYTES && bitsPerByte(bytes) >= MIN_BITS && !hasRepetitions(bytes);
}

function bitsPerByte(bytes: Uint8Array): number {
  counts.fill(0);
  // Odd, so that it does not step along with rows.
  const step = Math.floor(bytes.length / COUNTED_BYTES) | 1;
  let counted = 0;
  for (let i = 0; i < bytes.length; i += step) {
    counts[bytes[i]!]! += 1;
    counted++;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / counted);
  return bits / counted;
}

/** Whether many four-byte words in the middle of `bytes` come again there. */
function hasRepetitions(bytes: Uint8Array): boolean {
  const first = Math.max(0, (bytes.length - SEARCHED_BYTES) >> 1);
  const end = Math.min(bytes.length, first + SEARCHED_BYTES);
  const limit = (end - first) * MAX_REPEATED;
  seen.fill(0);
  let word = 0;
  let repeated = 0;
  for (let i = first; i < end; i++) {
    // Words are 32 bits, as these operators have them.
    word = (word << 8) | bytes[i]!;
    const place = Math.imul(word, SPREAD) >>> (32 - TABLE_BITS);
    if (seen[place] === word && ++repeated > limit) return true;
    seen[place] = word;
  }
  return false;
}
