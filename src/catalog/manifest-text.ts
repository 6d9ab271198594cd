import { crc32, formatHex } from '../bytes/index.js';
import { CorruptionError, UnsupportedError } from '../errors/index.js';
import { FORMAT_VERSION, type Manifest, type RunEntry, type SegmentEntry } from './manifest.js';
import { checkManifest } from './manifest-checks.js';

const CHECKSUM_DIGITS = 8;
/** The checksum line: a newline, the digits, a newline. */
const CHECKSUM_LINE_BYTES = CHECKSUM_DIGITS + 2;

/**
 * [first, last, count, tailBytes, generation, sha, sizeBytes], then the summary's valid, min, max and sum
 * where there is one: a large layer lists thousands of these.
 */
type SegmentRow = readonly [number, number, number, number, number, string, number, ...number[]];

/** The bytes of a manifest file: one line of JSON, then a line with the CRC-32 of the first. */
export function formatManifest(manifest: Manifest): Uint8Array {
  const runs = manifest.runs.map((run) => ({ ...run, segments: run.segments.map(toRow) }));
  const json = Buffer.from(JSON.stringify({ ...manifest, runs }));
  return Buffer.concat([json, Buffer.from(`\n${formatHex(crc32(json), CHECKSUM_DIGITS)}\n`)]);
}

/**
 * The manifest in the bytes of a file at `path`.
 *
 * Throws: CorruptionError when a byte is not as written or a member contradicts another;
 *         UnsupportedError for a format version this code does not know.
 */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const json = checkedJson(bytes, path);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(json).toString('utf8'));
  } catch (cause) {
    throw new CorruptionError('manifest is not JSON', { path }, { cause });
  }
  const version = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (version !== FORMAT_VERSION) {
    throw new UnsupportedError('manifest has an unknown format version', {
      path,
      expected: FORMAT_VERSION,
      found: version,
    });
  }
  return checkManifest(withSegmentObjects(value), path);
}

function checkedJson(bytes: Uint8Array, path: string): Uint8Array {
  const end = bytes.length - CHECKSUM_LINE_BYTES;
  if (end <= 0) throw new CorruptionError('manifest is too short', { path, found: bytes.length });
  const found = Buffer.from(bytes.subarray(end)).toString('latin1');
  const expected = `\n${formatHex(crc32(bytes.subarray(0, end)), CHECKSUM_DIGITS)}\n`;
  if (found !== expected) {
    throw new CorruptionError('manifest checksum mismatch', {
      path,
      expected: expected.trim(),
      found: found.trim(),
    });
  }
  return bytes.subarray(0, end);
}

function toRow(entry: SegmentEntry): SegmentRow {
  const { first, last, count, tailBytes, generation, sha, sizeBytes, summary } = entry;
  const numbers = summary ? [summary.valid, summary.min, summary.max, summary.sum] : [];
  return [first, last, count, tailBytes, generation, sha, sizeBytes, ...numbers];
}

function withSegmentObjects(value: unknown): unknown {
  const manifest = value as { runs?: unknown };
  if (!Array.isArray(manifest.runs)) return value;
  return { ...manifest, runs: manifest.runs.map(withRows) };
}

function withRows(run: unknown): unknown {
  const rows = (run as { segments?: unknown } | null)?.segments;
  if (!Array.isArray(rows)) return run;
  return { ...(run as RunEntry), segments: rows.map(fromRow) };
}

function fromRow(row: unknown): unknown {
  if (!Array.isArray(row)) return row;
  const [first, last, count, tailBytes, generation, sha, sizeBytes, ...numbers] =
    row as unknown as SegmentRow;
  const entry = { first, last, count, tailBytes, generation, sha, sizeBytes };
  if (numbers.length === 0) return entry;
  const [valid, min, max, sum] = numbers;
  return { ...entry, summary: { valid, min, max, sum } };
}
