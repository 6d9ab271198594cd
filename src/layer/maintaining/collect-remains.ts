import type { BlobInfo, BlobOptions, BlobStore } from '../../blob/index.js';
import {
  currentPath,
  headFolder,
  identityPath,
  isRemains,
  type ListedManifest,
  layerFolder,
  manifestPath,
  newestSequence,
  parseManifestName,
  readHint,
  removeRemains,
  segmentFolder,
  syncManifests,
  tagFolder,
} from '../../catalog/index.js';
import { CorruptionError } from '../../errors/index.js';
import type { DoomedFile } from './garbage-plan.js';

/** What of a folder may go. */
export interface RemainsRules {
  readonly youngSinceMs: number;
  readonly isBeingWritten: boolean;
  readonly isDryRun: boolean;
}

/** A folder that shows no layer, and the manifest of its deletion when it had one. */
export interface RemainsPlace {
  readonly layer: string;
  readonly deletion: ListedManifest | undefined;
}

/**
 * Removes what lies in a folder that shows no layer: of writes that never committed, and of a layer that was
 * deleted. The manifest of the deletion goes when it is old and nothing else is left: whoever began to write before it
 * must meet it.
 *
 * Returns: what was, or would be, removed.
 * Throws: CorruptionError when the folder is that of a layer that lost its manifests.
 */
export async function collectRemains(
  store: BlobStore,
  place: RemainsPlace,
  { youngSinceMs, isBeingWritten, isDryRun }: RemainsRules,
  options: BlobOptions,
): Promise<readonly DoomedFile[]> {
  const { layer, deletion } = place;
  const lost = await findMark(store, layer, { after: deletion?.sequence, ...options });
  const isOvertaken = async () => (await newestSequence(store, layer, options)) !== deletion?.sequence;
  // The commit that made the mark may have been made since.
  if (lost !== undefined && !(await isOvertaken())) {
    throw new CorruptionError('the layer has lost its manifests: rebuild it, or delete its folder', {
      path: layerFolder(layer),
      found: lost,
    });
  }
  if (isBeingWritten || (deletion && deletion.modifiedMs > youngSinceMs)) return [];
  const { doomed, isAll } = await findRemains(store, place, { ...options, youngSinceMs });
  const mark = isAll && deletion ? await infoOf(store, manifestPath(layer, deletion.sequence), options) : [];
  if (!isDryRun) {
    if (await isOvertaken()) return [];
    // Whoever made it may have been cut short before it was durable, and removals before it could else survive it.
    if (deletion) await syncManifests(store, layer, options);
    await removeRemains(store, { layer, paths: doomed.map(({ path }) => path) }, options);
    if (mark.length > 0 && !(await removeMark(store, place, options))) return doomed;
  }
  return [...doomed, ...mark];
}

/** What can go, and whether that is all there is. */
async function findRemains(
  store: BlobStore,
  { layer, deletion }: RemainsPlace,
  { youngSinceMs, ...options }: BlobOptions & { readonly youngSinceMs: number },
): Promise<{ readonly doomed: DoomedFile[]; readonly isAll: boolean }> {
  const doomed: DoomedFile[] = [];
  let identity: DoomedFile | undefined;
  let isAll = true;
  const canGo = ({ path, modifiedMs }: BlobInfo): boolean => {
    // Young segments may be of a copy under way, whatever their number.
    if (path.startsWith(segmentFolder(layer))) return modifiedMs <= youngSinceMs;
    return deletion !== undefined && isRemains(path, { layer, sequence: deletion.sequence });
  };
  for await (const info of store.list(layerFolder(layer), options)) {
    const { path, sizeBytes, modifiedMs } = info;
    if (deletion && path === manifestPath(layer, deletion.sequence)) continue;
    if (path === identityPath(layer) && modifiedMs <= youngSinceMs) identity = { path, sizeBytes };
    else if (canGo(info)) doomed.push({ path, sizeBytes });
    else isAll = false;
  }
  return { doomed: identity && isAll ? [...doomed, identity] : doomed, isAll };
}

/** False when somebody has written the layer since. No power cut must bring the layer back without the mark. */
async function removeMark(
  store: BlobStore,
  { layer, deletion }: RemainsPlace,
  options: BlobOptions,
): Promise<boolean> {
  await store.delete(currentPath(layer), { ...options, isDurable: true });
  await syncManifests(store, layer, options);
  if ((await newestSequence(store, layer, options)) !== deletion?.sequence) return false;
  await store.delete(manifestPath(layer, deletion!.sequence), options);
  return true;
}

/**
 * What only a layer that was committed has, with a number `after` that of its deletion. An empty folder, or one with a
 * put that never ended, says nothing.
 */
async function findMark(
  store: BlobStore,
  layer: string,
  { after, ...options }: BlobOptions & { readonly after: number | undefined },
): Promise<string | undefined> {
  const heads = await store.listNames(headFolder(layer), options);
  if (after !== undefined) {
    if (heads.some((name) => (parseManifestName(name) ?? 0) > after)) return headFolder(layer);
    return ((await readHint(store, layer, options)) ?? 0) > after ? currentPath(layer) : undefined;
  }
  if (heads.length > 0) return headFolder(layer);
  if ((await store.listNames(tagFolder(layer), options)).length > 0) return tagFolder(layer);
  return (await store.stat(currentPath(layer), options)) && currentPath(layer);
}

async function infoOf(store: BlobStore, path: string, options: BlobOptions): Promise<DoomedFile[]> {
  const info = await store.stat(path, options);
  return info ? [{ path, sizeBytes: info.sizeBytes }] : [];
}
