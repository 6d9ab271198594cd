import { randomUUID } from 'node:crypto';
import type { BlobStore } from '../../blob/index.js';
import {
  claimLayer,
  commitManifest,
  findManifest,
  type Manifest,
  newestSequence,
  openManifest,
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
  if ((await findManifest(store, to, options)) !== undefined) {
    throw new ConflictError('the layer exists already', { layer: to });
  }
  await linkSegments(store, { source, to }, options);
  const manifest: Manifest = {
    ...source,
    layer: to,
    uuid: await claimLayer(store, to, options),
    sequence: await firstSequence(store, { source, to }, options),
    commitId: randomUUID(),
    createdAt: new Date().toISOString(),
    operation: 'copy',
  };
  await commitManifest(store, manifest, options);
  return manifest;
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
async function firstSequence(
  store: BlobStore,
  { source, to }: { source: Manifest; to: string },
  options: MaintenanceOptions,
): Promise<number> {
  let sequence = ((await newestSequence(store, to, options)) ?? 0) + 1;
  for (const { segment } of segmentFiles(source)) sequence = Math.max(sequence, segment.generation);
  return sequence;
}
