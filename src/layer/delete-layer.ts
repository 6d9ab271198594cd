import type { BlobOptions, BlobStore } from '../blob/index.js';
import {
  commitManifest,
  deletionManifest,
  identityPath,
  isDeletion,
  isRemains,
  layerFolder,
  newestSequence,
  readIdentity,
  removeRemains,
} from '../catalog/index.js';
import { ConflictError, CorruptionError, NotFoundError, UnsupportedError } from '../errors/index.js';

/** What is deleted, and why. */
export interface DeleteOptions extends BlobOptions {
  /** Only while this snapshot is the newest. */
  readonly sequence?: number;
  /** The uuid of the layer that has its content now. */
  readonly movedTo?: string;
}

/**
 * Deletes a layer with all its snapshots, also one that cannot be read. A manifest that says so is committed
 * first: from that moment the layer is gone, and another deletion finishes a removal that was cut short. That
 * manifest stays, so that its number is taken: writers that began before could else commit what they made of
 * segments that are gone. The identity stays, too, for whoever writes the layer again may have claimed it already.
 * A collection of garbage removes both when writers have had their time.
 *
 * Returns: how many blobs were removed.
 * Throws: NotFoundError; ConflictError when another writer committed at the same moment.
 */
export async function deleteLayer(
  store: BlobStore,
  layer: string,
  { sequence: expected, movedTo, ...options }: DeleteOptions = {},
): Promise<number> {
  const newest = await newestSequence(store, layer, options);
  if (newest === undefined) throw new NotFoundError('no such layer', { layer, store: store.location });
  if (expected !== undefined && newest !== expected) {
    throw new ConflictError('the layer has changed since it was read', { layer, expected, found: newest });
  }
  // Before the mark: what is there by then is the layer's, or of writers that will meet the mark. What comes later may
  // be of the next layer of this name.
  const paths: string[] = [];
  for await (const { path } of store.list(layerFolder(layer), options)) {
    if (path !== identityPath(layer) || !(await isReadable(store, layer, options))) paths.push(path);
  }
  const isGone = await isDeletion(store, { layer, sequence: newest }, options);
  if (isGone && !paths.some((path) => isRemains(path, { layer, sequence: newest }))) {
    throw new NotFoundError('no such layer', { layer, store: store.location });
  }
  // Also on top of a deletion whose removal was cut short: that one may not be durable.
  await commitManifest(store, deletionManifest({ layer, sequence: newest + 1, movedTo }), options);
  await removeRemains(store, { layer, paths }, options);
  return paths.length;
}

/** Whether the layer's identity can be claimed; one that is damaged would be in the way of the next layer. */
async function isReadable(store: BlobStore, layer: string, options: BlobOptions): Promise<boolean> {
  try {
    return (await readIdentity(store, layer, options)) !== undefined;
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof UnsupportedError) return false;
    throw error;
  }
}
