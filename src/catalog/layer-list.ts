import type { BlobOptions, BlobStore } from '../blob/index.js';
import { CorruptionError, UnsupportedError } from '../errors/index.js';
import { findManifest, newestSequence } from './catalog.js';
import { readHint } from './current-hint.js';
import { manifestPath } from './layer-paths.js';

/** Layers looked at together; each takes a small read and a look for a newer manifest. */
const BATCH = 32;

/** A layer as a listing shows it. */
export interface ListedLayer {
  readonly layer: string;
  /** Sequence of its newest snapshot. */
  readonly snapshot: number;
}

/** Names of the layers a store holds, sorted. A folder without a manifest is no layer. */
export async function listLayers(store: BlobStore, options: BlobOptions = {}): Promise<string[]> {
  return (await listLayerSnapshots(store, options)).map(({ layer }) => layer);
}

/**
 * The layers a store holds with the numbers of their newest snapshots, by name.
 *
 * Cost: one listing, and for each layer a read of CURRENT and a look for the manifest after it. Manifests are
 * read only where CURRENT is missing or late.
 */
export async function listLayerSnapshots(
  store: BlobStore,
  options: BlobOptions = {},
): Promise<ListedLayer[]> {
  const names = await store.listNames('layers/', options);
  const layers: ListedLayer[] = [];
  for (let i = 0; i < names.length; i += BATCH) {
    const batch = names.slice(i, i + BATCH);
    const snapshots = await Promise.all(batch.map((layer) => findSnapshot(store, layer, options)));
    for (const [k, snapshot] of snapshots.entries()) {
      if (snapshot !== undefined) layers.push({ layer: batch[k]!, snapshot });
    }
  }
  return layers;
}

/** A deletion takes CURRENT away, so a layer that has it is there; else its newest manifest tells. */
async function findSnapshot(
  store: BlobStore,
  layer: string,
  options: BlobOptions,
): Promise<number | undefined> {
  const hint = await readHint(store, layer, options);
  if (hint !== undefined && (await store.stat(manifestPath(layer, hint + 1), options)) === undefined) {
    return hint;
  }
  try {
    return (await findManifest(store, layer, options))?.sequence;
  } catch (error) {
    // A damaged layer is still a layer.
    if (!(error instanceof CorruptionError || error instanceof UnsupportedError)) throw error;
    return newestSequence(store, layer, options);
  }
}
