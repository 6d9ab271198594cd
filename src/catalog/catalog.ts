import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../blob/index.js';
import { crc32, formatHex } from '../bytes/index.js';
import { ConflictError, CorruptionError, NotFoundError, UnsupportedError } from '../errors/index.js';
import {
  currentPath,
  identityPath,
  layerFolder,
  manifestFolder,
  manifestPath,
  parseManifestName,
} from './layer-paths.js';
import type { Manifest } from './manifest.js';
import { formatManifest, parseManifest } from './manifest-text.js';

/** Names of the layers a store holds, sorted. A folder without a manifest is no layer. */
export async function listLayers(store: BlobStore, options: BlobOptions = {}): Promise<string[]> {
  const layers: string[] = [];
  for (const name of await store.listNames('layers/', options)) {
    if (await hasLayer(store, name, options)) layers.push(name);
  }
  return layers;
}

/** A deletion that was cut short leaves a manifest that says so; a damaged layer is still a layer. */
async function hasLayer(store: BlobStore, layer: string, options: BlobOptions): Promise<boolean> {
  try {
    return (await findManifest(store, layer, options)) !== undefined;
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof UnsupportedError) return true;
    throw error;
  }
}

/** The newest manifest of a layer; undefined when there is no such layer, or it was deleted. */
export async function findManifest(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<Manifest | undefined> {
  const sequence = await newestSequence(store, layer, options);
  if (sequence === undefined) return undefined;
  const manifest = await readManifest(store, { layer, sequence }, options);
  return manifest.operation === 'delete' ? undefined : manifest;
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
  return readManifest(store, { layer, sequence }, options);
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
 * Makes `manifest` the newest of its layer.
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
  if (!created) {
    throw new ConflictError('another writer committed to the layer first', { layer, snapshot: sequence });
  }
  await store.put(currentPath(layer), [formatHint(sequence)], options);
}

/** The uuid of a layer's identity file, which is created when there is none. */
export async function claimLayer(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<string> {
  const path = identityPath(layer);
  const uuid = randomUUID();
  const text = `${JSON.stringify({ formatVersion: 1, layer, uuid })}\n`;
  if (await store.putIfAbsent(path, [Buffer.from(text)], options)) return uuid;
  const bytes = await store.get(path, options);
  return parseIdentity(Buffer.from(bytes).toString('utf8'), path);
}

/**
 * Removes every blob of a layer. The manifest numbered `keepUntilLast` goes last: it says that the
 * layer is deleted, so that a removal cut short never shows the layer again.
 */
export async function removeLayerBlobs(
  store: BlobStore,
  { layer, keepUntilLast }: { layer: string; keepUntilLast: number },
  options: BlobOptions = {},
): Promise<number> {
  const tombstone = manifestPath(layer, keepUntilLast);
  const paths: string[] = [];
  for await (const { path } of store.list(layerFolder(layer), options)) paths.push(path);
  for (const path of paths) if (path !== tombstone) await store.delete(path, options);
  await store.delete(tombstone, options);
  return paths.length;
}

async function readManifest(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence: number },
  options: BlobOptions,
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

function formatHint(sequence: number): Uint8Array {
  return Buffer.from(`${sequence} ${formatHex(crc32(Buffer.from(String(sequence))), 8)}\n`);
}

/** Undefined when the hint is missing or damaged: the listing then tells. */
async function readHint(store: BlobStore, layer: string, options: BlobOptions): Promise<number | undefined> {
  let text: string;
  try {
    text = Buffer.from(await store.get(currentPath(layer), options)).toString('latin1');
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
  const sequence = Number.parseInt(text, 10);
  const isIntact =
    Number.isSafeInteger(sequence) && text === Buffer.from(formatHint(sequence)).toString('latin1');
  return isIntact ? sequence : undefined;
}

function parseIdentity(text: string, path: string): string {
  try {
    const identity = JSON.parse(text) as { uuid?: unknown };
    if (typeof identity.uuid === 'string') return identity.uuid;
  } catch (cause) {
    throw new CorruptionError('layer identity is not JSON', { path }, { cause });
  }
  throw new CorruptionError('layer identity has no uuid', { path });
}
