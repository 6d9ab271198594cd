import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  claimLayer,
  commitManifest,
  findManifest,
  listManifests,
  type Manifest,
  newestSequence,
  openManifest,
  putLocations,
  readLocations,
} from '../../catalog/index.js';
import { ConflictError, CorruptionError } from '../../errors/index.js';
import { parseLayerName } from '../../grid/index.js';
import type { MaintenanceOptions } from './maintenance-options.js';
import { forEachBounded, type SegmentFile, segmentFiles, segmentPath } from './segment-files.js';

/** Which layer becomes which. */
export interface CopyNames {
  readonly layer: string;
  readonly to: string;
}

/** How a layer is copied: its newest snapshot, or the one numbered `sequence`. */
export interface CopyOptions extends MaintenanceOptions {
  readonly sequence?: number | undefined;
}

/**
 * Makes a new layer with the content of one snapshot. Segments are shared where the store can, so that it costs
 * names and no bytes; neither layer ever changes them. Every segment has its name before the manifest is
 * committed: cut short at any moment there is no new layer, and running it again finishes.
 *
 * Throws: NotFoundError; ConflictError when the new layer exists.
 */
export async function copyLayer(
  store: BlobStore,
  { layer, to }: CopyNames,
  { sequence, ...options }: CopyOptions = {},
): Promise<Manifest> {
  const source = await openManifest(store, { layer, sequence }, options);
  parseLayerName(to);
  const before = await requireFree(store, to, options);
  await linkSegments(store, { source, to }, options);
  // Damaged ones end the copy before there is one. They are written after the commit: what is left of a copy that was cut
  // short before it would else become the next layer's of that name.
  const locations = await readLocations(store, layer, options);
  const manifest: Manifest = {
    ...source,
    layer: to,
    uuid: await claimLayer(store, to, options),
    sequence: firstSequence(source, before),
    commitId: randomUUID(),
    createdAt: new Date().toISOString(),
    operation: 'copy',
  };
  if ((await newestSequence(store, to, options)) !== before) {
    throw new ConflictError('another writer committed to the layer first', { layer: to });
  }
  await commitManifest(store, manifest, options);
  await putLocations(store, { layer: to, locations }, options);
  return manifest;
}

/**
 * The number of the deletion of an earlier layer of this name, if there was one that can still be seen.
 *
 * Throws: ConflictError while there is a layer of this name, or a deletion of one is removing segments: those of the copy may
 *         have the same names.
 */
async function requireFree(
  store: BlobStore,
  layer: string,
  options: BlobOptions,
): Promise<number | undefined> {
  if ((await findManifest(store, layer, options)) !== undefined) {
    throw new ConflictError('the layer exists already', { layer });
  }
  const [deletion, ...others] = (await listManifests(store, layer, options)).reverse();
  if (others.length === 0) return deletion?.sequence;
  throw new ConflictError('the deletion of a layer of this name is not finished; delete it again', { layer });
}

async function linkSegments(
  store: BlobStore,
  { source, to }: { source: Manifest; to: string },
  options: MaintenanceOptions,
): Promise<void> {
  const files = [...segmentFiles(source)];
  let done = 0;
  const link = async ({ run, segment, path }: SegmentFile): Promise<void> => {
    const target = segmentPath(to, run, segment);
    // A copy that was cut short may have left it: the name holds the hash, so only its length can be wrong.
    if (!(await store.link({ from: path, to: target }, options))) {
      const found = (await store.stat(target, options))?.sizeBytes;
      if (found !== segment.sizeBytes) {
        throw new CorruptionError('a file of this name has another size', {
          path: target,
          expected: segment.sizeBytes,
          found,
        });
      }
    }
    options.onProgress?.({ phase: 'linking', done: ++done, total: files.length });
  };
  await forEachBounded(files, link, options);
}

/** Not below the snapshot that introduced any of the segments: later ones must come after it. */
function firstSequence(source: Manifest, before: number | undefined): number {
  let sequence = (before ?? 0) + 1;
  for (const { segment } of segmentFiles(source)) sequence = Math.max(sequence, segment.generation);
  return sequence;
}
