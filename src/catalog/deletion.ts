import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { CorruptionError, NotFoundError, UnsupportedError } from '../errors/index.js';
import { CRS84 } from '../grid/index.js';
import { readManifest } from './catalog.js';
import { headFolder, parseManifestName } from './layer-paths.js';
import { FORMAT_VERSION, type Manifest } from './manifest.js';

/**
 * The manifest that says that a layer is gone. It describes nothing, so that a layer nobody can read can be deleted;
 * of a move it says which layer has the content now.
 */
export function deletionManifest({
  layer,
  sequence,
  movedTo,
}: {
  readonly layer: string;
  readonly sequence: number;
  /** Its uuid. */
  readonly movedTo?: string | undefined;
}): Manifest {
  const coordinates = { kind: 'explicit', values: [0] } as const;
  return {
    formatVersion: FORMAT_VERSION,
    layer,
    uuid: randomUUID(),
    sequence,
    commitId: randomUUID(),
    createdAt: new Date().toISOString(),
    operation: 'delete',
    title: layer,
    attributes: movedTo === undefined ? {} : { movedTo },
    grid: { crs: CRS84, x: { name: 'x', coordinates }, y: { name: 'y', coordinates }, custom: [] },
    parameters: [],
    scheme: 'floating',
    tileShape: { t: 1, z: 1, row: 1, col: 1 },
    keyIndex: { curve: { name: 'rowmajor', bits: [1, 1] } },
    codec: 'raw',
    levels: 1,
    levelMethods: {},
    statistics: {},
    runs: [],
  };
}

/** Whether a manifest says that its layer is gone. One that is damaged says nothing. */
export async function isDeletion(
  store: BlobStore,
  place: { readonly layer: string; readonly sequence: number },
  options: BlobOptions = {},
): Promise<boolean> {
  try {
    return (await readManifest(store, place, options)).operation === 'delete';
  } catch (error) {
    const saysNothing = [CorruptionError, UnsupportedError, NotFoundError].some(
      (kind) => error instanceof kind,
    );
    if (saysNothing) return false;
    throw error;
  }
}

/**
 * The highest of these numbers of manifests that is a deletion; what comes after it is another layer of the same name.
 *
 * Cost: a listing of the heads, which a deletion has none of; only manifests without one are read.
 */
export async function lastDeletion(
  store: BlobStore,
  { layer, sequences }: { readonly layer: string; readonly sequences: readonly number[] },
  options: BlobOptions = {},
): Promise<number | undefined> {
  if (sequences.length === 0) return undefined;
  const heads = new Set((await store.listNames(headFolder(layer), options)).map(parseManifestName));
  const headless = sequences.filter((sequence) => !heads.has(sequence)).sort((a, b) => b - a);
  for (const sequence of headless) {
    if (await isDeletion(store, { layer, sequence }, options)) return sequence;
  }
  return undefined;
}
