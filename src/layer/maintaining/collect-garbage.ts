import type { BlobOptions, BlobStore } from '../../blob/index.js';
import { findManifest, layerFolder, listManifests, manifestPath, writeHint } from '../../catalog/index.js';
import {
  CorruptionError,
  describeError,
  InvalidArgumentError,
  NotFoundError,
  UnsupportedError,
} from '../../errors/index.js';
import { clearStaging } from './clear-staging.js';
import { collectRemains } from './collect-remains.js';
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
  if (newest === undefined || (await findManifest(store, layer, options)) === undefined) {
    const files = await collectRemains(store, { layer, deletion: newest }, rules, options);
    return { ...nothing(layer), ...describeFiles(files) };
  }
  const removed: DoomedFile[] = [];
  for (let attempt = 1; ; attempt++) {
    const plan = await planGarbage(store, { layer, ...rules }, options);
    if (rules.isDryRun) return describePlan(layer, plan, [...plan.segments, ...plan.records]);
    const isDone = await removePlanned(store, { layer, plan, removed }, options);
    if (isDone || attempt === MAX_PLANS) return describePlan(layer, plan, removed);
  }
}

function describePlan(
  layer: string,
  { kept, snapshots: doomed }: GarbagePlan,
  files: readonly DoomedFile[],
): LayerGarbage {
  const removed = new Set(files.map(({ path }) => path));
  const snapshots = doomed.filter((sequence) => removed.has(manifestPath(layer, sequence)));
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
