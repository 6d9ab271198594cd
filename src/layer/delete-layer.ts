import type { BlobOptions, BlobStore } from '../blob/index.js';
import { commitManifest, deletionManifest, newestSequence, removeLayerBlobs } from '../catalog/index.js';
import { ConflictError, NotFoundError } from '../errors/index.js';

/**
 * Deletes a layer with all its snapshots, also one that cannot be read. A manifest that says so is committed
 * first: from that moment the layer is gone, and another deletion finishes a removal that was cut short. With
 * `sequence` only while that snapshot is the newest.
 *
 * Returns: how many blobs were removed.
 * Throws: NotFoundError; ConflictError when another writer committed at the same moment.
 */
export async function deleteLayer(
  store: BlobStore,
  layer: string,
  { sequence: expected, ...options }: BlobOptions & { readonly sequence?: number } = {},
): Promise<number> {
  const newest = await newestSequence(store, layer, options);
  if (newest === undefined) throw new NotFoundError('no such layer', { layer, store: store.location });
  if (expected !== undefined && newest !== expected) {
    throw new ConflictError('the layer has changed since it was read', { layer, expected, found: newest });
  }
  // Also on top of a deletion whose removal was cut short: that one may not be durable.
  const sequence = newest + 1;
  await commitManifest(store, deletionManifest({ layer, sequence }), options);
  return removeLayerBlobs(store, { layer, keepUntilLast: sequence }, options);
}
