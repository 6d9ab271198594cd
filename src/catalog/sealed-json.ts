import { crc32, formatHex } from '../bytes/index.js';
import { CorruptionError } from '../errors/index.js';

const CHECKSUM_DIGITS = 8;
/** The checksum line: a newline, the digits, a newline. */
const CHECKSUM_LINE_BYTES = CHECKSUM_DIGITS + 2;

/** One line of JSON, then a line with the CRC-32 of the first. */
export function formatSealed(value: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(value));
  return Buffer.concat([json, Buffer.from(checksumLine(json))]);
}

/**
 * The value in the bytes of a file at `path`; `what` it is says the error.
 *
 * Throws: CorruptionError when a byte is not as written.
 */
export function parseSealed(bytes: Uint8Array, { path, what }: { path: string; what: string }): unknown {
  const end = bytes.length - CHECKSUM_LINE_BYTES;
  if (end <= 0) throw new CorruptionError(`${what} is too short`, { path, found: bytes.length });
  const json = bytes.subarray(0, end);
  const found = Buffer.from(bytes.subarray(end)).toString('latin1');
  const expected = checksumLine(json);
  if (found !== expected) {
    throw new CorruptionError(`${what} checksum mismatch`, {
      path,
      expected: expected.trim(),
      found: found.trim(),
    });
  }
  try {
    return JSON.parse(Buffer.from(json).toString('utf8'));
  } catch (cause) {
    throw new CorruptionError(`${what} is not JSON`, { path }, { cause });
  }
}

function checksumLine(json: Uint8Array): string {
  return `\n${formatHex(crc32(json), CHECKSUM_DIGITS)}\n`;
}
