import type { BlobOptions, BlobStore } from '../blob/index.js';
import { lastDeletion, type Manifest } from '../catalog/index.js';
import { ConflictError } from '../errors/index.js';

/**
 * What was made of one snapshot may go on top of another only while both are of one layer: with a layer that was
 * deleted in between the segments that were made went, too, whatever the next one of its name has in it.
 *
 * Throws: ConflictError.
 */
export async function requireSameLayer(
  store: BlobStore,
  { before, after }: { readonly before: Manifest; readonly after: Manifest },
  options: BlobOptions = {},
): Promise<void> {
  const { layer } = after;
  const length = Math.max(0, after.sequence - before.sequence - 1);
  const sequences = Array.from({ length }, (_, i) => before.sequence + 1 + i);
  const isSame =
    before.uuid === after.uuid && (await lastDeletion(store, { layer, sequences }, options)) === undefined;
  if (!isSame) throw new ConflictError('the layer was deleted and written again meanwhile', { layer });
}
