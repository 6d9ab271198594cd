import { CorruptionError } from '../errors/index.js';

const MAX_VARINT_BYTES = 10;

/** Reads the numbers and texts of LevelDB's files one after the other; CorruptionError where they leave the bytes. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #place: { readonly path: string; readonly offset: number };
  #at = 0;

  constructor(bytes: Uint8Array, place: { readonly path: string; readonly offset: number }) {
    this.#bytes = bytes;
    this.#place = place;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Seven bits to a byte, the least first. Numbers past 2 ** 53 lose their last digits, which no length has. */
  varint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw this.damage('a number', 'the end');
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw this.damage('a number', 'too many bytes');
  }

  bytes(length: number): Uint8Array {
    if (!(length <= this.#bytes.length - this.#at)) throw this.damage(`${length} bytes`, 'the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A length, then as many bytes. */
  text(): Uint8Array {
    return this.bytes(this.varint());
  }

  damage(expected: string, found: unknown): CorruptionError {
    const { path, offset } = this.#place;
    return new CorruptionError('staging database is damaged', {
      path,
      offset: offset + this.#at,
      expected,
      found,
    });
  }
}
