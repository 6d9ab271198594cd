import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { commitManifest, findManifest, removeLayerBlobs } from '../catalog/index.js';
import { ConflictError, NotFoundError } from '../errors/index.js';

/**
 * Deletes a layer with all its snapshots. A manifest that says so is committed first: from that moment the
 * layer is gone, however much of the removal still has to be done by the next deletion or write. With `sequence`
 * only while that snapshot is the newest.
 *
 * Returns: how many blobs were removed.
 * Throws: NotFoundError; ConflictError when another writer committed at the same moment.
 */
export async function deleteLayer(
  store: BlobStore,
  layer: string,
  { sequence: expected, ...options }: BlobOptions & { readonly sequence?: number } = {},
): Promise<number> {
  const newest = await findManifest(store, layer, options);
  if (newest === undefined) throw new NotFoundError('no such layer', { layer, store: store.location });
  if (expected !== undefined && newest.sequence !== expected) {
    throw new ConflictError('the layer has changed since it was read', {
      layer,
      expected,
      found: newest.sequence,
    });
  }
  const sequence = newest.sequence + 1;
  await commitManifest(
    store,
    {
      ...newest,
      sequence,
      commitId: randomUUID(),
      createdAt: new Date().toISOString(),
      operation: 'delete',
      runs: [],
    },
    options,
  );
  return removeLayerBlobs(store, { layer, keepUntilLast: sequence }, options);
}
