import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  currentPath,
  findManifest,
  headFolder,
  identityPath,
  layerFolder,
  listManifests,
  manifestFolder,
  newestSequence,
  parseManifestName,
  segmentFolder,
  tagFolder,
  writeHint,
} from '../../catalog/index.js';
import {
  ConflictError,
  CorruptionError,
  describeError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from '../../errors/index.js';
import { deleteLayer } from '../delete-layer.js';
import { clearStaging } from './clear-staging.js';
import { type DoomedFile, type GarbagePlan, layerState, planGarbage } from './garbage-plan.js';
import type { MaintenanceOptions } from './maintenance-options.js';

const HOUR_MS = 3_600_000;

/** Snapshots kept whatever their age: the newest, and the one before it to go back to. */
export const defaultKeptSnapshots = 2;
/** Age below which nothing is removed: longer than any write is expected to take. */
export const defaultGraceMs = 24 * HOUR_MS;

const CHECK_EVERY = 256;
const MAX_PLANS = 5;

/** What is garbage. */
export interface GarbageOptions extends MaintenanceOptions {
  /** This layer only; all when absent. */
  readonly layer?: string;
  readonly keep?: number;
  /** Must be longer than the longest write: its segments are nobody's until it commits. */
  readonly graceMs?: number;
  /** Finds and lists, removes nothing. */
  readonly isDryRun?: boolean;
  /** Folder of the staging folders of all layers; old ones that nobody has open are removed. */
  readonly stagingDirectory?: string;
  /** The time it is, for what is old. */
  readonly nowMs?: number;
}

/** What was, or would be, removed of one layer. */
export interface LayerGarbage {
  readonly layer: string;
  readonly kept: readonly number[];
  /** Numbers of the snapshots removed. */
  readonly snapshots: readonly number[];
  readonly segments: number;
  readonly files: readonly string[];
  readonly bytes: number;
  /** Why nothing was done. */
  readonly error?: string;
}

/** What was, or would be, removed of a store. */
export interface GarbageReport {
  readonly isDryRun: boolean;
  readonly layers: readonly LayerGarbage[];
  readonly segments: number;
  readonly snapshots: number;
  readonly files: number;
  readonly bytes: number;
  /** Remains of puts that never ended. */
  readonly temporaryFiles: number;
  /** Staging folders removed. */
  readonly staging: readonly string[];
}

/**
 * Removes what no snapshot worth keeping needs: segments, then manifests, then remains of work cut short. A
 * snapshot is kept while it is one of the newest `keep`, has a tag, or was the newest within the grace time. A
 * layer with a damaged manifest among these is left alone and named; the others are still done.
 *
 * A reader that holds a snapshot which is removed goes on with the segments it has open; for others it gets a
 * NotFoundError that names the file.
 */
export async function collectGarbage(
  store: BlobStore,
  { layer, stagingDirectory, ...options }: GarbageOptions = {},
): Promise<GarbageReport> {
  const rules = rulesOf(options);
  const staging = await clearStaging(stagingDirectory, { layer, rules });
  const names = layer === undefined ? await store.listNames('layers/', options) : [layer];
  if (layer !== undefined && (await store.listNames(layerFolder(layer), options)).length === 0) {
    throw new NotFoundError('no such layer', { layer, store: store.location });
  }
  const layers: LayerGarbage[] = [];
  let temporaryFiles = 0;
  for (const name of names) {
    layers.push(
      await guard(name, () =>
        collectLayer(store, name, { ...rules, isBeingWritten: staging.kept.has(name) }, options),
      ),
    );
    if (!rules.isDryRun) {
      const sweep = { ...options, olderThanMs: rules.graceMs };
      temporaryFiles += await store.sweep(layerFolder(name), sweep);
    }
    options.onProgress?.({ phase: 'deleting', done: layers.length, total: names.length });
  }
  const sum = (of: (garbage: LayerGarbage) => number) => layers.reduce((total, one) => total + of(one), 0);
  return {
    isDryRun: rules.isDryRun,
    layers,
    segments: sum((one) => one.segments),
    snapshots: sum((one) => one.snapshots.length),
    files: sum((one) => one.files.length),
    bytes: sum((one) => one.bytes),
    temporaryFiles,
    staging: staging.removed,
  };
}

interface Rules {
  readonly keep: number;
  readonly graceMs: number;
  readonly youngSinceMs: number;
  readonly isDryRun: boolean;
}

function rulesOf({
  keep = defaultKeptSnapshots,
  graceMs = defaultGraceMs,
  ...options
}: GarbageOptions): Rules {
  if (!Number.isSafeInteger(keep) || keep < 1) {
    throw new InvalidArgumentError('at least the newest snapshot is kept', { found: keep });
  }
  if (!(graceMs >= 0)) throw new InvalidArgumentError('the grace time is negative', { found: graceMs });
  const youngSinceMs = (options.nowMs ?? Date.now()) - graceMs;
  return { keep, graceMs, youngSinceMs, isDryRun: options.isDryRun === true };
}

/** A damaged layer must not keep the garbage of the others. */
async function guard(layer: string, collect: () => Promise<LayerGarbage>): Promise<LayerGarbage> {
  try {
    return await collect();
  } catch (error) {
    if (!(error instanceof CorruptionError || error instanceof UnsupportedError)) throw error;
    return { ...nothing(layer), error: describeError(error) };
  }
}

function nothing(layer: string): LayerGarbage {
  return { layer, kept: [], snapshots: [], segments: 0, files: [], bytes: 0 };
}

type LayerRules = Rules & { readonly isBeingWritten: boolean };

async function collectLayer(
  store: BlobStore,
  layer: string,
  rules: LayerRules,
  options: BlobOptions,
): Promise<LayerGarbage> {
  const manifests = await listManifests(store, layer, options);
  const newest = manifests.at(-1);
  if (newest === undefined) return collectUncommitted(store, layer, rules, options);
  if ((await findManifest(store, layer, options)) === undefined) {
    if (newest.modifiedMs > rules.youngSinceMs) return nothing(layer);
    return collectDeleted(store, { layer, sequence: newest.sequence }, rules, options);
  }
  const removed: DoomedFile[] = [];
  for (let attempt = 1; ; attempt++) {
    const plan = await planGarbage(store, { layer, ...rules }, options);
    if (rules.isDryRun) return describePlan(layer, plan, [...plan.segments, ...plan.records]);
    const isDone = await removePlanned(store, { layer, plan, removed }, options);
    if (isDone || attempt === MAX_PLANS) return describePlan(layer, plan, removed);
  }
}

function describePlan(layer: string, { kept }: GarbagePlan, files: readonly DoomedFile[]): LayerGarbage {
  const snapshots = files.flatMap(({ path }) => {
    if (!path.startsWith(manifestFolder(layer))) return [];
    return [parseManifestName(path.slice(manifestFolder(layer).length))!];
  });
  return { layer, kept, snapshots, ...describeFiles(files) };
}

function describeFiles(files: readonly DoomedFile[]): Pick<LayerGarbage, 'segments' | 'files' | 'bytes'> {
  return {
    segments: files.filter(({ path }) => path.endsWith('.seg')).length,
    files: files.map(({ path }) => path),
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}

/** False when the layer has changed: what is garbage must be found again. */
async function removePlanned(
  store: BlobStore,
  { layer, plan, removed }: { layer: string; plan: GarbagePlan; removed: DoomedFile[] },
  options: BlobOptions,
): Promise<boolean> {
  const { segments, records, state, kept } = plan;
  if (segments.length === 0 && records.length === 0) return true;
  // A late hint may name a snapshot that stays while the ones after it go; readers would not look past the gap.
  await writeHint(store, { layer, sequence: kept.at(-1)! });
  for (const [done, file] of [...segments, ...records].entries()) {
    const isTimeToLook = done % CHECK_EVERY === 0 || done === segments.length;
    if (isTimeToLook && (await layerState(store, layer, options)).state !== state) return false;
    await store.delete(file.path, options);
    removed.push(file);
  }
  return true;
}

/** A folder without a manifest: of a write that never committed, or of a layer that lost its manifests. */
async function collectUncommitted(
  store: BlobStore,
  layer: string,
  rules: LayerRules,
  options: BlobOptions,
): Promise<LayerGarbage> {
  const lost = await findMark(store, layer, options);
  if (lost !== undefined) {
    throw new CorruptionError('the layer has lost its manifests: rebuild it, or delete its folder', {
      path: layerFolder(layer),
      found: lost,
    });
  }
  if (rules.isBeingWritten) return nothing(layer);
  const doomed: DoomedFile[] = [];
  let identity: DoomedFile | undefined;
  let hasMore = false;
  for await (const { path, sizeBytes, modifiedMs } of store.list(layerFolder(layer), options)) {
    const isOld = modifiedMs <= rules.youngSinceMs;
    if (isOld && path.startsWith(segmentFolder(layer))) doomed.push({ path, sizeBytes });
    else if (isOld && path === identityPath(layer)) identity = { path, sizeBytes };
    else hasMore = true;
  }
  if (identity && !hasMore) doomed.push(identity);
  if (!rules.isDryRun) {
    // The first commit may have been made since.
    if ((await newestSequence(store, layer, options)) !== undefined) return nothing(layer);
    for (const { path } of doomed) await store.delete(path, options);
  }
  return { ...nothing(layer), ...describeFiles(doomed) };
}

/** What only a layer that was committed has. An empty folder, or one with a put that never ended, says nothing. */
async function findMark(store: BlobStore, layer: string, options: BlobOptions): Promise<string | undefined> {
  for (const folder of [headFolder(layer), tagFolder(layer)]) {
    if ((await store.listNames(folder, options)).length > 0) return folder;
  }
  return (await store.stat(currentPath(layer), options)) && currentPath(layer);
}

/** What a deletion that was cut short has left. */
async function collectDeleted(
  store: BlobStore,
  { layer, sequence }: { layer: string; sequence: number },
  { isDryRun }: LayerRules,
  options: BlobOptions,
): Promise<LayerGarbage> {
  const files: DoomedFile[] = [];
  for await (const { path, sizeBytes } of store.list(layerFolder(layer), options))
    files.push({ path, sizeBytes });
  try {
    if (!isDryRun) await deleteLayer(store, layer, { ...options, sequence });
  } catch (error) {
    // Somebody has written the layer again since, or finished the deletion.
    if (error instanceof ConflictError || error instanceof NotFoundError) return nothing(layer);
    throw error;
  }
  return { ...nothing(layer), ...describeFiles(files) };
}
