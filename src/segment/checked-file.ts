import type { BlobHandle } from '../blob/index.js';
import { crc32 } from '../bytes/index.js';
import { CorruptionError } from '../errors/index.js';
import { requireSupported, type SegmentIndex } from './segment-index.js';
import { headerLayout, readSafeInteger, readUint16, readUint32 } from './segment-layout.js';

/**
 * When the checksum of a record is compared: whenever it is read, or only the first time after its file was opened.
 * Its length and index are compared every time.
 */
export type Verification = 'every-read' | 'first-read';

const headerRange = { offset: 0, length: headerLayout.size };

/** An open file and what was found right in it so far, shared by all readers of the file. */
export class CheckedFile {
  readonly handle: BlobHandle;
  readonly #verification: Verification;
  #headerCheck: Promise<void> | undefined;
  #isHeaderChecked = false;
  /** One bit for each record. */
  #verified: Uint8Array | undefined;

  constructor(handle: BlobHandle, verification: Verification = 'every-read') {
    this.handle = handle;
    this.#verification = verification;
  }

  /** Reads and checks the header, once. */
  checkHeader(index: SegmentIndex): Promise<void> {
    this.#headerCheck ??= this.#readHeader(index);
    return this.#headerCheck;
  }

  /** The same at once; for handles that have `readSync`. */
  checkHeaderNow(index: SegmentIndex): void {
    if (this.#isHeaderChecked) return;
    const { handle } = this;
    verifyHeader(handle.readSync!(headerRange), index, handle.path);
    this.#isHeaderChecked = true;
  }

  /** Whether the checksum of record `k` need not be compared. */
  isVerified(k: number): boolean {
    return this.#verified !== undefined && (this.#verified[k >>> 3]! & (1 << (k & 7))) !== 0;
  }

  /** Notes that the checksum of record `k` of `count` was right. */
  setVerified(k: number, count: number): void {
    if (this.#verification === 'every-read') return;
    this.#verified ??= new Uint8Array(Math.ceil(count / 8));
    this.#verified[k >>> 3]! |= 1 << (k & 7);
  }

  async #readHeader(index: SegmentIndex): Promise<void> {
    try {
      // Without the caller's signal: others may be waiting for the same check.
      verifyHeader(await this.handle.read(headerRange), index, this.handle.path);
      this.#isHeaderChecked = true;
    } catch (error) {
      this.#headerCheck = undefined;
      throw error;
    }
  }
}

function verifyHeader(header: Uint8Array, { name, salt }: SegmentIndex, path: string): void {
  const mismatch = (what: string, expected: unknown, found: unknown) =>
    new CorruptionError(`segment ${what} mismatch`, { path, offset: 0, expected, found });
  const magic = header.subarray(0, headerLayout.magic.length);
  if (!equal(magic, headerLayout.magic)) throw mismatch('header magic', [...headerLayout.magic], [...magic]);
  const crc = readUint32(header, headerLayout.crc);
  const computed = crc32(header.subarray(0, headerLayout.crc));
  if (crc !== computed) throw mismatch('header checksum', crc, computed);
  const version = readUint16(header, headerLayout.version);
  requireSupported({ version, features: readUint32(header, headerLayout.features) }, path);
  const first = readSafeInteger(header, headerLayout.first);
  if (first !== name.first) throw mismatch('header first index', name.first, first);
  const headerSalt = header.subarray(headerLayout.salt, headerLayout.salt + salt.length);
  if (!equal(headerSalt, salt)) throw mismatch('header salt', [...salt], [...headerSalt]);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
