import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  commitManifest,
  deleteTag,
  type Manifest,
  openManifest,
  putTag,
  readManifest,
  type Tag,
} from '../../catalog/index.js';
import { ConflictError, NotFoundError } from '../../errors/index.js';
import { nextManifest } from './next-manifest.js';
import { requireSegments } from './segment-files.js';

/**
 * Makes the content of an older snapshot the newest: a new snapshot, nothing is removed.
 *
 * Throws: NotFoundError when the snapshot or segments of it are gone; ConflictError when another writer
 *         committed at the same moment, or a collection of garbage took segments away meanwhile: then the layer
 *         is as it was.
 */
export async function rollbackLayer(
  store: BlobStore,
  { layer, to }: { readonly layer: string; readonly to: number },
  options: BlobOptions = {},
): Promise<Manifest> {
  const newest = await openManifest(store, { layer }, options);
  const wanted = await openManifest(store, { layer, sequence: to }, options);
  await requireSegments(store, wanted, options);
  const manifest = nextManifest(newest, 'rollback', wanted);
  await commitManifest(store, manifest, options);
  await confirm(store, { manifest, newest });
  return manifest;
}

/** A collection that began before the commit may have ended after it; from now on it would see the segments. */
async function confirm(
  store: BlobStore,
  { manifest, newest }: { manifest: Manifest; newest: Manifest },
): Promise<void> {
  try {
    await requireSegments(store, manifest);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    await commitManifest(store, nextManifest(manifest, 'rollback', newest));
    const { layer, sequence: snapshot } = manifest;
    const text = 'a collection of garbage took the snapshot away; the layer is as it was';
    throw new ConflictError(text, { layer, snapshot }, { cause });
  }
}

/**
 * Names a snapshot, so that it is kept: the newest, or the one numbered `sequence`.
 *
 * Throws: ConflictError when another snapshot has the tag; NotFoundError when it, or segments of it, are gone.
 */
export async function tagSnapshot(
  store: BlobStore,
  { layer, name, sequence }: { layer: string; name: string; sequence?: number | undefined },
  options: BlobOptions = {},
): Promise<Tag['sequence']> {
  const manifest = await openManifest(store, { layer, sequence }, options);
  await putTag(store, { layer, name, sequence: manifest.sequence }, options);
  try {
    // A collection that did not see the tag yet may have ended since.
    await requireSegments(store, await readManifest(store, manifest, options), options);
  } catch (error) {
    if (error instanceof NotFoundError) await deleteTag(store, { layer, name });
    throw error;
  }
  return manifest.sequence;
}
