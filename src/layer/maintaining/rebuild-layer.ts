import { createHash } from 'node:crypto';
import type { BlobHandle, BlobOptions, BlobStore } from '../../blob/index.js';
import {
  commitManifest,
  findManifest,
  headFolder,
  headPath,
  type LayerHead,
  listManifests,
  type Manifest,
  parseHead,
  parseManifestName,
  type RunEntry,
  readHint,
  restoreIdentity,
  type SegmentEntry,
  segmentFolder,
  segmentId,
  statisticsOf,
} from '../../catalog/index.js';
import {
  ConflictError,
  CorruptionError,
  describeError,
  NotFoundError,
  UnsupportedError,
} from '../../errors/index.js';
import { mergeSummaries, type Summary } from '../../raster/index.js';
import { parseSegmentName, type SegmentName } from '../../segment/index.js';
import { runFolder } from '../run-table.js';
import type { Fault } from '../verify-layer.js';
import { summaryOf } from '../writing/staged-tile.js';
import type { MaintenanceOptions } from './maintenance-options.js';
import { nextManifest } from './next-manifest.js';
import { decodeStored, readRecords } from './segment-files.js';

const HASH_BYTES = 4 * 2 ** 20;
const SHA_DIGITS = 32;

/** How a layer is rebuilt. */
export interface RebuildOptions extends MaintenanceOptions {
  /** Also while an intact manifest is there, or says that the layer was deleted. */
  readonly isForced?: boolean;
  /** Leaves out segments that are lost or damaged; their tiles become holes. */
  readonly isPartial?: boolean;
  /** The snapshot to bring back; the newest when absent. */
  readonly sequence?: number | undefined;
}

/** What was brought back. */
export interface RebuildReport {
  readonly layer: string;
  /** The new snapshot, and the one whose content it has. */
  readonly snapshot: number;
  readonly rebuilt: number;
  readonly segments: number;
  readonly bytes: number;
  /** Segments left out. */
  readonly lost: readonly Fault[];
}

/**
 * Makes the manifest of a layer anew when its manifests are lost or damaged: from the head of the snapshot, which
 * says everything but the segments, and the segments, of which each is read whole and compared with its hash.
 * Segments that the head does not name are of other snapshots, or of commits that were never made.
 *
 * Throws: ConflictError when an intact manifest is there; NotFoundError without a head; CorruptionError for a
 *         damaged head, a newest snapshot without one, or segments that are lost. Nothing is changed then.
 */
export async function rebuildLayer(
  store: BlobStore,
  layer: string,
  { isForced = false, isPartial = false, sequence, ...options }: RebuildOptions = {},
): Promise<RebuildReport> {
  if (!isForced) await requireLostManifest(store, layer, options);
  const last = await lastSequence(store, layer, options);
  const head = await openHead(store, { layer, sequence, last }, options);
  const lost: Fault[] = [];
  const runs = await restoreRuns(store, { layer, head, lost }, options);
  if (lost.length > 0 && !isPartial) {
    throw new CorruptionError('segments of the layer are lost; --partial leaves them out', {
      layer,
      lost: lost.length,
      path: lost[0]!.path,
      cause: lost[0]!.fault,
    });
  }
  const { uuid } = head.manifest;
  await restoreIdentity(store, { layer, uuid }, options);
  const base: Manifest = { ...head.manifest, sequence: Math.max(last, head.manifest.sequence) };
  const manifest = nextManifest(base, 'rebuild', { runs, statistics: statisticsOf(runs) });
  await commitManifest(store, manifest, options);
  const segments = runs.flatMap((run) => run.segments);
  return {
    layer,
    snapshot: manifest.sequence,
    rebuilt: head.manifest.sequence,
    segments: segments.length,
    bytes: segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    lost,
  };
}

async function requireLostManifest(store: BlobStore, layer: string, options: BlobOptions): Promise<void> {
  let found: Manifest | undefined;
  try {
    found = await findManifest(store, layer, options);
  } catch (error) {
    if (error instanceof CorruptionError) return;
    throw error;
  }
  if (found !== undefined) {
    throw new ConflictError('the newest manifest is intact; --force rebuilds all the same', {
      layer,
      snapshot: found.sequence,
    });
  }
  const deletion = (await listManifests(store, layer, options)).at(-1);
  // A layer that was written again may have lost all its manifests, too.
  if (deletion !== undefined && deletion.sequence >= (await newestHead(store, layer, options))) {
    throw new NotFoundError('the layer was deleted', { layer, store: store.location });
  }
}

/** The highest number of a head; 0 when there is none. */
async function newestHead(store: BlobStore, layer: string, options: BlobOptions): Promise<number> {
  const names = await store.listNames(headFolder(layer), options);
  return names.reduce((newest, name) => Math.max(newest, parseManifestName(name) ?? 0), 0);
}

/** The highest number a snapshot is known to have had. */
async function lastSequence(store: BlobStore, layer: string, options: BlobOptions): Promise<number> {
  const hint = (await readHint(store, layer, options)) ?? 0;
  const manifests = await listManifests(store, layer, options);
  return Math.max(hint, manifests.at(-1)?.sequence ?? 0);
}

async function openHead(
  store: BlobStore,
  { layer, sequence, last }: { layer: string; sequence: number | undefined; last: number },
  options: BlobOptions,
): Promise<LayerHead> {
  const newest = await newestHead(store, layer, options);
  if (newest === 0) {
    throw new NotFoundError('no head is left to rebuild the layer from', { layer, store: store.location });
  }
  if (sequence === undefined && newest < last) {
    throw new CorruptionError('the newest snapshot has no head; name the older one to go back to', {
      layer,
      expected: last,
      found: newest,
    });
  }
  const path = headPath(layer, sequence ?? newest);
  const head = parseHead(await store.get(path, options), path);
  if (head.manifest.layer !== layer || head.manifest.sequence !== (sequence ?? newest)) {
    throw new CorruptionError('head belongs elsewhere', {
      path,
      expected: `${layer} ${sequence ?? newest}`,
      found: `${head.manifest.layer} ${head.manifest.sequence}`,
    });
  }
  return head;
}

/** A segment file as the listing shows it. */
interface FoundFile {
  readonly path: string;
  readonly name: SegmentName;
  readonly sizeBytes: number;
}

async function restoreRuns(
  store: BlobStore,
  { layer, head, lost }: { layer: string; head: LayerHead; lost: Fault[] },
  options: MaintenanceOptions,
): Promise<RunEntry[]> {
  const found = await findFiles(store, layer, options);
  const total = head.segmentIds.reduce((sum, ids) => sum + ids.length, 0);
  let done = 0;
  const runs: RunEntry[] = [];
  for (const [i, run] of head.manifest.runs.entries()) {
    const segments: SegmentEntry[] = [];
    for (const id of head.segmentIds[i]!) {
      const segment = await restoreSegment(
        store,
        { run, file: found.get(runFolder(layer, run) + id) },
        options,
      );
      if ('fault' in segment)
        lost.push({ path: segment.path ?? `${runFolder(layer, run)} ${id}`, fault: segment.fault });
      else segments.push(segment);
      options.onProgress?.({ phase: 'verifying', done: ++done, total });
    }
    runs.push({ ...run, segments });
  }
  return runs;
}

/** Segment files of a layer by folder and the digits by which a head names them. */
async function findFiles(
  store: BlobStore,
  layer: string,
  options: BlobOptions,
): Promise<ReadonlyMap<string, FoundFile>> {
  const files = new Map<string, FoundFile>();
  for await (const { path, sizeBytes } of store.list(segmentFolder(layer), options)) {
    const at = path.lastIndexOf('/') + 1;
    const name = parseSegmentName(path.slice(at));
    if (name) files.set(path.slice(0, at) + segmentId(name.sha), { path, name, sizeBytes });
  }
  return files;
}

/** The segment as a manifest lists it, or what is wrong with it. */
async function restoreSegment(
  store: BlobStore,
  { run, file }: { run: RunEntry; file: FoundFile | undefined },
  options: BlobOptions,
): Promise<SegmentEntry | { readonly path?: string; readonly fault: string }> {
  if (file === undefined) return { fault: 'no segment of this hash' };
  const { path, name, sizeBytes } = file;
  try {
    const found = await hashOf(store, path, options);
    if (found !== name.sha) {
      throw new CorruptionError('file is not the one its name says', { expected: name.sha, found });
    }
    let summary: Summary | undefined;
    const segment = { ...name, sizeBytes };
    for await (const record of readRecords(store, [{ run, segment, path }], options)) {
      summary = mergeSummaries(summary, summaryOf(decodeStored(record)));
    }
    const isStated = summary !== undefined && Object.values(summary).every(Number.isFinite);
    return isStated ? { ...segment, summary: summary! } : segment;
  } catch (error) {
    if (!(error instanceof CorruptionError || error instanceof UnsupportedError)) throw error;
    return { path, fault: describeError(error) };
  }
}

async function hashOf(store: BlobStore, path: string, options: BlobOptions): Promise<string> {
  const handle: BlobHandle = await store.open(path, options);
  try {
    const hash = createHash('sha256');
    for (let offset = 0; offset < handle.sizeBytes; offset += HASH_BYTES) {
      const length = Math.min(HASH_BYTES, handle.sizeBytes - offset);
      hash.update(await handle.read({ offset, length }, options));
    }
    return hash.digest('hex').slice(0, SHA_DIGITS);
  } finally {
    await handle.close();
  }
}
