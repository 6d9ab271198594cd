import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { ConflictError, CorruptionError, NotFoundError, UnsupportedError } from '../errors/index.js';
import { readHint, writeHint } from './current-hint.js';
import { formatHead } from './layer-head.js';
import { formatIdentity, parseIdentity } from './layer-identity.js';
import {
  currentPath,
  headPath,
  identityPath,
  manifestFolder,
  manifestPath,
  parseManifestName,
} from './layer-paths.js';
import type { Manifest } from './manifest.js';
import { formatManifest, parseManifest } from './manifest-text.js';

/** Of a manifest: what holds its layer, uuid, sequence and commitId, which come first, and is there in each. */
const OPENING_BYTES = 256;

/** A manifest as a listing shows it. */
export interface ListedManifest {
  readonly sequence: number;
  readonly modifiedMs: number;
}

/** The newest manifest of a layer; undefined when there is no such layer, or it was deleted. */
export async function findManifest(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<Manifest | undefined> {
  let missing: number | undefined;
  for (;;) {
    const newest = await newestSequence(store, layer, options);
    if (newest === undefined) return undefined;
    try {
      const manifest = await readManifest(store, { layer, sequence: newest }, options);
      return manifest.operation === 'delete' ? undefined : manifest;
    } catch (error) {
      // Newer ones were made, and this one collected, since it was found; the same one twice is another matter.
      if (!(error instanceof NotFoundError) || newest === missing) throw error;
      missing = newest;
    }
  }
}

/**
 * A manifest that must exist: the one numbered `sequence`, else the newest.
 *
 * Throws: NotFoundError; CorruptionError for a damaged manifest: an older one is never served instead.
 */
export async function openManifest(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence?: number | undefined },
  options: BlobOptions = {},
): Promise<Manifest> {
  const newest = await findManifest(store, layer, options);
  if (newest === undefined) {
    throw new NotFoundError('no such layer', { layer, store: store.location });
  }
  if (sequence === undefined || sequence === newest.sequence) return newest;
  const manifest = await readManifest(store, { layer, sequence }, options);
  if (manifest.operation !== 'delete') return manifest;
  throw new NotFoundError('the snapshot is a deletion of the layer', { layer, snapshot: sequence });
}

/**
 * Sequence of the newest manifest, deleted layers included; undefined when there is none.
 * CURRENT is a hint that may lag behind: newer manifests are looked for, one after the other.
 */
export async function newestSequence(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<number | undefined> {
  let sequence = await readHint(store, layer, options);
  if (sequence === undefined || !(await hasManifest(store, { layer, sequence }, options))) {
    sequence = await listedSequence(store, layer, options);
  }
  if (sequence === undefined) return undefined;
  while (await hasManifest(store, { layer, sequence: sequence + 1 }, options)) sequence++;
  return sequence;
}

/**
 * Makes `manifest` the newest of its layer; then writes its head and the hint, whatever `signal` says: the
 * commit is made.
 *
 * Throws: ConflictError when another writer committed that sequence first; nothing has changed then.
 */
export async function commitManifest(
  store: BlobStore,
  manifest: Manifest,
  options: BlobOptions = {},
): Promise<void> {
  const { layer, sequence } = manifest;
  const created = await store.putIfAbsent(manifestPath(layer, sequence), [formatManifest(manifest)], options);
  if (!created && !(await isCommitted(store, manifest))) {
    throw new ConflictError('another writer committed to the layer first', { layer, snapshot: sequence });
  }
  if (manifest.operation === 'delete') {
    // Whoever looks for the layer without its hint reads the manifest, which says that it is gone.
    await store.delete(currentPath(layer), { isDurable: true });
    return;
  }
  await store.put(headPath(layer, sequence), [formatHead(manifest)]);
  await writeHint(store, manifest);
}

/** A store that tries a put again may meet the manifest that its first try made. */
async function isCommitted(store: BlobStore, { layer, sequence, commitId }: Manifest): Promise<boolean> {
  try {
    return (await readManifest(store, { layer, sequence })).commitId === commitId;
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof UnsupportedError) return false;
    throw error;
  }
}

/** Sequences of the manifests a layer has, ascending, with the times they were written. */
export async function listManifests(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<ListedManifest[]> {
  const manifests: ListedManifest[] = [];
  for await (const { path, modifiedMs } of store.list(manifestFolder(layer), options)) {
    const sequence = parseManifestName(path.slice(manifestFolder(layer).length));
    if (sequence !== undefined) manifests.push({ sequence, modifiedMs });
  }
  return manifests;
}

/**
 * The uuid of a layer's identity file; undefined when there is none. A layer written after a deletion has another once
 * garbage was collected.
 */
export async function readIdentity(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<string | undefined> {
  const path = identityPath(layer);
  try {
    return parseIdentity(await store.get(path, options), { path, layer });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

/** The uuid of a layer's identity file, which is created when there is none: with `uuid`, else a new one. */
export async function claimLayer(
  store: BlobStore,
  layer: string,
  { uuid = randomUUID(), ...options }: BlobOptions & { readonly uuid?: string } = {},
): Promise<string> {
  const path = identityPath(layer);
  if (await store.putIfAbsent(path, [formatIdentity({ layer, uuid })], options)) return uuid;
  return parseIdentity(await store.get(path, options), { path, layer });
}

/** Makes `uuid` the identity of a layer, over one that is damaged or another's. */
export async function restoreIdentity(
  store: BlobStore,
  identity: { readonly layer: string; readonly uuid: string },
  options: BlobOptions = {},
): Promise<void> {
  await store.put(identityPath(identity.layer), [formatIdentity(identity)], options);
}

/**
 * The manifest numbered `sequence`, whatever newer ones there are.
 *
 * Throws: NotFoundError when there is none; CorruptionError for a damaged one.
 */
export async function readManifest(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence: number },
  options: BlobOptions = {},
): Promise<Manifest> {
  const path = manifestPath(layer, sequence);
  let bytes: Uint8Array;
  try {
    bytes = await store.get(path, options);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new NotFoundError('no such snapshot', { layer, snapshot: sequence }, { cause });
  }
  const manifest = parseManifest(bytes, path);
  if (manifest.layer !== layer || manifest.sequence !== sequence) {
    throw new CorruptionError('manifest belongs elsewhere', {
      path,
      expected: `${layer} ${sequence}`,
      found: `${manifest.layer} ${manifest.sequence}`,
    });
  }
  return manifest;
}

/**
 * Whether snapshot `sequence` is that of commit `commitId`. A number may come back: when a sync failed and the manifest
 * was taken back, or when a deleted layer is written again.
 *
 * Cost: a read of a few hundred bytes; of the whole manifest when it is another's.
 */
export async function isSnapshotOf(
  store: BlobStore,
  { layer, sequence, commitId }: Pick<Manifest, 'layer' | 'sequence' | 'commitId'>,
  options: BlobOptions = {},
): Promise<boolean> {
  try {
    const range = { offset: 0, length: OPENING_BYTES };
    const opening = await store.getRange(manifestPath(layer, sequence), range, options);
    if (Buffer.from(opening).includes(`"commitId":${JSON.stringify(commitId)}`)) return true;
    // A manifest is JSON, and its members may be in another order.
    return (await readManifest(store, { layer, sequence }, options)).commitId === commitId;
  } catch (error) {
    // Gone, or damaged, since: whoever opens the layer anew hears of it.
    if (error instanceof NotFoundError || error instanceof CorruptionError) return false;
    throw error;
  }
}

async function hasManifest(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence: number },
  options: BlobOptions,
): Promise<boolean> {
  return (await store.stat(manifestPath(layer, sequence), options)) !== undefined;
}

async function listedSequence(
  store: BlobStore,
  layer: string,
  options: BlobOptions,
): Promise<number | undefined> {
  const names = await store.listNames(manifestFolder(layer), options);
  const sequences = names.map(parseManifestName).filter((sequence) => sequence !== undefined);
  return sequences.length === 0 ? undefined : sequences.reduce((a, b) => Math.max(a, b));
}
