import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { commitManifest, findManifest, removeLayerBlobs } from '../catalog/index.js';
import { NotFoundError } from '../errors/index.js';

/**
 * Deletes a layer with all its snapshots. A manifest that says so is committed first: from that moment the
 * layer is gone, however much of the removal still has to be done by the next deletion or write.
 *
 * Returns: how many blobs were removed.
 * Throws: NotFoundError; ConflictError when another writer committed at the same moment.
 */
export async function deleteLayer(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<number> {
  const newest = await findManifest(store, layer, options);
  if (newest === undefined) throw new NotFoundError('no such layer', { layer, store: store.location });
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
