import type { BlobStore } from '../../blob/index.js';
import {
  commitManifest,
  findManifest,
  isDeletion,
  type Manifest,
  newestSequence,
  openManifest,
  putLocations,
  readLocations,
  readManifest,
} from '../../catalog/index.js';
import { ConflictError, InvalidArgumentError } from '../../errors/index.js';
import { deleteLayer } from '../delete-layer.js';
import { type CopyNames, copyLayer } from './copy-layer.js';
import type { MaintenanceOptions } from './maintenance-options.js';
import { segmentFiles } from './segment-files.js';

/**
 * Gives a layer another name: a copy of its newest snapshot, then the deletion of the source. There is no
 * moment without the layer; cut short in between both are there, and running it again finishes. Locations move
 * with it, older snapshots and tags go with the source.
 *
 * Throws: NotFoundError; ConflictError when another layer has the name, or the source changed meanwhile: then
 *         the source stays as it is.
 */
export async function moveLayer(
  store: BlobStore,
  { layer, to }: CopyNames,
  options: MaintenanceOptions = {},
): Promise<Manifest> {
  if (layer === to) throw new InvalidArgumentError('a layer cannot move to itself', { layer });
  const existing = await findManifest(store, to, options);
  if (existing && (await finishDeletion(store, { layer, existing }, options))) return existing;
  const source = await openManifest(store, { layer }, options);
  if (existing && !hasSameContent(source, existing)) {
    throw new ConflictError('another layer has this name', { layer: to });
  }
  // Of a move cut short: made durable, with what follows a manifest, before the source goes.
  if (existing) {
    await commitManifest(store, existing, options);
    const locations = await readLocations(store, layer, options);
    await putLocations(store, { layer: to, locations }, options);
  }
  const { sequence } = source;
  const moved = existing ?? (await copyLayer(store, { layer, to }, { ...options, sequence }));
  try {
    await deleteLayer(store, layer, { ...options, sequence, movedTo: moved.uuid });
  } catch (error) {
    // The copy is of a layer that is no more; with it a second try would find the name taken.
    if (error instanceof ConflictError && !existing) {
      await deleteLayer(store, to, { sequence: moved.sequence });
    }
    throw error;
  }
  return moved;
}

/** True when the layer was deleted because it had been moved to `existing`, and only the removal had been cut short. */
async function finishDeletion(
  store: BlobStore,
  { layer, existing }: { readonly layer: string; readonly existing: Manifest },
  options: MaintenanceOptions,
): Promise<boolean> {
  const sequence = await newestSequence(store, layer, options);
  if (sequence === undefined || !(await isDeletion(store, { layer, sequence }, options))) return false;
  const { attributes } = await readManifest(store, { layer, sequence }, options);
  if (attributes.movedTo !== existing.uuid) return false;
  await deleteLayer(store, layer, { ...options, sequence, movedTo: existing.uuid });
  return true;
}

/** Whether two manifests describe the same tiles of the same grid. */
function hasSameContent(a: Manifest, b: Manifest): boolean {
  return contentOf(a) === contentOf(b);
}

function contentOf(manifest: Manifest): string {
  const { grid, parameters, tileShape, keyIndex, levels } = manifest;
  const segments = [...segmentFiles({ ...manifest, layer: 'any' })].map(({ path }) => path);
  return JSON.stringify({ grid, parameters, tileShape, keyIndex, levels, segments });
}
