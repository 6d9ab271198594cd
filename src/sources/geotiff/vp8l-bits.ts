import { CorruptionError } from '../../errors/index.js';

/** Reads numbers of a few bits, low bits first. Past the end it throws. */
export class BitReader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private bits = 0;
  private count = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** The next `length` bits, at most 24. */
  read(length: number): number {
    while (this.count < length) {
      if (this.at === this.bytes.length) throw new CorruptionError('WebP: bytes end early');
      this.bits |= this.bytes[this.at++]! << this.count;
      this.count += 8;
    }
    const value = this.bits & ((1 << length) - 1);
    this.bits >>>= length;
    this.count -= length;
    return value;
  }
}

const MAX_LENGTH = 15;

/** A canonical prefix code. Source: WebP lossless bitstream specification, section 6.2. */
export class PrefixCode {
  private readonly single: number | undefined;
  // How many codes of each length there are, and the symbols in the order of their codes.
  private readonly counts = new Int32Array(MAX_LENGTH + 1);
  private readonly symbols: Int32Array;

  /** Throws: CorruptionError when the lengths make no complete code. */
  constructor(lengths: ArrayLike<number>) {
    const used: number[] = [];
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol]! === 0) continue;
      this.counts[lengths[symbol]!]! += 1;
      used.push(symbol);
    }
    // Of one symbol nothing is written.
    this.single = used.length === 1 ? used[0] : undefined;
    let left = 1;
    for (let length = 1; length <= MAX_LENGTH; length++) left = 2 * left - this.counts[length]!;
    const isComplete = this.single !== undefined || (used.length > 0 && left === 0);
    if (!isComplete) throw new CorruptionError('WebP: prefix code is not complete', { symbols: used.length });
    this.symbols = Int32Array.from(used.sort((a, b) => lengths[a]! - lengths[b]! || a - b));
  }

  read(bits: BitReader): number {
    if (this.single !== undefined) return this.single;
    let [code, first, index] = [0, 0, 0];
    for (let length = 1; length <= MAX_LENGTH; length++) {
      code |= bits.read(1);
      const count = this.counts[length]!;
      if (code - first < count) return this.symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new CorruptionError('WebP: code is not known');
  }
}
