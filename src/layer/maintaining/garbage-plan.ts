import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  headFolder,
  headPath,
  type ListedManifest,
  lastDeletion,
  listManifests,
  listTags,
  manifestPath,
  parseManifestName,
  readManifest,
  segmentFolder,
} from '../../catalog/index.js';
import { CorruptionError, UnsupportedError } from '../../errors/index.js';
import { parseSegmentName } from '../../segment/index.js';
import { segmentFiles } from './segment-files.js';

/** What of a layer must stay. */
export interface GarbageRules {
  readonly layer: string;
  /** Newest snapshots that stay whatever their age. */
  readonly keep: number;
  /** Files changed after this, and snapshots that were the newest after this, stay. */
  readonly youngSinceMs: number;
  /** A writer is known to be at work: segments of snapshots to come stay, however old. */
  readonly isBeingWritten: boolean;
}

/** A file that can go. */
export interface DoomedFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** What of a layer stays and what goes. */
export interface GarbagePlan {
  /** Snapshots that stay, ascending; the last is the newest. */
  readonly kept: readonly number[];
  readonly segments: readonly DoomedFile[];
  /** Snapshots that go, oldest first. */
  readonly snapshots: readonly number[];
  /** Manifests and heads of these, and of a layer of this name that was deleted, in the order in which they go. */
  readonly records: readonly DoomedFile[];
  /** Changes when a commit or a tag makes this plan outdated. */
  readonly state: string;
}

/** What decides which snapshots stay: when it changes, a plan made before must be made again. */
export async function layerState(
  store: BlobStore,
  layer: string,
  options: BlobOptions = {},
): Promise<{ readonly manifests: readonly ListedManifest[]; readonly tagged: Set<number>; state: string }> {
  const manifests = await listManifests(store, layer, options);
  const tags = await listTags(store, layer, options);
  const state = JSON.stringify([manifests.at(-1)?.sequence, tags]);
  return { manifests, tagged: new Set(tags.map(({ sequence }) => sequence)), state };
}

/**
 * Finds what of a layer is garbage; removes nothing.
 *
 * Throws: CorruptionError when a snapshot that stays is damaged, for then nobody knows which segments it needs.
 */
export async function planGarbage(
  store: BlobStore,
  rules: GarbageRules,
  options: BlobOptions = {},
): Promise<GarbagePlan> {
  const { layer } = rules;
  const { manifests, tagged, state } = await layerState(store, layer, options);
  const newest = manifests.at(-1)?.sequence;
  // Somebody deleted the layer since it was listed; what is left of it is not this plan's.
  if (newest === undefined) return { kept: [], segments: [], snapshots: [], records: [], state };
  const deletion = await lastDeletion(store, { layer, sequences: manifests.map((m) => m.sequence) }, options);
  if (deletion === newest) return { kept: [], segments: [], snapshots: [], records: [], state };
  const isOwn = ({ sequence }: ListedManifest) => deletion === undefined || sequence > deletion;
  const kept = new Set(keptSnapshots(manifests.filter(isOwn), tagged, rules));
  const needed = new Set<string>();
  for (const sequence of kept) {
    const manifest = await readManifest(store, { layer, sequence }, options);
    for (const { path } of segmentFiles(manifest)) needed.add(path);
  }
  const segments: DoomedFile[] = [];
  const young = new Set<string>();
  for await (const { path, sizeBytes, modifiedMs } of store.list(segmentFolder(layer), options)) {
    if (needed.has(path)) continue;
    if (modifiedMs > rules.youngSinceMs) young.add(path);
    else if (!(rules.isBeingWritten && isToCome(path, newest))) segments.push({ path, sizeBytes });
  }
  const dropped = manifests
    .filter(isOwn)
    .map(({ sequence }) => sequence)
    .filter((sequence) => !kept.has(sequence));
  const snapshots = await withoutSegmentsIn(store, { layer, dropped, young }, options);
  const isLeft = ({ sequence, modifiedMs }: ListedManifest) =>
    // Who wrote to the layer that was deleted must meet the mark, as long as that may take.
    sequence === deletion && (rules.isBeingWritten || modifiedMs > rules.youngSinceMs);
  const before = manifests.filter((m) => !isOwn(m) && !isLeft(m)).map(({ sequence }) => sequence);
  const job = { layer, gone: [...before, ...snapshots], isKept: (s: number) => kept.has(s), newest };
  const records = await recordsOf(store, job, options);
  return { kept: [...kept].sort((a, b) => a - b), segments, snapshots, records, state };
}

/** A snapshot that stopped being the newest a short while ago still has readers. */
function keptSnapshots(
  manifests: readonly ListedManifest[],
  tagged: ReadonlySet<number>,
  { keep, youngSinceMs }: GarbageRules,
): number[] {
  return manifests
    .filter(({ sequence }, i) => {
      const successor = manifests[i + 1];
      const isRecent = successor !== undefined && successor.modifiedMs > youngSinceMs;
      return i >= manifests.length - keep || tagged.has(sequence) || isRecent;
    })
    .map(({ sequence }) => sequence);
}

function isToCome(path: string, newest: number): boolean {
  const name = parseSegmentName(path.slice(path.lastIndexOf('/') + 1));
  return name !== undefined && name.generation > newest;
}

/** Those whose own segments are all gone, or go now: a manifest goes after what only it lists. */
async function withoutSegmentsIn(
  store: BlobStore,
  { layer, dropped, young }: { layer: string; dropped: readonly number[]; young: ReadonlySet<string> },
  options: BlobOptions,
): Promise<number[]> {
  if (young.size === 0) return [...dropped];
  const free: number[] = [];
  for (const sequence of dropped) {
    if (!(await listsAny(store, { layer, sequence }, young, options))) free.push(sequence);
  }
  return free;
}

/** A damaged snapshot that nobody needs lists nothing that could be told. */
async function listsAny(
  store: BlobStore,
  snapshot: { readonly layer: string; readonly sequence: number },
  paths: ReadonlySet<string>,
  options: BlobOptions,
): Promise<boolean> {
  try {
    const manifest = await readManifest(store, snapshot, options);
    return [...segmentFiles(manifest)].some(({ path }) => paths.has(path));
  } catch (error) {
    if (error instanceof CorruptionError || error instanceof UnsupportedError) return false;
    throw error;
  }
}

async function recordsOf(
  store: BlobStore,
  job: {
    readonly layer: string;
    readonly gone: readonly number[];
    readonly isKept: (sequence: number) => boolean;
    readonly newest: number;
  },
  options: BlobOptions,
): Promise<DoomedFile[]> {
  const { layer, gone, isKept, newest } = job;
  const records: DoomedFile[] = [];
  const add = async (path: string): Promise<void> => {
    const info = await store.stat(path, options);
    if (info) records.push({ path, sizeBytes: info.sizeBytes });
  };
  for (const sequence of gone) await add(manifestPath(layer, sequence));
  const waiting = new Set(gone);
  for (const name of await store.listNames(headFolder(layer), options)) {
    const sequence = parseManifestName(name);
    if (sequence === undefined || isKept(sequence) || sequence > newest) continue;
    const hasManifest = (await store.stat(manifestPath(layer, sequence), options)) !== undefined;
    if (waiting.has(sequence) || !hasManifest) await add(headPath(layer, sequence));
  }
  return records;
}
