import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  findManifest,
  listManifests,
  listTags,
  type Manifest,
  type Operation,
  readManifest,
} from '../../catalog/index.js';
import { CorruptionError, describeError, NotFoundError, UnsupportedError } from '../../errors/index.js';
import { segmentFiles } from './segment-files.js';

/** One snapshot of a layer as a listing shows it; `error` instead of its content when it is damaged. */
export interface SnapshotInfo {
  readonly snapshot: number;
  readonly isCurrent: boolean;
  readonly tags: readonly string[];
  readonly createdAt?: string;
  readonly operation?: Operation;
  readonly segments?: number;
  readonly bytes?: number;
  /** Bytes of segments that the snapshot before it, as listed, does not have. */
  readonly bytesAdded?: number;
  readonly error?: string;
}

/**
 * The snapshots of a layer that are still there, oldest first.
 *
 * Throws: NotFoundError when there is no such layer.
 */
export async function listSnapshots(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<SnapshotInfo[]> {
  const manifests = await listManifests(store, layer, options);
  await requireLayer(store, layer, options);
  const tags = await listTags(store, layer, options);
  const snapshots: SnapshotInfo[] = [];
  let before = new Set<string>();
  for (const { sequence } of manifests) {
    const heading = {
      snapshot: sequence,
      isCurrent: sequence === manifests.at(-1)!.sequence,
      tags: tags.filter((tag) => tag.sequence === sequence).map(({ name }) => name),
    };
    try {
      const manifest = await readManifest(store, { layer, sequence }, options);
      if (manifest.operation === 'delete') {
        // What comes after it is another layer.
        snapshots.length = 0;
        before = new Set();
        continue;
      }
      const files = sizesOf(manifest);
      snapshots.push({ ...heading, ...summarize(manifest, files, before) });
      before = new Set(files.keys());
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      snapshots.push({ ...heading, error: describeError(error) });
    }
  }
  return snapshots;
}

/** A layer whose newest manifest is damaged is there all the same. */
async function requireLayer(store: BlobStore, layer: string, options: BlobOptions): Promise<void> {
  try {
    if ((await findManifest(store, layer, options)) !== undefined) return;
  } catch (error) {
    if (isUnreadable(error)) return;
    throw error;
  }
  throw new NotFoundError('no such layer', { layer, store: store.location });
}

function isUnreadable(error: unknown): boolean {
  return (
    error instanceof CorruptionError || error instanceof UnsupportedError || error instanceof NotFoundError
  );
}

function sizesOf(manifest: Manifest): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { path, segment } of segmentFiles(manifest)) sizes.set(path, segment.sizeBytes);
  return sizes;
}

function summarize(
  { createdAt, operation }: Manifest,
  files: ReadonlyMap<string, number>,
  before: ReadonlySet<string>,
): Omit<SnapshotInfo, 'snapshot' | 'isCurrent' | 'tags'> {
  let bytes = 0;
  let bytesAdded = 0;
  for (const [path, size] of files) {
    bytes += size;
    if (!before.has(path)) bytesAdded += size;
  }
  return { createdAt, operation, segments: files.size, bytes, bytesAdded };
}
