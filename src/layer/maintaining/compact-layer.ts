import { randomUUID } from 'node:crypto';
import type { BlobOptions, BlobStore } from '../../blob/index.js';
import {
  commitManifest,
  type Manifest,
  openManifest,
  type RunEntry,
  type SegmentEntry,
} from '../../catalog/index.js';
import type { CurveIndex } from '../../curve/index.js';
import { ConflictError, InvalidArgumentError } from '../../errors/index.js';
import { defaultSegmentBytes } from '../../segment/index.js';
import { requireSameLayer } from '../require-same-layer.js';
import { runId } from '../run-table.js';
import { summaryOf } from '../writing/staged-tile.js';
import { type RunRecord, writeRun } from '../writing/write-run.js';
import { planGroups } from './compact-plan.js';
import type { MaintenanceOptions } from './maintenance-options.js';
import { nextManifest } from './next-manifest.js';
import { decodeStored, readRecords, type SegmentFile, segmentPath, withSegment } from './segment-files.js';

const MAX_COMMITS = 20;
const MIN_SEGMENT_BYTES = 4096;

/** How a layer is compacted. */
export interface CompactOptions extends MaintenanceOptions {
  /** Size of segments aimed at; 64 MiB when absent. */
  readonly segmentBytes?: number;
}

/** What a compaction did. */
export interface CompactReport {
  readonly layer: string;
  /** The newest snapshot afterwards: a new one when anything was done. */
  readonly snapshot: number;
  readonly runs: number;
  /** Segments replaced, and what replaced them. */
  readonly segmentsRead: number;
  readonly segmentsWritten: number;
  readonly bytesWritten: number;
  /** Groups of segments that another writer changed meanwhile: left as that writer made them. */
  readonly skipped: number;
}

/** Neighbouring segments of one run and what takes their place. */
interface Replacement {
  readonly run: RunEntry;
  readonly removed: readonly SegmentEntry[];
  readonly added: readonly SegmentEntry[];
}

/**
 * Merges small segments of each run and splits large ones. Records are copied as they are, each verified;
 * memory is that of one segment. Everything becomes visible in one commit. When another writer commits
 * meanwhile, what that writer left alone is committed on top of it and the rest is skipped.
 *
 * Throws: NotFoundError, ConflictError when the layer was deleted, and written again, meanwhile; CorruptionError for a
 *         damaged record: then nothing is changed.
 */
export async function compactLayer(
  store: BlobStore,
  layer: string,
  { segmentBytes = defaultSegmentBytes, ...options }: CompactOptions = {},
): Promise<CompactReport> {
  if (!Number.isSafeInteger(segmentBytes) || segmentBytes < MIN_SEGMENT_BYTES) {
    throw new InvalidArgumentError('segments hold at least 4 KiB', { found: segmentBytes });
  }
  const base = await openManifest(store, { layer }, options);
  const groups = await findGroups(store, { base, segmentBytes }, options);
  const replacements: Replacement[] = [];
  const commitId = randomUUID();
  for (const { run, segments } of groups) {
    const added = await rewrite(store, { base, run, segments, segmentBytes, commitId }, options);
    replacements.push({ run, removed: segments, added });
    options.onProgress?.({ phase: 'compacting', done: replacements.length, total: groups.length });
  }
  if (replacements.length === 0) return report(base, { applied: [], skipped: 0 });
  return commitReplacements(store, { base, replacements }, options);
}

interface Group {
  readonly run: RunEntry;
  readonly segments: readonly SegmentEntry[];
}

async function findGroups(
  store: BlobStore,
  { base, segmentBytes }: { base: Manifest; segmentBytes: number },
  options: BlobOptions,
): Promise<Group[]> {
  const groups: Group[] = [];
  for (const run of base.runs) {
    for (const planned of planGroups(run.segments, segmentBytes)) {
      options.signal?.throwIfAborted();
      for (const segments of await splitBySchema(store, { layer: base.layer, run, planned })) {
        // A schema's change may leave single segments, which need no writing unless they were alone before.
        if (segments.length > 1 || planned.length === 1) groups.push({ run, segments });
      }
    }
  }
  return groups;
}

/** A segment has one schema, so records written with different ones cannot be joined as they are. */
async function splitBySchema(
  store: BlobStore,
  { layer, run, planned }: { layer: string; run: RunEntry; planned: readonly SegmentEntry[] },
): Promise<SegmentEntry[][]> {
  const parts: SegmentEntry[][] = [];
  let previous: string | undefined;
  for (const segment of planned) {
    const file = { run, segment, path: segmentPath(layer, run, segment) };
    const schema = await withSegment(store, file, async (reader) => reader.schema);
    if (schema === previous) parts.at(-1)!.push(segment);
    else parts.push([segment]);
    previous = schema;
  }
  return parts;
}

async function rewrite(
  store: BlobStore,
  job: Group & { readonly base: Manifest; readonly segmentBytes: number; readonly commitId: string },
  options: BlobOptions,
): Promise<readonly SegmentEntry[]> {
  const { base, run, segments, segmentBytes, commitId } = job;
  const { layer, sequence } = base;
  const files = segments.map((segment) => ({ run, segment, path: segmentPath(layer, run, segment) }));
  const schema = await withSegment(store, files[0]!, async (reader) => reader.schema);
  const { level, parameter, partition } = run;
  const written = await writeRun(store, copyRecords(store, files, options), {
    layer,
    run: { level, parameter, partition },
    schema,
    segmentBytes,
    generation: sequence + 1,
    commitId,
    signal: options.signal,
  });
  return written.segments;
}

/** Records with their bytes as they are, decoded only as far as their summaries. */
async function* copyRecords(
  store: BlobStore,
  files: readonly SegmentFile[],
  options: BlobOptions,
): AsyncGenerator<RunRecord> {
  for await (const record of readRecords(store, files, options)) {
    const { index, value } = record;
    const pairs = decodeStored(record);
    yield { index: index as CurveIndex, value, tiles: pairs.length, summary: summaryOf(pairs) };
  }
}

async function commitReplacements(
  store: BlobStore,
  { base, replacements }: { base: Manifest; replacements: readonly Replacement[] },
  options: BlobOptions,
): Promise<CompactReport> {
  let newest = base;
  for (let attempt = 1; ; attempt++) {
    const { runs, applied } = replaceSegments(newest.runs, replacements);
    const skipped = replacements.length - applied.length;
    if (applied.length === 0) return report(newest, { applied, skipped });
    // Statistics stay: the tiles are the same.
    const manifest = nextManifest(newest, 'compact', { runs });
    try {
      await commitManifest(store, manifest, options);
      return report(manifest, { applied, skipped });
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_COMMITS) throw error;
    }
    const before = newest;
    newest = await openManifest(store, { layer: base.layer }, options);
    await requireSameLayer(store, { before, after: newest }, options);
  }
}

function replaceSegments(
  runs: readonly RunEntry[],
  replacements: readonly Replacement[],
): { readonly runs: readonly RunEntry[]; readonly applied: readonly Replacement[] } {
  const byRun = new Map<string, Replacement[]>();
  for (const replacement of replacements) {
    const id = runId(replacement.run);
    byRun.set(id, [...(byRun.get(id) ?? []), replacement]);
  }
  const applied: Replacement[] = [];
  const replaced = runs.map((run) => {
    let { segments } = run;
    for (const replacement of byRun.get(runId(run)) ?? []) {
      const at = positionOf(replacement.removed, segments);
      if (at < 0) continue;
      applied.push(replacement);
      segments = [
        ...segments.slice(0, at),
        ...replacement.added,
        ...segments.slice(at + replacement.removed.length),
      ];
    }
    return { ...run, segments };
  });
  return { runs: replaced, applied };
}

/** Where `wanted` stand side by side; -1 when one is gone, or something new lies between them. */
function positionOf(wanted: readonly SegmentEntry[], segments: readonly SegmentEntry[]): number {
  const at = segments.findIndex(({ sha }) => sha === wanted[0]!.sha);
  const isThere = wanted.every(({ sha }, i) => segments[at + i]?.sha === sha);
  return at >= 0 && isThere ? at : -1;
}

function report(
  manifest: Manifest,
  { applied, skipped }: { applied: readonly Replacement[]; skipped: number },
): CompactReport {
  const added = applied.flatMap((replacement) => replacement.added);
  return {
    layer: manifest.layer,
    snapshot: manifest.sequence,
    runs: new Set(applied.map(({ run }) => runId(run))).size,
    segmentsRead: applied.reduce((sum, { removed }) => sum + removed.length, 0),
    segmentsWritten: added.length,
    bytesWritten: added.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    skipped,
  };
}
