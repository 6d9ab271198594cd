import { CorruptionError } from '../errors/index.js';
import type { Manifest, RunEntry } from './manifest.js';
import { checkManifest } from './manifest-checks.js';
import { requireKnownVersion } from './manifest-text.js';
import { formatSealed, parseSealed } from './sealed-json.js';

/** Hex digits of a segment's sha that a head keeps: enough to tell the segments of one run apart. */
const ID_DIGITS = 16;

/**
 * What a manifest says that its segments do not, kept beside it in case the manifests are lost: everything
 * but the segments, of which it has only the first digits of their hashes.
 */
export interface LayerHead {
  /** Without segments and statistics. */
  readonly manifest: Manifest;
  /** For each run of the manifest the first 16 hex digits of its segments' hashes, in order of index. */
  readonly segmentIds: readonly (readonly string[])[];
}

/** How a head names a segment, by the hash in the segment's name. */
export function segmentId(sha: string): string {
  return sha.slice(0, ID_DIGITS);
}

/** The bytes of a head file, of the same form as a manifest. */
export function formatHead(manifest: Manifest): Uint8Array {
  const runs = manifest.runs.map((run) => ({
    ...run,
    segments: run.segments.map(({ sha }) => segmentId(sha)).join(''),
  }));
  return formatSealed({ ...manifest, statistics: {}, runs });
}

/** Throws: CorruptionError for bytes that are not as written; UnsupportedError for an unknown version. */
export function parseHead(bytes: Uint8Array, path: string): LayerHead {
  const value = parseSealed(bytes, { path, what: 'head' });
  requireKnownVersion(value, { path, what: 'head' });
  const { runs } = value as { runs?: unknown };
  if (!Array.isArray(runs)) throw new CorruptionError('head has no runs', { path });
  const bare = runs.map((run) => ({ ...(run as RunEntry), segments: [] }));
  return {
    manifest: checkManifest({ ...(value as Manifest), runs: bare }, path),
    segmentIds: runs.map((run) => parseIds((run as { segments?: unknown } | null)?.segments, path)),
  };
}

function parseIds(text: unknown, path: string): string[] {
  if (typeof text !== 'string' || !/^([0-9a-f]{16})*$/.test(text)) {
    throw new CorruptionError('head does not name its segments', { path, found: typeof text });
  }
  return Array.from({ length: text.length / ID_DIGITS }, (_, i) =>
    text.slice(i * ID_DIGITS, (i + 1) * ID_DIGITS),
  );
}
