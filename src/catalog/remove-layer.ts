import type { BlobOptions, BlobStore } from '../blob/index.js';
import { parseSegmentName } from '../segment/index.js';
import { currentPath, identityPath, layerFolder, manifestPath } from './layer-paths.js';

/**
 * Removes every blob of a deleted layer. The manifest numbered `keepUntilLast` goes last: it says that the
 * layer is deleted, so that a removal cut short never shows the layer again; before it goes everything else is
 * gone for good, or a power cut could bring back the layer without it. What a writer has made that began
 * after the deletion, or has not committed, stays: it commits once this number is free again.
 */
export async function removeLayerBlobs(
  store: BlobStore,
  { layer, keepUntilLast }: { layer: string; keepUntilLast: number },
  options: BlobOptions = {},
): Promise<number> {
  const tombstone = manifestPath(layer, keepUntilLast);
  const doomed: string[] = [];
  const shared: string[] = [];
  let isWrittenAgain = false;
  for await (const { path } of store.list(layerFolder(layer), options)) {
    if (path === identityPath(layer) || path === currentPath(layer)) shared.push(path);
    else if (isLater(path, keepUntilLast)) isWrittenAgain = true;
    else if (path !== tombstone) doomed.push(path);
  }
  if (!isWrittenAgain) doomed.push(...shared);
  await deleteDurably(store, doomed, options);
  await store.delete(tombstone, options);
  return doomed.length + 1;
}

/** Deletes blobs for good, with one sync for neighbours in a folder. */
async function deleteDurably(
  store: BlobStore,
  paths: readonly string[],
  options: BlobOptions,
): Promise<void> {
  const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
  for (const [i, path] of paths.entries()) {
    const next = paths[i + 1];
    const isDurable = next === undefined || folderOf(next) !== folderOf(path);
    await store.delete(path, { ...options, isDurable });
  }
}

/** Segments, manifests and heads carry the number of the snapshot that brought them in their names. */
function isLater(path: string, sequence: number): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const numbered = /^(\d{14})\.json$/.exec(name);
  if (numbered) return Number(numbered[1]) > sequence;
  const generation = parseSegmentName(name)?.generation;
  // A deletion has no segments: those of its own number are for a snapshot that is yet to come.
  return generation !== undefined && generation >= sequence;
}
