import type { BlobOptions, BlobStore } from '../blob/index.js';
import { parseSegmentName } from '../segment/index.js';
import { identityPath, manifestFolder, manifestPath } from './layer-paths.js';

/** A layer that was deleted, and the number of the manifest that says so. */
export interface DeletedLayer {
  readonly layer: string;
  readonly sequence: number;
}

/**
 * Whether a blob in the folder of a deleted layer is of that layer, and not of a writer that came after it. Whose
 * the identity is cannot be told.
 */
export function isRemains(path: string, { layer, sequence }: DeletedLayer): boolean {
  if (path === identityPath(layer) || path === manifestPath(layer, sequence)) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const number = Number(/^(\d{14})\.json$/.exec(name)?.[1] ?? parseSegmentName(name)?.generation ?? 0);
  return number <= sequence;
}

/**
 * Removes blobs of a deleted layer for good. Manifests go last: as long as there is one beside the deletion's, segments
 * may still be about to be removed.
 */
export async function removeRemains(
  store: BlobStore,
  { layer, paths }: { readonly layer: string; readonly paths: readonly string[] },
  options: BlobOptions = {},
): Promise<void> {
  const rank = (path: string) => (path.startsWith(manifestFolder(layer)) ? 1 : 0);
  const ordered = [...paths].sort((a, b) => rank(a) - rank(b));
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
  for (const [i, path] of ordered.entries()) {
    const next = ordered[i + 1];
    // One sync for neighbours in a folder.
    const isDurable = next === undefined || folderOf(next) !== folderOf(path);
    await store.delete(path, { ...options, isDurable });
  }
}

/** Makes durable which manifests there are, and that those removed are gone, whoever made or removed them. */
export async function syncManifests(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<void> {
  // Numbers begin at 1: nothing is removed, and a folder is synced.
  await store.delete(manifestPath(layer, 0), { ...options, isDurable: true });
}
