import { UnsupportedError } from '../errors/index.js';
import { FORMAT_VERSION, type Manifest, type RunEntry, type SegmentEntry } from './manifest.js';
import { checkManifest } from './manifest-checks.js';
import { formatSealed, parseSealed } from './sealed-json.js';

/**
 * [first, last, count, tailBytes, generation, sha, sizeBytes], then the summary's valid, min, max and sum
 * where there is one: a large layer lists thousands of these.
 */
type SegmentRow = readonly [number, number, number, number, number, string, number, ...number[]];

/** The bytes of a manifest file: one line of JSON, then a line with the CRC-32 of the first. */
export function formatManifest(manifest: Manifest): Uint8Array {
  const runs = manifest.runs.map((run) => ({ ...run, segments: run.segments.map(toRow) }));
  return formatSealed({ ...manifest, runs });
}

/**
 * The manifest in the bytes of a file at `path`.
 *
 * Throws: CorruptionError when a byte is not as written or a member contradicts another;
 *         UnsupportedError for a format version this code does not know.
 */
export function parseManifest(bytes: Uint8Array, path: string): Manifest {
  const value = parseSealed(bytes, { path, what: 'manifest' });
  requireKnownVersion(value, { path, what: 'manifest' });
  return checkManifest(withSegmentObjects(value), path);
}

/** Throws: UnsupportedError unless `value` is of the one format version this code knows. */
export function requireKnownVersion(value: unknown, { path, what }: { path: string; what: string }): void {
  const found = (value as { formatVersion?: unknown } | null)?.formatVersion;
  if (found === FORMAT_VERSION) return;
  throw new UnsupportedError(`${what} has an unknown format version`, {
    path,
    expected: FORMAT_VERSION,
    found,
  });
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
