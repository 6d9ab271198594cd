import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { decodeText } from './netcdf-text.js';

/** The bytes at hand end before the header does. */
export class HeaderEndsError extends Error {}

/** The three layouts of a classic file: they differ in how wide counts and offsets are. */
export type ClassicVersion = 1 | 2 | 5;

// By the format no control characters, and no '/'.
const forbidden = /[\p{Cc}/]/u;
const maxCount = 10_000;
const maxTextBytes = 1024 * 1024;

/** Walks over the header of a classic file; nothing it answers is larger than the file could make it. */
export class ClassicCursor {
  at = 4;
  readonly version: ClassicVersion;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly fileBytes: number;

  constructor(
    bytes: Uint8Array,
    { version, fileBytes }: { readonly version: ClassicVersion; readonly fileBytes: number },
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.version = version;
    this.fileBytes = fileBytes;
  }

  uint32(): number {
    return this.view.getUint32(this.advance(4));
  }

  /** A length or a number of things: 64 bits wide in version 5, where all bits set answer Infinity. */
  size(): number {
    if (this.version !== 5) return this.uint32();
    const value = this.view.getBigUint64(this.advance(8));
    if (value === 2n ** 64n - 1n) return Number.POSITIVE_INFINITY;
    return this.checkSafe(value, 'size');
  }

  /** A byte offset in the file: 32 bits wide in version 1 only. */
  offset(): number {
    return this.version === 1
      ? this.uint32()
      : this.checkSafe(this.view.getBigUint64(this.advance(8)), 'offset');
  }

  /** A number of entries that take at least `entryBytes` each. */
  count(what: string, entryBytes: number): number {
    const found = this.size();
    if (!(found * entryBytes <= this.fileBytes - this.at))
      throw new CorruptionError(`header states more ${what} than the file can hold`, {
        offset: this.at,
        found,
      });
    if (found > maxCount)
      throw new UnsupportedError(`file has too many ${what}`, { found, allowed: maxCount });
    return found;
  }

  name(what: string): string {
    const length = this.size();
    const text = decodeText(this.padded(length, `${what} name`));
    if (text !== '' && length <= 1024 && !forbidden.test(text)) return text;
    throw new CorruptionError(`${what} name is not a short text`, {
      offset: this.at,
      found: JSON.stringify(text.slice(0, 40)),
    });
  }

  /** So many bytes; what pads them to a multiple of four is skipped. */
  padded(length: number, what: string): Uint8Array {
    if (!(length <= this.fileBytes - this.at))
      throw new CorruptionError(`${what} is longer than the file`, { offset: this.at, found: length });
    if (length > maxTextBytes)
      throw new UnsupportedError(`${what} is too long`, { bytes: length, allowed: maxTextBytes });
    const start = this.advance(Math.ceil(length / 4) * 4);
    return this.bytes.subarray(start, start + length);
  }

  private advance(length: number): number {
    const start = this.at;
    if (start + length > this.bytes.length) throw new HeaderEndsError();
    this.at += length;
    return start;
  }

  private checkSafe(value: bigint, what: string): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new CorruptionError(`${what} in the header is beyond any file`, { offset: this.at, found: value });
  }
}
